"""A report that is asked for: everything its bytes depend on, and writing them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.translation import override

from consortium import registry
from consortium.errors import DomainError
from consortium.models import Consortium, Member
from consortium.periods import Period
from consortium.registry import ReportKind, Written
from consortium.rules.content import Frame
from consortium.rules.parameters import stored
from consortium.rules.rhythm import written as period_written


class UnknownReportKind(DomainError):
    code = "unknown_report_kind"


class UnknownFormat(DomainError):
    code = "unknown_format"


class ReportNeedsMember(DomainError):
    """The kind is written once per member, so it must be said of whom."""

    code = "report_needs_member"


class ReportOfNoMember(DomainError):
    """The kind is of the whole consortium, or this member is not among those it is written for."""

    code = "report_of_no_member"


class ReportOfTheFuture(DomainError):
    """The period has not begun on the day the report is to be as of."""

    code = "report_of_the_future"


def kind_of(code: str) -> ReportKind:
    """Return a kind of report. Raises UnknownReportKind."""
    kind = registry.report_kinds.get(code)
    if kind is None:
        known = sorted(each.code for each in registry.report_kinds.all())
        raise UnknownReportKind(kind=code, known=known)
    return kind


def known_format(code: str) -> str:
    """Return the code of a format. Raises UnknownFormat."""
    if registry.report_formats.get(code) is None:
        known = [each.code for each in registry.report_formats.all()]
        raise UnknownFormat(format=code, known=known)
    return code


@dataclass(frozen=True)
class Order:
    """One file to make: the same order, over the same rows, makes the same bytes."""

    consortium: Consortium
    kind: ReportKind
    period: Period
    on: date
    known_at: datetime
    parameters: Any
    language: str
    format: str
    member: Member | None = None

    def timely(self) -> "Order":
        """Return the order. Raises UnknownFormat, ReportOfTheFuture, EndsBeforeStart, NeverEnds."""
        known_format(self.format)
        Period(self.period.starts_on, self.period.end).checked()
        if self.period.starts_on > self.on:
            raise ReportOfTheFuture(starts_on=self.period.starts_on, on=self.on)
        return self

    def checked(self) -> "Order":
        """Return the order. Raises what `timely` does, ReportNeedsMember, ReportOfNoMember."""
        self.timely()
        if self.kind.members is None:
            if self.member is not None:
                raise ReportOfNoMember(member=str(self.member))
        elif self.member is None:
            raise ReportNeedsMember(kind=self.kind.label)
        elif self.member not in self.members:
            raise ReportOfNoMember(member=str(self.member))
        return self

    @property
    def members(self) -> list[Member]:
        """Return the members the kind is written for."""
        return members_of(self.kind, consortium=self.consortium, period=self.period, on=self.on)

    @property
    def frame(self) -> Frame:
        """Return what stands on the cover, in the language that is active."""
        place = self.consortium
        names = (place.name, place.name_en, place.name_zh)
        return Frame(
            slug=place.slug,
            names=list(dict.fromkeys(name for name in names if name)),
            kind=self.kind.code,
            label=self.kind.label,
            period=self.period,
            on=self.on,
            known_at=self.known_at.astimezone(ZoneInfo(place.time_zone)),
            language=self.language,
            parameters=stored(self.parameters),
            member=str(self.member) if self.member else "",
        )

    def name(self, suffix: str) -> str:
        """Return what the file is called; never after a member."""
        return f"{self.kind.code}-{self.consortium.slug}-{period_written(self.period)}{suffix}"


def members_of(
    kind: ReportKind, *, consortium: Consortium, period: Period, on: date
) -> list[Member]:
    """Return the members a kind is written for, by their key; none where it is of all at once."""
    if kind.members is None:
        return []
    found = kind.members(consortium=consortium, period=period, on=on)
    return sorted(found, key=lambda member: member.pk)


def write(order: Order, out: IO[bytes]) -> Written:
    """Write a report in its language and format; rows go through one by one."""
    whose = {} if order.kind.members is None else {"member": order.member}
    with override(order.language):
        content = order.kind.content(
            consortium=order.consortium,
            period=order.period,
            on=order.on,
            known_at=order.known_at,
            parameters=order.parameters,
            **whose,
        )
        return registry.report_formats[order.format].write(content, order.frame, out)
