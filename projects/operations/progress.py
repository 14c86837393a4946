"""Progress reports: asked for by period, handed in, accepted or sent back."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import Consortium, Document, User
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.rules.schema import plain
from consortium.states import Role
from projects.models import ProgressReport
from projects.operations.deadlines import schedule
from projects.operations.items import MINE, accept, hand_in, send_back, told
from projects.reports.plans import in_force, parsed
from projects.reports.progress import Asked, missing, next_period

DAY = timedelta(days=1)


class UnknownPackages(DomainError):
    """Effort is reported on work packages that the plan in force does not have."""

    code = "unknown_packages"


class NegativeEffort(DomainError):
    code = "negative_effort"


class EmptyReport(DomainError):
    """A report says something, or has a file that does."""

    code = "empty_report"


def ask_reports(*, consortium: Consortium, on: date) -> int:
    """Ask for the reports of every period that has begun."""
    return each(
        consortium=consortium,
        sweep="ask_reports",
        on=on,
        items=missing(consortium, on),
        key=lambda item: f"{item.project.number} {item.organization.uid} {item.period.starts_on}",
        handle=lambda item: ask(item, on=on),
    )


def next_reports(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which reports are asked for."""
    if missing(consortium, after + DAY):
        return after + DAY
    return next_period(consortium, after)


def ask(item: Asked, *, on: date) -> None:
    """Write the row of one report; a second one of the same period is left out."""
    row = ProgressReport(
        consortium=item.project.consortium,
        project=item.project,
        code="final" if item.final else item.period.starts_on.isoformat(),
        responsible=item.organization,
        starts_on=item.period.starts_on,
        ends_on=item.period.end,
        due_on=item.due_on,
        final=item.final,
    )
    schedule(row, on=on)
    in_one_transaction(lambda: ProgressReport.objects.bulk_create([row], ignore_conflicts=True))


@operation(allow=MINE, subject="report")
def submit_report(
    *,
    report: ProgressReport,
    text: str = "",
    effort: Mapping[str, Decimal] | None = None,
    document: Document | None = None,
    submitted_on: date | None = None,
    by: User | None,
    on: date,
) -> ProgressReport:
    """Hand a report in: text, person-months by work package, a file.

    Raises AlreadyDone, Dropped, WaitsForAcceptance, UnknownPackages, NegativeEffort,
    EmptyReport, DoneInFuture, ForeignDocument.
    """
    report = ProgressReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    worked = dict(effort or {})
    refuse_wrong_effort(report, worked)
    if not text.strip() and document is None:
        raise EmptyReport(item=str(report))
    hand_in(report, document, submitted_on, by, on)
    report.text = text
    report.effort = {code: plain(months) for code, months in sorted(worked.items())}
    report.save()
    record(consortium=report.consortium, action="submit_report", by=by, on=on, subject=report)
    return report


@operation(allow={Role.PROJECTS}, subject="report")
def accept_report(*, report: ProgressReport, by: User | None, on: date) -> ProgressReport:
    """Accept a report; it is sealed then. Raises NotHandedIn, AlreadyDone, Dropped."""
    report = ProgressReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    accept(report, by, on)
    report.save()
    told(report, "report_accepted", on)
    record(consortium=report.consortium, action="accept_report", by=by, on=on, subject=report)
    return report


@operation(allow={Role.PROJECTS}, subject="report")
def send_back_report(
    *, report: ProgressReport, remark: str, by: User | None, on: date
) -> ProgressReport:
    """Send a report back with what is missing. Raises NotHandedIn, AlreadyDone, Dropped."""
    report = ProgressReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    send_back(report, remark, on)
    report.save()
    told(report, "report_sent_back", on)
    record(consortium=report.consortium, action="send_back_report", by=by, on=on, subject=report)
    return report


def refuse_wrong_effort(report: ProgressReport, effort: Mapping[str, Decimal]) -> None:
    plan = in_force(report.project)
    known = {package.code for package in parsed(plan).packages} if plan else set()
    unknown = sorted(effort.keys() - known)
    if unknown:
        raise UnknownPackages(packages=unknown, choices=sorted(known))
    negative = sorted(code for code, months in effort.items() if months < 0)
    if negative:
        raise NegativeEffort(packages=negative)
