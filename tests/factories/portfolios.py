"""A consortium with a charter of projects: three members, an institute, staff, and a call."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, Member, Organization, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.states import Role
from projects.models import Call, Participant, Proposal, ProposalVersion
from projects.operations.calls import Invitation, create_call, publish_call
from projects.operations.drafts import start_proposal
from projects.operations.proposals import sign, submit
from projects.operations.writing import Draft, Line, Party
from projects.reports.content import state_of
from projects.rules.choices import Part
from tests.cast import appointed
from tests.snapshot import built_once

FOUNDED = date(2025, 1, 1)
TODAY = date(2026, 3, 2)
OPENS = datetime(2026, 3, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
CLOSES = datetime(2026, 4, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)

SECTION: dict[str, Any] = {
    "initiative": "top_down",
    "screening": {
        "by": "experts",
        "reviewers": 3,
        "criteria": [
            {"code": "quality", "label": {"en": "Quality"}, "weight": "0.6"},
            {"code": "impact", "label": {"en": "Impact"}, "weight": "0.4"},
        ],
    },
    "decisions": [{"authority": "members"}],
    "never_shared": {
        "prices": "refuse",
        "capacity": "flag",
        "customers": "refuse",
        "procurement": "refuse",
    },
    "members_only": False,
}

TERMS: dict[str, Any] = {
    "themes": [
        {"code": "etching", "label": {"en": "Etching", "zh": "刻蚀"}},
        {"code": "optics", "label": {"en": "Optics", "zh": "光学"}},
    ],
    "categories": [
        {"code": "staff", "label": {"en": "Staff"}},
        {"code": "material", "label": {"en": "Material"}},
    ],
    "fields": [{"code": "objectives", "label": {"en": "Objectives", "zh": "目标"}}],
    "most_months": 36,
}

CANARY = "Quasiperiodic plasma 918273645"
"""A text found in one member's proposal only."""


@dataclass
class Portfolio:
    """Everybody, by short name."""

    consortium: Consortium
    call: Call
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def organization(self, name: str) -> Organization:
        return self.members[name].organization

    def draft(self, *names: str, **changes: Any) -> Draft:
        """Return what the members propose, the first of them as lead, in equal shares."""
        share = Decimal(1) / len(names)
        given: dict[str, Any] = {
            "title": "Deep etching",
            "summary": "A joint study.",
            "theme": "etching",
            "content": {"objectives": CANARY},
            "months": 24,
            "participants": tuple(
                Party(
                    organization=self.organization(name),
                    part=Part.PARTNER if index else Part.LEAD,
                    work_share=share,
                    cost_share=share,
                    budget=(
                        Line(
                            category="staff",
                            year=2026,
                            amount=Decimal("917263.50"),
                            own=Decimal("1000"),
                        ),
                    ),
                )
                for index, name in enumerate(names)
            ),
        }
        return Draft(**given | changes)

    def started(self, *names: str, **changes: Any) -> Proposal:
        return start_proposal(
            member=self.members[names[0]],
            call=self.call,
            draft=self.draft(*names, **changes),
            at=NOW,
            by=self.people[names[0]],
            on=TODAY,
        )

    def signed(self, *names: str, **changes: Any) -> Proposal:
        proposal = self.started(*names, **changes)
        for name in names:
            self.sign(proposal, name)
        return proposal

    def sign(self, proposal: Proposal, name: str) -> Participant:
        version = draft_of(proposal)
        return sign(
            participant=version.participants.get(organization=self.organization(name)),
            state=state_of(version),
            at=NOW,
            by=self.people[name],
            on=TODAY,
        )

    def submitted(self, *names: str, at: datetime = NOW, **changes: Any) -> ProposalVersion:
        proposal = self.signed(*names, **changes)
        return submit(proposal=proposal, at=at, by=self.people[names[0]], on=TODAY)


def draft_of(proposal: Proposal) -> ProposalVersion:
    version = proposal.draft()
    assert version is not None
    return version


@built_once
def portfolio(slug: str = "portfolio", **changes: Any) -> Portfolio:
    """Found a consortium with projects and publish its call, which opened yesterday."""
    consortium = founded(slug)
    charter = draft_charter(
        consortium=consortium,
        code="first",
        name_en="First charter",
        starts_on=FOUNDED,
        sections={"projects": SECTION | changes},
        by=None,
        on=FOUNDED,
    )
    adopt_charter(charter=charter, by=None, on=FOUNDED)
    made = called(consortium)
    for name in ("north", "south", "east"):
        join(made, name)
    return made


def founded(slug: str) -> Consortium:
    founding = Founding(
        slug=slug,
        name_en=f"The {slug}",
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        legal_form="contract",
        stage="key_technology",
        structure="horizontal",
        initiator="enterprise",
        starts_on=FOUNDED,
    )
    return found(founding=founding, by=None, on=FOUNDED)


def called(consortium: Consortium, **changes: Any) -> Portfolio:
    """Publish a consortium's call, and appoint its staff."""
    draft = drafted_call(consortium, **changes)
    made = Portfolio(consortium, publish_call(call=draft, at=OPENS, by=None, on=OPENS.date()))
    for role in (Role.PROJECTS, Role.SECRETARY, Role.FINANCE, Role.AUDITOR, Role.REVIEWER):
        made.people[role.value] = appointed(f"{consortium.slug}-{role.value}", consortium, role)
    return made


def drafted_call(consortium: Consortium, code: str = "2026-1", **changes: Any) -> Call:
    given: dict[str, Any] = {
        "code": code,
        "name_en": "Etching and optics",
        "name_zh": "刻蚀与光学",
        "terms": TERMS,
        "budget": Decimal("5000000"),
        "opens_at": OPENS,
        "closes_at": CLOSES,
    }
    invitation = Invitation(**given | changes)
    return create_call(consortium=consortium, invitation=invitation, by=None, on=OPENS.date())


def join(made: Portfolio, name: str, *, country: str = "CN", kind: str = "enterprise") -> None:
    """Admit a member, with a signatory of the same name and a technical contact."""
    consortium = made.consortium
    organization = register_organization(
        consortium=consortium,
        name_en=f"{name.title()} {consortium.slug}",
        kind=kind,
        country=country,
        by=None,
        on=FOUNDED,
    )
    term = admit(
        consortium=consortium,
        organization=organization,
        category="member",
        starts_on=FOUNDED,
        by=None,
        on=FOUNDED,
    )
    made.members[name] = term.member
    prefix = consortium.slug
    made.people[name] = appointed(f"{prefix}-{name}", consortium, Role.SIGNATORY, organization)
    made.people[f"{name}-contact"] = appointed(
        f"{prefix}-{name}-contact", consortium, Role.TECHNICAL_CONTACT, organization
    )
