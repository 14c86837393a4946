"""A consortium with a project in it: three firms, two people of its project staff, a plan."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, Document, Member, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.operations.documents import file_document
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.states import Role
from projects.models import Facility, Plan, Project
from projects.operations.plans import decide_plan, propose_plan
from projects.operations.start import Opening, Taking, open_project, sign_contract
from projects.rules.choices import Part
from tests.cast import person
from tests.snapshot import built_once

FOUNDED = date(2025, 1, 1)
START = date(2026, 1, 1)
PDF = b"%PDF-1.4\n%%EOF\n"

SECTION: dict[str, Any] = {
    "initiative": "top_down",
    "screening": {"by": "nobody"},
    "decisions": [{"authority": "members"}],
    "contract_weeks": 12,
    "sites": [
        {"site": "joint", "share": "0.2", "tolerance": "0.05"},
        {"site": "member", "share": "0.8", "tolerance": "0.05"},
    ],
    "secondment": {"least_months": 6, "most_months": 30, "extension_months": 6},
    "reporting": {"months": 6, "days": 30},
    "remind_days": [30, 7],
    "escalation": [{"days": 1}, {"days": 14, "secretariat": True}],
}
"""VLSI's split of the work, SEMATECH's 6 to 30 months of secondment."""

FIRMS = {"alpha": ("JP", "0.5"), "beta": ("JP", "0.3"), "gamma": ("FR", "0.2")}
"""Country, and share of work and cost, of each participant; the first one leads."""


@dataclass
class Running:
    """The consortium, its members and people by name, and its project."""

    consortium: Consortium
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    facility: Facility | None = None
    _project: Project | None = None

    @property
    def project(self) -> Project:
        assert self._project is not None
        self._project.refresh_from_db()
        return self._project

    @property
    def staff(self) -> User:
        return self.people["staff"]

    @property
    def second(self) -> User:
        return self.people["second"]

    def uid(self, name: str) -> str:
        return str(self.members[name].organization.uid)

    def opening(self, **changes: Any) -> Opening:
        taking = [
            Taking(
                self.members[name].organization,
                Part.LEAD if name == "alpha" else Part.PARTNER,
                Decimal(share),
                Decimal(share),
            )
            for name, (_country, share) in FIRMS.items()
        ]
        given: dict[str, Any] = {
            "lead": self.members["alpha"],
            "taking": taking,
            "starts_on": START,
            "ends_on": date(2028, 1, 1),
            "name_en": "Lithography",
            "theme": "lithography",
            "budget": Decimal(5000000),
        }
        return Opening(**given | changes)

    def plan(self, **changes: Any) -> dict[str, Any]:
        """Return a plan of two packages in 24 months: a fifth of the effort in the joint lab."""
        packages = [
            {
                "code": "optics", "title": {"en": "Optics", "zh": "光学"}, "site": "joint",
                "facility": str(self.facility.uid) if self.facility else None,
                "responsible": self.uid("alpha"), "starts": 0, "ends": 12,
                "effort": {self.uid("alpha"): "12", self.uid("beta"): "8"},
            },
            {
                "code": "resist", "title": {"en": "Resist", "zh": "光刻胶"}, "site": "member",
                "responsible": self.uid("beta"), "starts": 12, "ends": 24, "after": ["optics"],
                "effort": {self.uid("beta"): "50", self.uid("gamma"): "30"},
                "tasks": [{"code": "mix", "title": {"en": "Mix"}, "starts": 12, "ends": 18}],
            },
        ]  # fmt: skip
        body: dict[str, Any] = {
            "months": 24,
            "packages": packages,
            "milestones": [
                {"code": "first_light", "title": {"en": "First light"}, "due": 12,
                 "package": "optics", "responsible": self.uid("alpha")},
            ],
            "deliverables": [
                {"code": "design", "title": {"en": "Design"}, "due": 6, "package": "optics",
                 "responsible": self.uid("beta")},
                {"code": "process", "title": {"en": "Process"}, "due": 24},
            ],
        }  # fmt: skip
        return body | changes

    def adopt(self, body: dict[str, Any], *, on: date = START, reason: str = "") -> Plan:
        """Let one person propose a plan and the other one adopt it."""
        plan = propose_plan(project=self.project, body=body, reason=reason, by=self.staff, on=on)
        return decide_plan(plan=plan, adopt=True, by=self.second, on=on)

    def sign(self, on: date = START) -> None:
        for each in self.project.projectparticipants.order_by("pk"):
            sign_contract(participant=each, signatory="A. Signer", by=None, on=on)

    def file(self, by: User | None = None, on: date = START) -> Document:
        return file_document(
            consortium=self.consortium, name="paper.pdf", content=PDF, by=by, on=on
        )


def consortium(
    slug: str = "litho", *, section: dict[str, Any] | None = None, **sections: Any
) -> Running:
    """Found a consortium under a charter with projects, with three members and its people."""
    founding = Founding(
        slug=slug,
        name_en=slug.title(),
        currency="JPY",
        time_zone="Asia/Tokyo",
        language="en",
        legal_form="association",
        stage="pre_competitive",
        structure="horizontal",
        initiator="government",
        starts_on=FOUNDED,
    )
    made = found(founding=founding, by=None, on=FOUNDED)
    charter = draft_charter(
        consortium=made,
        code="first",
        name_en="First charter",
        starts_on=FOUNDED,
        sections={"projects": section or SECTION, **sections},
        by=None,
        on=FOUNDED,
    )
    adopt_charter(charter=charter, by=None, on=FOUNDED)
    here = Running(made)
    roles = {"staff": Role.PROJECTS, "second": Role.PROJECTS, "secretary": Role.SECRETARY}
    for name, role in roles.items():
        here.people[name] = someone(here, name, role)
    for name, (country, _share) in FIRMS.items():
        join(here, name, country)
    return here


def someone(here: Running, name: str, role: Role, organization: Any = None) -> User:
    user = person(f"{here.consortium.slug}-{name}")
    appoint(
        consortium=here.consortium,
        user=user,
        role=role,
        organization=organization,
        starts_on=FOUNDED,
        by=None,
        on=FOUNDED,
    )
    user.refresh_from_db()
    return user


def join(here: Running, name: str, country: str) -> None:
    organization = register_organization(
        consortium=here.consortium,
        name_en=name.title(),
        kind="enterprise",
        country=country,
        registration_number=f"{here.consortium.slug}-{name}",
        by=None,
        on=FOUNDED,
    )
    term = admit(
        consortium=here.consortium,
        organization=organization,
        category="member",
        starts_on=FOUNDED,
        by=None,
        on=FOUNDED,
    )
    here.members[name] = term.member
    here.people[name] = someone(here, name, Role.SIGNATORY, organization)


@built_once
def running(
    slug: str = "litho", *, section: dict[str, Any] | None = None, **sections: Any
) -> Running:
    """Return a consortium whose project has a signed contract and an adopted plan."""
    here = opened(slug, section=section, **sections)
    here.sign()
    here.adopt(here.plan())
    return here


@built_once
def opened(
    slug: str = "litho", *, section: dict[str, Any] | None = None, **sections: Any
) -> Running:
    """Return a consortium whose project waits for its contract."""
    here = consortium(slug, section=section, **sections)
    here.facility = Facility.objects.create(
        consortium=here.consortium, kind="joint", name_en="Joint lab", starts_on=FOUNDED
    )
    here._project = open_project(
        consortium=here.consortium, opening=here.opening(), by=here.staff, on=START
    )
    return here
