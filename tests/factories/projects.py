"""A consortium that screens proposals: a call, its proposals and people who judge them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from consortium.models import Charter, CharterSection, Consortium, Member, Organization, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.states import Role
from projects.models import (
    BudgetLine,
    Call,
    Competitor,
    Participant,
    Proposal,
    ProposalVersion,
    Review,
    ReviewAssignment,
)
from tests.cast import person
from tests.factories.ledgers import join
from tests.snapshot import built_once

FOUNDED = date(2025, 1, 1)
OPENED = datetime(2026, 1, 10, tzinfo=UTC)
CLOSED = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
CLOSED_ON = date(2026, 2, 10)
REVIEWED = datetime(2026, 2, 20, 3, 0, tzinfo=UTC)
SCREENED_ON = date(2026, 2, 11)
"""The first day on which anybody may be assigned."""

CRITERIA: list[dict[str, Any]] = [
    {"code": "novelty", "label": {"en": "Novelty", "zh": "新颖性"}, "weight": "2"},
    {"code": "use", "label": {"en": "Use", "zh": "用处"}, "weight": "1", "threshold": "2"},
]
SECTION: dict[str, Any] = {
    "initiative": "top_down",
    "requirements": [
        {
            "code": "two_groups",
            "label": {"en": "Two independent groups", "zh": "两个独立集团"},
            "measure": "groups",
            "at_least": "2",
        },
        {
            "code": "own_half",
            "label": {"en": "Half is own money", "zh": "自筹一半"},
            "measure": "own_money_share",
            "at_least": "0.5",
            "level": "warning",
        },
    ],
    "screening": {
        "by": "experts",
        "reviewers": 2,
        "flag_from": "2",
        "criteria": CRITERIA,
    },
    "decisions": [{"authority": "members", "by": "board"}, {"authority": "government"}],
}


GOVERNANCE: dict[str, Any] = {
    "bodies": [{"code": "board", "label": {"en": "Board", "zh": "理事会"}, "kind": "board"}]
}


def section(**screening: Any) -> dict[str, Any]:
    """Return the section above with its screening changed."""
    return SECTION | {"screening": SECTION["screening"] | screening}


@dataclass
class Panel:
    """A consortium, its call, and everybody by short name."""

    consortium: Consortium
    call: Call
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    def organization(self, name: str) -> Organization:
        return self.members[name].organization


@built_once
def panel(
    slug: str = "panel",
    *,
    body: dict[str, Any] | None = None,
    members: Iterable[str] = ("alpha", "beta", "gamma"),
    reviewers: Iterable[str] = ("ann", "bob", "cid"),
    **call: Any,
) -> Panel:
    """Found a consortium with members, staff, reviewers and a closed call."""
    charter = chartered(slug, body or SECTION)
    consortium = charter.consortium
    opened = Call.objects.create(
        consortium=consortium,
        charter=charter,
        **{
            "code": "first-call",
            "name_en": "First call",
            "initiative": "top_down",
            "unit": "CNY",
            "opens_at": OPENED,
            "closes_at": CLOSED,
            "published_at": OPENED,
            **call,
        },
    )
    made = Panel(consortium, opened)
    for name in members:
        made.members[name] = join(consortium, name)
        made.people[name] = hired(
            made, f"{slug}-{name}", Role.SIGNATORY, made.members[name].organization
        )
    for role in (Role.PROJECTS, Role.SECRETARY, Role.AUDITOR, Role.FINANCE):
        made.people[role.value] = hired(made, f"{slug}-{role.value}", role)
    for name in reviewers:
        made.people[name] = hired(made, f"{slug}-{name}", Role.REVIEWER)
    return made


def chartered(slug: str, body: dict[str, Any]) -> Charter:
    """Found a consortium and return the charter adopted for it."""
    founding = Founding(
        slug=slug,
        name_en=slug.title(),
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        legal_form="contract",
        stage="key_technology",
        structure="vertical",
        initiator="enterprise",
        starts_on=FOUNDED,
    )
    consortium = found(founding=founding, by=None, on=FOUNDED)
    draft = draft_charter(
        consortium=consortium,
        code="first",
        name_en="First",
        starts_on=FOUNDED,
        sections={"governance": GOVERNANCE, "projects": body},
        by=None,
        on=FOUNDED,
    )
    return adopt_charter(charter=draft, by=None, on=FOUNDED)


def hired(panel: Panel, name: str, role: Role, organization: Organization | None = None) -> User:
    user = person(name)
    appoint(
        consortium=panel.consortium,
        user=user,
        role=role,
        organization=organization,
        starts_on=FOUNDED,
        by=None,
        on=FOUNDED,
    )
    return user


def propose(
    panel: Panel,
    name: str,
    parties: Sequence[str] = ("alpha", "beta"),
    *,
    amount: str = "1000",
    own: str = "500",
    months: int = 24,
    submitted: bool = True,
) -> Proposal:
    """Write a proposal of some members, the first of them leading, with equal shares."""
    lead = panel.members[parties[0]]
    proposal = Proposal.objects.create(
        consortium=panel.consortium,
        call=panel.call,
        lead=lead,
        created_by=panel.people[parties[0]],
    )
    version_of(panel, proposal, name, parties, amount=amount, own=own, months=months)
    if submitted:
        submit(panel, proposal)
    panel.proposals[name] = proposal
    return proposal


def version_of(
    panel: Panel,
    proposal: Proposal,
    title: str,
    parties: Sequence[str],
    *,
    amount: str = "1000",
    own: str = "500",
    months: int = 24,
    stage: int = 1,
) -> ProposalVersion:
    version = ProposalVersion.objects.create(
        proposal=proposal,
        version=proposal.versions.count() + 1,
        stage=stage,
        title=title,
        summary=f"About {title}",
        months=months,
    )
    count = len(parties)
    for position, each in enumerate(parties):
        member = panel.members[each]
        participant = Participant.objects.create(
            consortium=panel.consortium,
            version=version,
            organization=member.organization,
            member=member,
            part="partner" if position else "lead",
            work_share=Decimal(1) / count,
            cost_share=Decimal(1) / count,
            signed_at=OPENED,
            signed_by=panel.people[each],
        )
        BudgetLine.objects.create(
            participant=participant, category="staff", year=2026,
            amount=Decimal(amount) / count, own=Decimal(own) / count,
        )  # fmt: skip
    return version


def submit(panel: Panel, proposal: Proposal, at: datetime = CLOSED) -> Proposal:
    """Seal a proposal's open draft, as its submission does."""
    version = proposal.versions.get(submitted_at=None)
    version.submitted_at, version.digest = at, "0" * 64
    version.submitted_by = proposal.created_by
    version.save()
    number = f"P-{panel.consortium.slug}-{panel.consortium.proposals.count():04}"
    proposal.number, proposal.submitted = proposal.number or number, True
    proposal.save()
    return proposal


