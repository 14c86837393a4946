"""A patent application as the rules see it: its events, its deadlines, what cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from consortium.errors import DomainError
from consortium.periods import add_months
from ip.rules.offices import Applicants, RightKind, Route, Size, offices


class Happening(StrEnum):
    """What happens to an application."""

    FILED = "filed"
    PUBLISHED = "published"
    SEARCH_REQUESTED = "search_requested"
    SEARCH_REPORT = "search_report"
    EXAMINATION_REQUESTED = "examination_requested"
    GRANTED = "granted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


ENDS = (Happening.LAPSED, Happening.WITHDRAWN, Happening.REFUSED)


class PriorityAfterFiling(DomainError):
    """A day that is claimed as priority comes before the filing."""

    code = "priority_after_filing"


class PriorityTooOld(DomainError):
    """The filing came too late to claim that day; a restored priority has two months more."""

    code = "priority_too_old"


class EventBeforeFiling(DomainError):
    """Nothing happens to an application before it is filed."""

    code = "patent_event_before_filing"


class EventAfterEnd(DomainError):
    """Nothing happens to an application after its end."""

    code = "patent_event_after_end"


@dataclass(frozen=True)
class Filing:
    """An application as the rules see it.

    `happened`: the day of each event; `priority_on`: the day it claims; `entered`: offices
    at which the same family's international application has entered its phase.
    """

    office: str
    kind: RightKind
    route: Route = Route.DIRECT
    priority_on: date | None = None
    happened: Mapping[Happening, date] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()
    applicants: Applicants = Applicants.SINGLE
    size: Size = Size.REGULAR

    @property
    def filed_on(self) -> date | None:
        return self.happened.get(Happening.FILED)

    @property
    def granted_on(self) -> date | None:
        return self.happened.get(Happening.GRANTED)

    @property
    def ended_on(self) -> date | None:
        return min((self.happened[each] for each in ENDS if each in self.happened), default=None)

    def day(self, event: str) -> date | None:
        """Return the day months are counted from; without a priority, filing stands for it."""
        if event == "priority":
            return self.priority_on or self.filed_on
        return self.happened.get(Happening(event))


@dataclass(frozen=True)
class Late:
    """Until which day one may still pay, and what it costs besides the fee.

    `percent` of the full fee or an `amount`; neither where no source says.
    """

    until: date
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Deadline:
    """Something due: its day by the months, and the last day on which it is in time.

    `part`: the year of an annuity, the window of a maintenance fee or the office of a
    phase. `office`: whose working days count, empty for none. `act`: somebody must do
    something. `late`: what is still possible after the day. `fatal`: else the application
    is gone, from `lapses_on`. `provisional`: working days there are not published yet.
    """

    code: str
    falls_on: date
    due_on: date
    part: str = ""
    office: str = ""
    opens_on: date | None = None
    late: tuple[Late, ...] = ()
    act: bool = True
    fatal: bool = False
    provisional: bool = False
    lapses_on: date | None = None

    @property
    def last_on(self) -> date:
        """Return the last day on which anything can be done, surcharge or not."""
        return self.late[-1].until if self.late else self.due_on

    @property
    def alarm_on(self) -> date:
        """Return the day of the alarm: where working days are unknown, before any roll."""
        return self.falls_on if self.provisional else self.due_on


def refuse_impossible(filing: Filing, *, restored: bool = False) -> None:
    """Raise what cannot be of an application's days.

    `restored`: the office restored the priority, which takes two months more. Raises
    PriorityAfterFiling, PriorityTooOld, EventBeforeFiling, EventAfterEnd, UnknownOffice.
    """
    office, table = offices().office(filing.office), offices().priority
    office.right(filing.kind)
    filed_on, priority_on, ended_on = filing.filed_on, filing.priority_on, filing.ended_on
    if filed_on is not None and priority_on is not None:
        if priority_on > filed_on:
            raise PriorityAfterFiling(priority_on=priority_on, filed_on=filed_on)
        months = table.months[filing.kind] + (table.restoration_months if restored else 0)
        day = add_months(priority_on, months)
        latest = day if office.calendar is None else office.calendar.rolled(day)
        if filed_on > latest:
            raise PriorityTooOld(priority_on=priority_on, filed_on=filed_on, latest=latest)
    for event, day in filing.happened.items():
        if filed_on is None or day < filed_on:
            raise EventBeforeFiling(event=event, on=day, filed_on=filed_on)
        if ended_on is not None and day > ended_on:
            raise EventAfterEnd(event=event, on=day, ended_on=ended_on)
