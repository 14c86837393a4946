"""The fixed cast: one living consortium in its dues round, and the people around it.

Today is 2 March 2026. Every member's figure is a number found nowhere else, so that
a test can look for it in anything another person is sent.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, Member, Organization, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found, set_goal
from consortium.operations.members import admit, suspend
from consortium.operations.notices import notify
from consortium.operations.organizations import register_organization
from consortium.states import Role
from funding.models import Assessment, Charge, Declaration, Round
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare
from funding.operations.rounds import open_round
from funding.reports.rounds import governing
from tests.snapshot import built_once

FOUNDED = date(2025, 1, 1)
PERIOD = date(2026, 1, 1)
TODAY = date(2026, 3, 2)
NOW = "2026-03-02 04:00:00+00:00"

SALES = {"payer": 123456789, "partner": 234567891, "rival": 345678912, "outsider": 456789123}
"""Semiconductor sales by member; the newcomer has declared nothing yet."""

DUES = {
    "code": "dues",
    "label": {"en": "Annual dues", "zh": "年度会费"},
    "categories": ["member"],
    "unit": "USD",
    "trigger": {"kind": "period", "anchor": "1988-01-01", "months": 12},
    "calendar": {
        "opens": {"days": -60},
        "closes": {"months": 1},
        "assess": {"days": 45},
        "due": {"months": 3, "days": -1},
    },
    "inputs": {
        "semiconductor_sales": {
            "kind": "money",
            "label": {"en": "Semiconductor sales", "zh": "半导体销售额"},
        }
    },
    "rule": [
        {"add": {"rate": "0.01", "of": "semiconductor_sales"}},
        {"at_least": {"const": "1000000"}},
        {"at_most": {"const": "15000000"}},
        {"round": {"const": "0.01"}},
    ],
    "issue": "automatic",
    "visibility": "secret",
}
"""SEMATECH's dues: one per cent of sales, at least one million, at most fifteen."""

FEE = {
    **DUES,
    "code": "fee",
    "label": {"en": "Membership fee", "zh": "会籍费"},
    "inputs": {},
    "rule": [{"add": {"const": "5000"}}],
    "visibility": "members",
}
"""The same for everybody, hence open to all members."""


@dataclass
class Cast:
    """Everybody, by short name."""

    consortium: Consortium
    other: Consortium
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    today = TODAY

    def declaration(self, member: str) -> Declaration:
        return Declaration.objects.get(member=self.members[member])

    def assessment(self, member: str, levy: str = "dues") -> Assessment:
        return Assessment.objects.get(member=self.members[member], levy=levy)

    def charge(self, member: str, levy: str = "dues") -> Charge:
        return Charge.objects.get(member=self.members[member], levy=levy)


def canaries(member: str) -> list[str]:
    """Return every way a member's figures could be written in an answer."""
    sales = SALES[member]
    dues = Decimal(sales) / 100
    return [str(sales), f"{sales:,}", f"{dues:.2f}", f"{dues:,.2f}", f"{dues:f}"]


@built_once
def build() -> Cast:
    """Make everybody, and run the round of 2026 up to its charges."""
    cast = Cast(consortium("alliance"), consortium("elsewhere"))
    for name in ("payer", "partner", "rival", "newcomer"):
        join(cast, cast.consortium, name)
    join(cast, cast.other, "outsider")
    for role in (
        Role.SECRETARY,
        Role.FINANCE,
        Role.AUDITOR,
        Role.READER,
        Role.SUPERVISOR,
        Role.ACCOUNTANT,
    ):
        cast.people[role.value] = appointed(role.value, cast.consortium, role)
    cast.people["other_secretary"] = appointed("other_secretary", cast.other, Role.SECRETARY)
    payer = cast.members["payer"].organization
    cast.people["technician"] = appointed(
        "technician", cast.consortium, Role.TECHNICAL_CONTACT, payer
    )
    cast.people["nobody"] = person("nobody")
    cast.people["root"] = person("root", is_superuser=True, is_staff=True)
    run_rounds(cast)
    suspend(
        member=cast.members["rival"],
        right="voting",
        cause="arrears",
        starts_on=date(2026, 2, 20),
        by=None,
        on=TODAY,
    )
    return cast


def person(name: str, **more: Any) -> User:
    return User.objects.create_user(name, f"{name}@example.org", "a sound password", **more)


def appointed(
    name: str, consortium: Consortium, role: Role, organization: Organization | None = None
) -> User:
    user = person(name)
    appoint(
        consortium=consortium,
        user=user,
        role=role,
        organization=organization,
        starts_on=FOUNDED,
        by=None,
        on=FOUNDED,
    )
    user.refresh_from_db()
    return user


def consortium(slug: str) -> Consortium:
    founding = Founding(
        slug=slug,
        name_en=f"The {slug}",
        name_zh=f"{slug} 联盟",
        currency="USD",
        time_zone="Asia/Shanghai",
        language="en",
        legal_form="contract",
        stage="key_technology",
        structure="horizontal",
        initiator="enterprise",
        starts_on=FOUNDED,
    )
    made = found(founding=founding, by=None, on=FOUNDED)
    charter = draft_charter(
        consortium=made,
        code="first",
        name_en="First charter",
        starts_on=FOUNDED,
        sections={"dues": {"levies": [DUES, FEE]}},
        by=None,
        on=FOUNDED,
    )
    adopt_charter(charter=charter, by=None, on=FOUNDED)
    set_goal(
        consortium=made,
        text_en=f"A goal of {slug}",
        set_on=FOUNDED,
        due_on=date(2026, 5, 1),
        by=None,
        on=FOUNDED,
    )
    return made


def join(cast: Cast, consortium: Consortium, name: str) -> None:
    """Admit an organization, with a signatory of the same name."""
    organization = register_organization(
        consortium=consortium,
        name_en=f"{name.title()} Ltd",
        kind="enterprise",
        country="US",
        registration_number=f"REG-{name}",
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
    cast.members[name] = term.member
    cast.people[name] = appointed(name, consortium, Role.SIGNATORY, organization)
    notify(
        consortium=consortium,
        to=[cast.people[name]],
        code="term_ends",
        on=TODAY,
        about=name,
        member=organization.name_en,
    )


def run_rounds(cast: Cast) -> None:
    """Open the rounds of 2026, declare, assess and charge, each on its day."""
    for each in (cast.consortium, cast.other):
        for levy in ("dues", "fee"):
            due = governing(consortium=each, levy=levy, period_starts_on=PERIOD)
            open_round(consortium=each, due=due, by=None, on=date(2025, 11, 2))
    for name, sales in SALES.items():
        figures = Figures(
            levy="dues", period_starts_on=PERIOD, values={"semiconductor_sales": Decimal(sales)}
        )
        declare(
            member=cast.members[name], figures=figures, by=cast.people[name], on=date(2026, 1, 15)
        )
    for round in Round.objects.order_by("pk"):
        assess(round=round, by=None, on=date(2026, 2, 15))
