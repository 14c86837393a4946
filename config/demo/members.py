"""The made-up members of the demonstration alliance, and how each is admitted."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import stdnum.cn.uscc

from config.demo.people import Person, spokesman
from consortium.models import Consortium, Member, User
from consortium.money import rounded
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.operations.seats import give_seat
from consortium.rules.choices import Rank
from funding.rules.figures import Lines

MEMBERS = Path(__file__).with_name("members.toml")
LINES = ("sales", "internal", "excluded")
COUNCIL = {"chair": Rank.CHAIR, "vice_chair": Rank.VICE_CHAIR, "council": Rank.MEMBER}
"""Who sits on the council: in this alliance those whose dues are graded by it."""
ENTERPRISE, INSTITUTION = "91", "12"
"""How a unified social credit code begins, by who keeps the register."""


@dataclass(frozen=True)
class Firm:
    """A made-up member; its `amounts` are those of the first year, in `unit` or else in CNY."""

    number: int
    login: str
    name_en: str
    name_zh: str
    person: str
    kind: str
    category: str
    unit: str
    amounts: Mapping[str, Decimal]
    growth: Decimal

    def figures(self, year: int, factor: Decimal = Decimal(1)) -> Lines:
        """Return its relevant sales for a dues year, counted from 0, in the charter's lines."""
        times = self.growth**year * factor
        cent = Decimal("0.01")
        return Lines(
            {line: rounded(a * times, cent) for line, a in self.amounts.items()}, self.unit
        )

    @property
    def registration(self) -> str:
        """Return a made-up but well-formed unified social credit code."""
        kind = ENTERPRISE if self.kind == "enterprise" else INSTITUTION
        front = f"{kind}330000MA00DEM{self.number:02d}"[:17].replace("O", "0")
        return front + str(stdnum.cn.uscc.calc_check_digit(front))


def firms() -> list[Firm]:
    entries = tomllib.loads(MEMBERS.read_text(encoding="utf-8"))["members"]
    return [firm(number, entry) for number, entry in enumerate(entries, start=1)]


def firm(number: int, entry: dict[str, Any]) -> Firm:
    return Firm(
        number=number,
        login=entry["login"],
        name_en=entry["en"],
        name_zh=entry["zh"],
        person=entry["person"],
        kind=entry.get("kind", "enterprise"),
        category=entry["category"],
        unit=entry.get("unit", ""),
        amounts={line: Decimal(entry[line]) for line in LINES if line in entry},
        growth=Decimal(entry.get("growth", "1")),
    )


def admit_firm(consortium: Consortium, firm: Firm, *, by: User, on: date) -> Member:
    """Register a firm, admit it from a day on, seat it, and appoint who signs for it."""
    organization = register_organization(
        consortium=consortium,
        name_en=firm.name_en,
        name_zh=firm.name_zh,
        kind=firm.kind,
        country="CN",
        registration_number=firm.registration,
        by=by,
        on=on,
    )
    term = admit(
        consortium=consortium,
        organization=organization,
        category=firm.category,
        starts_on=on,
        by=by,
        on=on,
    )
    if rank := COUNCIL.get(firm.category):
        give_seat(
            member=term.member,
            body="council",
            rank=rank,
            person=firm.person,
            starts_on=on,
            by=by,
            on=on,
        )
    spokesman(consortium, organization, Person(firm.login, firm.person), since=on)
    return term.member
