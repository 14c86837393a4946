"""A season to walk through: sixty members, two figures, charges that two people release."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, Member, MembershipTerm, Organization, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.periods import add_months
from consortium.states import Role
from funding.models import Round
from funding.operations.declarations import Figures, record_declaration
from funding.operations.rounds import open_round
from funding.operations.runs import carry_out, confirm_run, propose_run
from funding.reports.rounds import governing
from funding.rules.figures import Lines
from tests.cast import person
from tests.snapshot import built_once

PERIOD = date(2026, 1, 1)
"""First day of the period the season is about, unless a test says another."""

INPUTS: dict[str, Any] = {
    "sales": {
        "kind": "money",
        "label": {"en": "Relevant sales", "zh": "相关产品销售额"},
        "lines": [
            {"code": "external", "label": {"en": "External sales", "zh": "对外销售"}},
            {"code": "internal", "label": {"en": "Within the group", "zh": "集团内部销售"},
             "minus": True},
        ],
    },
    "staff": {"kind": "count", "label": {"en": "R&D staff", "zh": "研发人员数"}},
}  # fmt: skip

LEVY: dict[str, Any] = {
    "code": "contribution",
    "label": {"en": "R&D contribution", "zh": "研发出资"},
    "categories": ["full"],
    "unit": "CNY",
    "trigger": {"kind": "period", "anchor": PERIOD.isoformat(), "months": 12},
    "calendar": {
        "opens": {"days": -60},
        "closes": {"months": 1},
        "assess": {"days": 45},
        "due": {"months": 3, "days": -1},
    },
    "inputs": INPUTS,
    "rule": [
        {"add": {"rate": "0.003", "of": "sales"}},
        {"add": {"rate": "200", "of": "staff"}},
        {"at_least": {"const": "100000"}},
        {"at_most": {"const": "3000000"}},
    ],
    "issue": "confirmed",
    "visibility": "secret",
}
"""0.3% of sales and CNY 200 for each of the R&D staff, between a floor and a cap."""

CATEGORIES = [{"code": "full", "label": {"en": "Full members", "zh": "正式成员"}}]


def sections(levy: dict[str, Any], second: Role) -> dict[str, Any]:
    """Return a charter under which a levy's runs are confirmed by a second person in this role."""
    return {
        "admission": {"categories": CATEGORIES},
        "governance": {
            "bodies": [{"code": "council", "label": {"en": "Council"}, "kind": "board"}],
            "decides": {
                "adopt_charter": {"by": "council", "second": "finance"},
                "confirm_dues": {"by": "council", "second": second.value},
            },
        },
        "dues": {"levies": [levy]},
    }


@dataclass
class Season:
    """The consortium, its members by name, and its people by role."""

    consortium: Consortium
    period: date
    members: list[Member] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        return Round.objects.get(
            consortium=self.consortium, levy="contribution", starts_on=self.period
        )


@built_once
def season(
    count: int = 60,
    *,
    levy: dict[str, Any] | None = None,
    second: Role = Role.AUDITOR,
    slug: str = "valley",
    period: date = PERIOD,
) -> Season:
    """Found a consortium with so many members, a year before the period the season is about."""
    on = add_months(period, -12)
    body = {**(levy or LEVY), "trigger": {**LEVY["trigger"], "anchor": on.isoformat()}}
    founding = Founding(
        slug=slug,
        name_en="Valley Sensor Consortium" if slug == "valley" else slug.title(),
        name_zh="谷地传感器联盟",
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        legal_form="contract",
        stage="key_technology",
        structure="vertical",
        initiator="enterprise",
        starts_on=on,
    )
    consortium = found(founding=founding, by=None, on=on)
    people = {
        role.value: staff(consortium, role, slug)
        for role in (Role.SECRETARY, Role.FINANCE, Role.AUDITOR, Role.READER)
    }
    draft = draft_charter(
        consortium=consortium,
        code="agreement",
        name_en="Members' agreement",
        starts_on=on,
        sections=sections(body, second),
        by=None,
        on=on,
    )
    adopt_charter(charter=draft, by=None, on=on)
    return Season(consortium, period, admitted(consortium, count), people)


def admitted(consortium: Consortium, count: int) -> list[Member]:
    """Write so many members, all from the first day, in three statements."""
    organizations = Organization.objects.bulk_create(
        Organization(
            name_en=f"Firm {n:02d} Ltd",
            name_zh=f"第{n:02d}公司",
            kind="enterprise",
            country="CN",
            registered_by=consortium,
        )
        for n in range(1, count + 1)
    )
    members = Member.objects.bulk_create(
        Member(consortium=consortium, organization=each) for each in organizations
    )
    MembershipTerm.objects.bulk_create(
        MembershipTerm(member=each, category="full", starts_on=consortium.starts_on)
        for each in members
    )
    return members


def staff(consortium: Consortium, role: Role, slug: str) -> User:
    user = person(role.value if slug == "valley" else f"{slug}-{role.value}", language="en")
    appoint(
        consortium=consortium,
        user=user,
        role=role,
        starts_on=consortium.starts_on,
        by=None,
        on=consortium.starts_on,
    )
    return user


def opened(season: Season) -> Round:
    """Open the round the season is about."""
    open_on(season, season.period)
    return season.round


def open_on(season: Season, starts_on: date) -> None:
    due = governing(consortium=season.consortium, levy="contribution", period_starts_on=starts_on)
    on = max(due.schedule.opens_on, season.consortium.starts_on)
    open_round(consortium=season.consortium, due=due, by=None, on=on)


def declared(season: Season, n: int, sales: str | Decimal, **more: Any) -> None:
    """Record a member's figures: sales, none of them within the group, and seven people."""
    lines = Lines({"external": Decimal(sales), "internal": Decimal(0)})
    figures = Figures(
        levy="contribution",
        values={"sales": lines, "staff": Decimal(7)},
        **{"period_starts_on": season.period, **more},
    )
    on = figures.period_starts_on + timedelta(days=10)
    record_declaration(member=season.members[n], figures=figures, by=None, on=on)


def last_year(season: Season) -> None:
    """Live the year before: everybody declares and is charged."""
    starts_on = season.consortium.starts_on
    open_on(season, starts_on)
    for n in range(len(season.members)):
        declared(season, n, sales_of(n), period_starts_on=starts_on)
    round = Round.objects.get(consortium=season.consortium, starts_on=starts_on)
    on = add_months(starts_on, 2)
    run = propose_run(round=round, by=season.people["finance"], on=on)
    carry_out(confirm_run(run=run, by=season.people["auditor"], on=on), on=on)


def sales_of(n: int) -> Decimal:
    """Return a member's sales, in CNY: from below the floor to beyond the cap."""
    return Decimal(18_000_000 * (n % 12 + 1) ** 2)
