"""What the report engine adds, and the sentences it says."""

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.operations import editions
from consortium.papers.report import FORMATS
from consortium.registry import Check, DocketSource, Sweep
from consortium.reports import failed, roll, verify
from consortium.reports.editions import SWEEP

# After the others, so that a report tells what its day has brought.
registry.sweeps.add(
    Sweep(
        SWEEP, 900, editions.make_reports, editions.next_reports, foreseen=editions.foresee_reports
    )
)
registry.docket_sources.add(DocketSource("reports", failed.reports, failed.lost))
registry.checks.add(Check("reports", verify.reports))
registry.report_kinds.add(roll.MEMBERS)
registry.report_formats.add(*FORMATS)
registry.add_messages(
    {
        "unknown_report_kind": _("There is no report “%(kind)s”. Known: %(known)s."),
        "unknown_format": _("There is no format “%(format)s”. Known: %(known)s."),
        "unreadable_period": _(
            "“%(value)s” is not a period; write 2026, 2026-H2, 2026-Q3, 2026-10 or"
            " 2026-07-01..2026-10-01, whose last day does not count."
        ),
        "absurd_date": _("%(value)s is not a day of this or the last century."),
        "offset_out_of_range": _(
            "A report is made 0 to %(limit)s days after its period, not %(days)s."
        ),
        "never_due": _(
            "No report would fall due from %(starts_on)s until %(ends_on)s; let the schedule run"
            " longer."
        ),
        "no_recipients": _("Name a role or a person who is told that the report is there."),
        "no_formats": _("Choose a format at least."),
        "role_not_entitled": _(
            "%(role)s may not read this report; it is read by: %(roles)s."
        ),
        "person_not_entitled": _(
            "%(person)s holds no role that may read this report: %(roles)s."
        ),
        "day_to_come": _(
            "A report is as of a day that has come, by what is recorded: at most %(on)s and now."
        ),
        "report_of_the_future": _(
            "The period begins on %(starts_on)s, after %(on)s, which the report is to be as of."
        ),
        "report_needs_member": _("“%(kind)s” is written once per member; name the member."),
        "report_of_no_member": _("This report is not written for %(member)s."),
        # what people are told
        "reports_ready": _("New reports of %(consortium)s are ready: %(reports)s"),
        "report_failed": _("Report not made, %(count)s files: %(report)s"),
        "report_altered": _("The report's file is not the one that was made."),
        # what was done
        "did_schedule_report": _("Report scheduled"),
        "did_change_schedule": _("Report schedule changed"),
        "did_stop_schedule": _("Report schedule stopped"),
        "did_produce_report": _("Report made"),
        "did_retry_report": _("Failed reports tried again"),
    }
)  # fmt: skip
