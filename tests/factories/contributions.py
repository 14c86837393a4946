"""A consortium whose levy asks for every kind of figure and waits for a second person."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consortium.models import Consortium, Member, User
from consortium.states import Role
from funding.models import Round
from funding.operations.rounds import open_round
from funding.reports.rounds import governing
from tests.cast import appointed
from tests.factories.ledgers import fee, levy, member, small
from tests.snapshot import built_once

PERIOD = date(2026, 1, 1)
NAMES = ("north", "south", "east")

CONTRIBUTION: dict[str, Any] = {
    "label": {"en": "R&D contribution", "zh": "研发出资"},
    "anchor": "2025-01-01",
    "calendar": {
        "opens": {"days": -60},
        "remind": [{"days": -10}, {"days": 10}],
        "closes": {"months": 1},
        "assess": {"days": 45},
        "due": {"months": 3, "days": -1},
        "final": {"months": 12},
    },
    "exchange": {"rate": "ecb", "label": {"en": "ECB reference rate"}, "day": "period_start"},
    "inputs": {
        "sales": {
            "kind": "money",
            "label": {"en": "relevant sales", "zh": "相关产品销售额"},
            "currencies": ["EUR", "CNY"],
            "lines": [
                {"code": "external", "label": {"en": "external sales", "zh": "对外销售"}},
                {"code": "excluded", "label": {"en": "exclusions"}, "minus": True},
            ],
        },
        "grants": {
            "kind": "money",
            "label": {"en": "grants"},
            "currencies": ["EUR"],
            "optional": True,
        },
        "staff": {"kind": "count", "label": {"en": "employees"}},
        "years": {"kind": "quantity", "label": {"en": "person-years"}, "optional": True},
        "size": {
            "kind": "choice",
            "label": {"en": "size"},
            "choices": {
                "small": {"en": "Small", "zh": "小型"},
                "large": {"en": "Large", "zh": "大型"},
            },
        },
        "listed": {"kind": "yes_no", "label": {"en": "listed"}},
    },
    "rule": [
        {"add": {"rate": "0.001", "of": "sales"}},
        {"add": {"rate": "10", "of": "staff"}},
        {
            "add": {
                "table": ["size"],
                "rows": [
                    {"when": {"size": "small"}, "then": {"const": "100"}},
                    {"when": {"size": "large"}, "then": {"const": "500"}},
                ],
            }
        },
        {"add": {"const": "50"}, "when": {"listed": True}},
        {"add": {"const": "1"}, "when": {"grants": "undeclared"}},
        {"add": {"const": "2"}, "when": {"years": "undeclared"}},
        {"at_most": {"const": "90000"}},
    ],
    "issue": "confirmed",
}
"""0.1% of net sales, 10 a head, 100 or 500 by size, 50 if listed; at most 90,000."""

FIGURES: dict[str, Any] = {
    "sales": {"lines": {"external": "52000000", "excluded": "2000000.50"}},
    "grants": {"amount": "1200.50", "currency": "EUR"},
    "staff": "240",
    "years": "12.5",
    "size": "large",
    "listed": True,
}
"""As REST takes them: 49,999.9995 + 2,400 + 500 + 50 = 52,950.00."""


@dataclass
class Season:
    """The consortium, its open rounds, and its people by short name."""

    consortium: Consortium
    people: dict[str, User] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        return self.consortium.rounds.get(levy="contribution")

    def member(self, name: str) -> Member:
        return member(self.consortium, name)

    def declaring(self, name: str, **more: Any) -> dict[str, Any]:
        """Return what a member posts; figures may be changed or left out with None… by name."""
        figures = {**FIGURES, **more.pop("figures", {})}
        return {
            "member": str(self.member(name).uid),
            "levy": "contribution",
            "period_starts_on": PERIOD.isoformat(),
            "figures": figures,
            **more,
        }


@built_once
def season(**changes: Any) -> Season:
    """Found it with three members and open its rounds of 2026; nobody has declared."""
    made = Season(small("season", levy("contribution", **{**CONTRIBUTION, **changes}),
                        fee(anchor="2025-01-01", visibility="members"),
                        starts_on=date(2025, 1, 1), members=NAMES))  # fmt: skip
    for name in NAMES:
        organization = made.member(name).organization
        made.people[name] = appointed(name, made.consortium, Role.SIGNATORY, organization)
    for name, role in (
        ("clerk", Role.FINANCE),
        ("second", Role.FINANCE),
        ("secretary", Role.SECRETARY),
        ("auditor", Role.AUDITOR),
        ("reader", Role.READER),
    ):
        made.people[name] = appointed(f"season-{name}", made.consortium, role)
    for code in ("contribution", "fee"):
        due = governing(consortium=made.consortium, levy=code, period_starts_on=PERIOD)
        open_round(consortium=made.consortium, due=due, by=None, on=date(2026, 1, 1))
    return made
