"""Granted proposals become projects: by every authority the charter names, and once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from projects.models import (
    BudgetLine,
    Call,
    Decision,
    Participant,
    Project,
    Proposal,
    ProposalVersion,
)
from projects.operations.start import (
    AlreadyStarted,
    DurationMissing,
    NotGranted,
    start_project,
)
from projects.reports.standing import standing
from projects.states import Standing
from tests.factories.running import FIRMS, SECTION, START, Running, consortium

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)
BOTH = [{"authority": "members"}, {"authority": "government"}]


def proposed(here: Running, *, months: int | None = 24) -> Proposal:
    """Return a submitted proposal of the three firms, asking for 300."""
    where: dict[str, Any] = {"consortium": here.consortium}
    call = Call.objects.create(
        **where, code="c", charter=here.consortium.charters.get(), initiative="top_down",
        unit="JPY", opens_at=NOON - timedelta(days=60), closes_at=NOON, name_en="Call",
    )  # fmt: skip
    proposal = Proposal.objects.create(
        **where, call=call, lead=here.members["alpha"], number="A-1", submitted=True
    )
    version = ProposalVersion.objects.create(
        proposal=proposal, version=1, title="Lithography", theme="lithography", months=months
    )
    for name, (_country, share) in FIRMS.items():
        participant = Participant.objects.create(
            **where, version=version, organization=here.members[name].organization,
            member=here.members[name], part="lead" if name == "alpha" else "partner",
            work_share=share, cost_share=share,
        )  # fmt: skip
        BudgetLine.objects.create(participant=participant, category="staff", year=2026, amount=100)
    version.submitted_at, version.digest = NOON, sha256().hexdigest()
    version.save()
    return proposal


def decide(proposal: Proposal, authority: str, outcome: str, amount: int | None = None) -> None:
    Decision.objects.create(
        consortium=proposal.consortium, proposal=proposal, authority=authority, outcome=outcome,
        on=date(2025, 12, 15), amount=amount, digest="d",
    )  # fmt: skip


def test_a_granted_proposal_becomes_a_project_once() -> None:
    here = consortium()
    proposal = proposed(here)
    with pytest.raises(NotGranted):
        start_project(proposal=proposal, by=here.staff, on=START)
    decide(proposal, "members", "granted", 250)
    project = start_project(proposal=proposal, by=here.staff, on=START)
    assert (project.name, project.theme, project.budget, project.unit) == (
        "Lithography", "lithography", Decimal(250), "JPY",
    )  # fmt: skip
    assert (project.starts_on, project.ends_on) == (START, date(2028, 1, 1))
    assert (project.decided_on, project.contract_due_on) == (date(2025, 12, 15), date(2026, 3, 26))
    parts = project.projectparticipants.order_by("pk").values_list("part", "work_share")
    assert list(parts) == [
        ("lead", Decimal("0.5")), ("partner", Decimal("0.3")), ("partner", Decimal("0.2")),
    ]  # fmt: skip
    assert standing(project, START) == Standing.AWAITING_CONTRACT
    with pytest.raises(AlreadyStarted):
        start_project(proposal=proposal, by=here.staff, on=START)
    assert Project.objects.count() == 1


def test_both_authorities_must_agree() -> None:
    here = consortium(section={**SECTION, "decisions": BOTH})
    proposal = proposed(here)
    decide(proposal, "members", "granted", 300)
    decide(proposal, "government", "deferred")
    with pytest.raises(NotGranted) as refused:
        start_project(proposal=proposal, by=here.staff, on=START)
    assert refused.value.values["authorities"] == ["government"]
    decide(proposal, "government", "granted", 200)
    project = start_project(proposal=proposal, by=here.staff, on=START)
    assert project.budget == Decimal(200)


def test_without_amount_or_months() -> None:
    here = consortium(section={**SECTION, "contract_weeks": None})
    proposal = proposed(here, months=None)
    decide(proposal, "members", "granted")
    with pytest.raises(DurationMissing):
        start_project(proposal=proposal, by=here.staff, on=START)
    project = start_project(proposal=proposal, ends_on=date(2026, 7, 1), by=here.staff, on=START)
    assert project.budget == Decimal(300)
    assert (project.contract_due_on, standing(project, START)) == (None, Standing.RUNNING)


def test_a_withdrawn_proposal_does_not_start() -> None:
    here = consortium()
    proposal = proposed(here)
    decide(proposal, "members", "granted", 250)
    proposal.withdrawn_at = NOON
    proposal.save()
    with pytest.raises(NotGranted):
        start_project(proposal=proposal, by=here.staff, on=START)
