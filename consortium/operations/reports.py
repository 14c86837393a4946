"""Making a report: by hand, and keeping it sealed."""

from collections.abc import Mapping
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from consortium.access import operation
from consortium.errors import Denied, DomainError
from consortium.models import Consortium, Member, Report, ReportEdition, User
from consortium.operations.audit import record
from consortium.operations.documents import keep_file
from consortium.operations.schedules import entitled, readers
from consortium.periods import Period
from consortium.reports.orders import Order, kind_of, write
from consortium.rules.parameters import parsed, stored
from consortium.states import DESK_ROLES


class DayToCome(DomainError):
    """A report is as of a day that has come, by what is known by now."""

    code = "day_to_come"


@operation(allow=set(DESK_ROLES))
def produce_report(
    *,
    consortium: Consortium,
    kind: str,
    period: Period,
    parameters: Mapping[str, Any],
    language: str,
    format: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    member: Member | None = None,
    by: User | None,
    on: date,
) -> Report:
    """Make a report by hand, as of a day (today) by what was known at a moment (now).

    Made again it is the next version. Raises UnknownReportKind, UnknownFormat, Denied to
    who may not read the kind, DayToCome, ReportOfTheFuture, ReportNeedsMember,
    ReportOfNoMember, InvalidDocument, EndsBeforeStart, NeverEnds.
    """
    found = kind_of(kind)
    if by is not None and not entitled(by, found, consortium, on):
        raise Denied(roles=readers(found))
    now = moment(consortium)
    order = Order(
        consortium=consortium,
        kind=found,
        period=period,
        on=as_of or on,
        known_at=known_at or now,
        parameters=parsed(found.parameters, parameters),
        language=language,
        format=format,
        member=member,
    )
    if order.on > on or order.known_at > now:
        raise DayToCome(as_of=order.on, on=on)
    return kept(order.checked(), edition=None, by=by, on=on)


def moment(consortium: Consortium) -> datetime:
    """Return the database's moment, which what is recorded in this transaction bears."""
    now: datetime = (
        Consortium.objects.annotate(now=Now()).values_list("now", flat=True).get(pk=consortium.pk)
    )
    return now


def kept(order: Order, *, edition: ReportEdition | None, by: User | None, on: date) -> Report:
    """Write a report and keep it sealed, in the caller's transaction."""
    with TemporaryFile() as file:
        written = write(order, file)
        document = keep_file(
            order.consortium,
            order.name(written.suffix),
            file,
            content_type=written.content_type,
            suffix=written.suffix,
            by=None,  # else whoever made it would read the file without the role
        )
    try:
        report = sealed(order, document=document, edition=edition, by=by)
        record(
            consortium=order.consortium,
            action="produce_report",
            by=by,
            on=on,
            subject=report,
            kind=report.kind,
            sha256=document.sha256,
        )
    except Exception:
        document.file.delete(save=False)
        raise
    return report


def sealed(order: Order, *, edition: ReportEdition | None, by: User | None, **more: Any) -> Report:
    """Write the row, as the next version of the same report."""
    Consortium.objects.select_for_update(no_key=True).get(pk=order.consortium.pk)
    same = {
        "consortium": order.consortium,
        "kind": order.kind.code,
        "starts_on": order.period.starts_on,
        "ends_on": order.period.end,
        "parameters": stored(order.parameters),
        "language": order.language,
        "format": order.format,
        "member": order.member,
    }
    last: int | None = Report.objects.filter(**same).aggregate(last=Max("version"))["last"]
    return Report.objects.create(
        **same,
        **more,
        edition=edition,
        on=order.on,
        known_at=order.known_at,
        version=(last or 0) + 1,
        made_by=by,
    )
