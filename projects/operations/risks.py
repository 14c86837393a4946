"""Risks of projects: written down, looked at again, closed."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Organization, User
from consortium.operations.audit import record
from projects.models import Project, Risk
from projects.operations.items import MINE

SCALE = range(1, 6)


class OffScale(DomainError):
    """How likely and how bad are numbers from 1 to 5."""

    code = "risk_off_scale"


class RiskClosed(DomainError):
    code = "risk_closed"


@operation(allow=MINE, subject="project")
def open_risk(
    *,
    project: Project,
    title: str,
    likelihood: int,
    impact: int,
    response: str = "",
    owner: Organization | None = None,
    by: User | None,
    on: date,
) -> Risk:
    """Write a risk down. Raises OffScale."""
    refuse_off_scale(likelihood, impact)
    risk = Risk.objects.create(
        consortium=project.consortium,
        project=project,
        title=title,
        likelihood=likelihood,
        impact=impact,
        response=response,
        owner=owner,
        opened_on=on,
    )
    record(consortium=risk.consortium, action="open_risk", by=by, on=on, subject=risk)
    return risk


@operation(allow=MINE, subject="risk")
def revise_risk(
    *, risk: Risk, likelihood: int, impact: int, response: str, by: User | None, on: date
) -> Risk:
    """Say how likely and how bad an open risk is now. Raises OffScale, RiskClosed."""
    refuse_off_scale(likelihood, impact)
    risk = locked(risk)
    risk.likelihood, risk.impact, risk.response = likelihood, impact, response
    risk.save(update_fields=["likelihood", "impact", "response"])
    record(consortium=risk.consortium, action="revise_risk", by=by, on=on, subject=risk)
    return risk


@operation(allow=MINE, subject="risk")
def close_risk(*, risk: Risk, by: User | None, on: date) -> Risk:
    """Note that a risk is gone. Raises RiskClosed."""
    risk = locked(risk)
    risk.closed_on = on
    risk.save(update_fields=["closed_on"])
    record(consortium=risk.consortium, action="close_risk", by=by, on=on, subject=risk)
    return risk


def locked(risk: Risk) -> Risk:
    risk = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
    if risk.closed_on is not None:
        raise RiskClosed(risk=risk.title, closed_on=risk.closed_on)
    return risk


def refuse_off_scale(likelihood: int, impact: int) -> None:
    if likelihood not in SCALE or impact not in SCALE:
        raise OffScale(likelihood=likelihood, impact=impact)
