"""The rules table of patent offices: `offices.toml`, parsed once and checked."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.choices import Basis
from consortium.rules.schema import LAX, Amount, Code, Day, Problem, Rule, Text, parse, repeated
from consortium.rules.toml import read_toml
from ip.rules.workdays import is_open, rolled

Months = Annotated[int, Field(ge=0, le=240)]
Source = Annotated[str, Field(min_length=1, max_length=300)]


class RightKind(StrEnum):
    """What is applied for."""

    PATENT = "patent"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"


class Route(StrEnum):
    """How an application comes to an office: directly, by PCT, or by a European patent."""

    DIRECT = "direct"
    PCT = "pct"
    EP = "ep"


class Applicants(StrEnum):
    """Whether one applies alone, as fee reductions ask."""

    SINGLE = "single"
    SEVERAL = "several"


class Size(StrEnum):
    """The applicants' size as the office has it, for fee reductions."""

    REGULAR = "regular"
    SMALL = "small"
    MICRO = "micro"


class UnknownOffice(DomainError):
    """The table has no rules for this office, or none for this kind of right there."""

    code = "unknown_office"


class Count(Rule):
    """So many months from the day of an event."""

    months: Months
    from_: Annotated[
        Literal["priority", "filed", "published", "search_report", "granted"],
        Field(alias="from"),
    ]
    source: Source


class ToDo(Count):
    """Something to be done within so many months.

    `fatal`: else the application is gone. `not_before_entry`: of an international
    application, no earlier than it must have entered the office's phase.
    """

    code: Literal["search", "examination", "validation"]
    fatal: bool = False
    not_before_entry: bool = False


class Term(Rule):
    """How long the right lasts at most."""

    years: Annotated[int, Field(ge=1, le=30)]
    from_: Annotated[Literal["filed", "granted"], Field(alias="from")]
    source: Source


class LateStep(Rule):
    """What paying within so many months after the due day costs besides the fee.

    `percent` of the full fee, or an `amount`.
    """

    months: Months
    percent: Amount | None = None
    amount: Amount | None = None

    def problems(self) -> Iterable[Problem]:
        if (self.percent is None) == (self.amount is None):
            yield Problem("", "percent_or_amount")


class YearFee(Rule):
    """The fee of each of some years, first and last included."""

    years: Annotated[tuple[int, int], LAX]
    fee: Amount


class FeeTable(Rule):
    """Fees for what is paid from a day on."""

    starts_on: Day | None = None
    basis: Annotated[Basis, LAX] = Basis.OTHER_SOURCE
    source: Source
    fees: Annotated[tuple[YearFee, ...], LAX]

    def fee(self, year: int) -> Decimal | None:
        """Return the full fee of a year, or None where the source does not have it."""
        found = (each.fee for each in self.fees if each.years[0] <= year <= each.years[1])
        return next(found, None)


class Yearly(Rule):
    """A fee for each year counted from filing, due at the year's beginning.

    `while`: it is owed for a granted right, or for a pending application. `due`: on the
    anniversary of filing or on the last day of its month. `lapses`: from which day the
    right is gone when it is not paid at all.
    """

    kind: Literal["yearly"]
    first_year: Annotated[int, Field(ge=1, le=20)]
    while_: Annotated[Literal["granted", "pending"], Field(alias="while")]
    due: Literal["anniversary", "month_end"]
    lapses: Literal["due_day", "last_day"] = "last_day"
    source: Source
    late: Annotated[tuple[LateStep, ...], LAX]
    versions: Annotated[tuple[FeeTable, ...], LAX]

    def fees_on(self, paid_on: date) -> FeeTable:
        """Return the table for what is paid on a day."""
        known = [each for each in self.versions if (each.starts_on or date.min) <= paid_on]
        return max(known, key=lambda each: each.starts_on or date.min)


class MaintenanceWindow(Rule):
    """When a fee may be paid from, until when without surcharge, and when the right ends."""

    part: Annotated[str, Field(max_length=10)]
    opens_months: Months
    due_months: Months
    ends_months: Months


class Windows(Rule):
    """Fees in windows counted from grant; their amounts are in no source we have."""

    kind: Literal["windows"]
    source: Source
    windows: Annotated[tuple[MaintenanceWindow, ...], LAX]


class Right(Rule):
    """The rules of one kind of right at an office."""

    kind: Annotated[RightKind, LAX]
    term: Term | None = None
    publication: Count | None = None
    acts: Annotated[tuple[ToDo, ...], LAX] = ()
    annuities: Annotated[Yearly | Windows | None, Field(discriminator="kind")] = None
    phases: Annotated[tuple[str, ...], LAX] = ()


class Reduction(Rule):
    """The part of a fee that applicants of some sizes are let off."""

    sizes: Annotated[tuple[Annotated[Size, LAX], ...], LAX]
    applicants: Annotated[Applicants | None, LAX] = None
    off: Amount
    source: Source


class WorkCalendar(Rule):
    """When an office is open: working days at all of its `places`.

    `known_until`: the first day for which working days are not published yet. `opened`,
    `closed`: days the office announced itself.
    """

    places: Annotated[tuple[str, ...], LAX]
    known_until: Day | None = None
    opened: Annotated[tuple[Day, ...], LAX] = ()
    closed: Annotated[tuple[Day, ...], LAX] = ()
    source: Source

    def is_open(self, day: date) -> bool:
        return is_open(self.places, day, opened=self.opened, closed=self.closed)

    def rolled(self, day: date) -> date:
        """Return a day, or the next one on which the office is open."""
        return rolled(self.places, day, opened=self.opened, closed=self.closed)

    def provisional(self, day: date) -> bool:
        """Say whether a day's working calendar is still to be published."""
        return self.known_until is not None and day >= self.known_until


class Office(Rule):
    """A patent office: its calendar, its fees' currency, its rules by kind of right.

    `pct_months`: from priority, until an international application must have entered.
    """

    code: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    name: Text
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    calendar: WorkCalendar | None = None
    pct_months: Months | None = None
    pct_source: Source | None = None
    reductions: Annotated[tuple[Reduction, ...], LAX] = ()
    kinds: Annotated[tuple[Right, ...], LAX]

    def right(self, kind: RightKind) -> Right:
        """Return the rules of a kind of right. Raises UnknownOffice."""
        for each in self.kinds:
            if each.kind == kind:
                return each
        raise UnknownOffice(office=self.code, kind=kind.value)

    def off(self, size: Size, applicants: Applicants) -> Decimal:
        """Return the part of a fee these applicants are let off."""
        for each in self.reductions:
            if size in each.sizes and each.applicants in (None, applicants):
                return each.off
        return Decimal(0)


class Priority(Rule):
    """Until when a first filing's day may be claimed, and how long after it is restored."""

    months: dict[Code, int]
    restoration_months: Months
    source: Source


class Offices(Rule):
    """The whole table."""

    priority: Priority
    offices: Annotated[tuple[Office, ...], LAX]

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.offices], "offices[{}].code")

    def office(self, code: str) -> Office:
        """Return an office's rules. Raises UnknownOffice."""
        for each in self.offices:
            if each.code == code:
                return each
        raise UnknownOffice(office=code, kind="")


@cache
def offices() -> Offices:
    """Return the table that is shipped."""
    text = Path(__file__).with_name("offices.toml").read_text(encoding="utf-8")
    return parse(Offices, read_toml(text))
