"""Living consortia that took a phase of a reference case as their charter, and its projects."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from consortium.models import Charter
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.cases import load_case
from consortium.operations.charters import clone_charter, draft_charter
from consortium.reports.cases import CASES
from consortium.rules.cases import read_case
from consortium.states import Role
from projects.models import Decision, Plan, Project, Proposal, ReviewAssignment
from projects.operations.assignments import Pair, assign_reviewers
from projects.operations.decisions import Resolution, decide
from projects.operations.plans import decide_plan, propose_plan
from projects.operations.reviews import Opinion, submit_review
from projects.operations.writing import Line, Party
from projects.rules.choices import Authority, Part
from projects.states import Outcome
from tests.cast import appointed
from tests.factories.portfolios import FOUNDED, Portfolio, called, founded, join

ADOPTED = date(2026, 1, 1)
SCREENED_ON = date(2026, 4, 2)
"""The day after the call has closed."""

REVIEWED_AT = datetime(2026, 4, 20, 3, tzinfo=UTC)
DECIDED_ON = date(2026, 5, 4)


def phase(slug: str, code: str, *firms: tuple[str, str, str], **call: Any) -> Portfolio:
    """Found a consortium, take a case's phase as its charter, and open a call under it.

    `firms`: name, country and kind of each member. They join while it is being formed: some
    of the phases admit nobody later.
    """
    consortium = founded(f"new-{slug}")
    forming = draft_charter(
        consortium=consortium, code="forming", name_en="Formation", starts_on=FOUNDED,
        sections={}, by=None, on=FOUNDED,
    )  # fmt: skip
    adopt_charter(charter=forming, by=None, on=FOUNDED)
    document = read_case((CASES / f"{slug}.toml").read_text(encoding="utf-8"))
    load_case(case=document, by=None, on=FOUNDED)
    draft = clone_charter(
        consortium=consortium,
        source=Charter.objects.get(consortium__slug=slug, code=code),
        code=code,
        starts_on=ADOPTED,
        by=None,
        on=FOUNDED,
    )
    adopt_charter(charter=draft, by=None, on=FOUNDED)
    made = called(consortium, **call)
    made.people["second"] = appointed(f"{consortium.slug}-second", consortium, Role.PROJECTS)
    for name, country, kind in firms:
        join(made, name, country=country, kind=kind)
    return made


def parties(here: Portfolio, own: str = "0.4", **shares: str) -> tuple[Party, ...]:
    """Return who takes part with which share of work and cost, the first leading.

    `own`: which part of each budget is the participant's own money.
    """
    total = Decimal(1_000_000)
    return tuple(
        Party(
            organization=here.organization(name),
            part=Part.PARTNER if index else Part.LEAD,
            work_share=Decimal(share),
            cost_share=Decimal(share),
            budget=(
                Line(category="staff", year=2026, amount=total * Decimal(share),
                     own=total * Decimal(share) * Decimal(own)),
            ),
        )
        for index, (name, share) in enumerate(shares.items())
    )  # fmt: skip


def proposed(here: Portfolio, own: str = "0.4", **shares: str) -> Proposal:
    """Write, sign and submit a proposal of some members."""
    taking = parties(here, own, **shares)
    changes = {} if here.call.rules().themes else {"theme": ""}
    return here.submitted(*shares, participants=taking, **changes).proposal


def judge(here: Portfolio, *names: str, of: str = "") -> None:
    """Appoint reviewers, who also speak for a member where one is named."""
    for name in names:
        user = appointed(f"{here.consortium.slug}-{name}", here.consortium, Role.REVIEWER)
        here.people[name] = user
        if of:
            appoint(
                consortium=here.consortium, user=user, role=Role.TECHNICAL_CONTACT,
                organization=here.organization(of), starts_on=FOUNDED, by=None, on=FOUNDED,
            )  # fmt: skip


def assigned(here: Portfolio, proposal: Proposal, *names: str) -> Sequence[ReviewAssignment]:
    return assign_reviewers(
        call=here.call,
        pairs=[Pair(proposal, here.people[name]) for name in names],
        due_on=date(2026, 4, 30),
        by=here.people["projects"],
        on=SCREENED_ON,
    )


def reviewed(here: Portfolio, proposal: Proposal, scores: Mapping[str, str], *names: str) -> None:
    """Let reviewers give a proposal the same scores."""
    given = {code: Decimal(score) for code, score in scores.items()}
    for row in assigned(here, proposal, *names):
        submit_review(
            assignment=row,
            opinion=Opinion(scores=given),
            at=REVIEWED_AT,
            by=row.reviewer,
            on=REVIEWED_AT.date(),
        )


def granted(here: Portfolio, proposal: Proposal, authority: Authority, body: str = "") -> Decision:
    return decide(
        proposal=proposal,
        authority=authority,
        resolution=Resolution(outcome=Outcome.GRANTED, body=body),
        decided_on=DECIDED_ON,
        by=here.people["projects"],
        on=DECIDED_ON,
    )


def package(
    here: Portfolio, code: str, name: str, effort: str, site: str = "member", **more: Any
) -> dict[str, Any]:
    """Return a work package of one member over the whole of a year."""
    uid = str(here.organization(name).uid)
    title = {"en": code.title()}
    return {
        "code": code, "title": title, "site": site, "responsible": uid, "starts": 0, "ends": 12,
        "effort": {uid: effort}, **more,
    }  # fmt: skip


def planned(here: Portfolio, project: Project, *packages: Mapping[str, Any]) -> Plan:
    """Propose a plan of a year's work packages, and adopt it as another person."""
    plan = propose_plan(
        project=project,
        body={"months": 12, "packages": list(packages)},
        by=here.people["projects"],
        on=DECIDED_ON,
    )
    return decide_plan(plan=plan, adopt=True, by=here.people["second"], on=DECIDED_ON)