def reviewed(here: Panel, name: str, **scores: tuple[str, str]) -> None:
    """Submit reviews of a proposal: novelty and use, by reviewer."""
    for who, (novelty, use) in scores.items():
        row = ReviewAssignment.objects.create(
            consortium=here.consortium, proposal=here.proposals[name],
            reviewer=here.people[who], assigned_on=SCREENED_ON, due_on=SCREENED_ON,
        )  # fmt: skip
        Review.objects.create(
            consortium=here.consortium, assignment=row, submitted_at=REVIEWED, digest="0" * 64,
            scores={"novelty": novelty, "use": use}, feedback="Say more about costs.",
        )  # fmt: skip


@dataclass
class Screened(Panel):
    """The same in a consortium that is there already, with one assignment and competitor."""

    assignment: Any = None
    competitor: Any = None


def screened_in(consortium: Consortium, *members: str, call: str = "a-call") -> Screened:
    """Let some members of a consortium propose twice; the first proposal is reviewed."""
    charter = old_rules(consortium)
    made = Screened(
        consortium,
        Call.objects.create(
            consortium=consortium, charter=charter, code=call, name_en="A call",
            initiative="top_down", unit="CNY", opens_at=OPENED, closes_at=CLOSED,
            published_at=OPENED,
        ),
    )  # fmt: skip
    for name in members:
        made.members[name] = consortium.members.get(organization__name_en__istartswith=name)
        made.people[name] = User.objects.get(username=name)
    for name in ("ann", "bob", "cid"):
        made.people[name] = hired(made, f"{consortium.slug}-{call}-{name}", Role.REVIEWER)
    for name in ("one", "two"):
        propose(made, name, members)
    reviewed(made, "one", ann=("4", "4"), bob=("3", "4"))
    made.assignment = ReviewAssignment.objects.create(
        consortium=consortium, proposal=made.proposals["one"], reviewer=made.people["cid"],
        assigned_on=SCREENED_ON, due_on=date(2026, 12, 31),
    )  # fmt: skip
    made.competitor = Competitor.objects.create(
        consortium=consortium, member=made.members[members[0]],
        organization=Organization.objects.exclude(members=made.members[members[0]])[0],
        starts_on=FOUNDED,
    )  # fmt: skip
    return made


def old_rules(consortium: Consortium) -> Charter:
    """Return a charter of earlier years with the section above, adopted then."""
    found = consortium.charters.filter(code="old-rules").first()
    if found is not None:
        return found
    made = Charter.objects.create(
        consortium=consortium, code="old-rules", name_en="Old rules",
        starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1),
    )  # fmt: skip
    CharterSection.objects.create(charter=made, code="projects", version=1, body=SECTION)
    made.adopted_on = made.starts_on
    made.save()
    return made
