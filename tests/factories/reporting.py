"""Reports that were scheduled and made, for the tests of access and of screens."""

from datetime import date
from typing import Any

from consortium.models import Report, ReportEdition, ReportSchedule
from consortium.operations.editions import make_reports
from consortium.operations.schedules import schedule_report
from consortium.periods import Period
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import Timetable
from consortium.states import DESK_ROLES, Role
from tests.cast import TODAY, Cast

MONTH = Period(date(2026, 1, 1), date(2026, 2, 1))
MONTHLY = Timetable(Rhythm.MONTH, date(2026, 1, 1), 28, date(2026, 3, 1))
"""The roll of February's end is due on 29 March, that of January on 1 March."""

OF_REPORTS = (Report, ReportEdition, ReportSchedule)
MANAGERS = {Role.SECRETARY, Role.FINANCE}
REPORT_ACTS: dict[str, set[Role]] = {
    "consortium.change_schedule": MANAGERS,
    "consortium.produce_report": set(DESK_ROLES),
    "consortium.retry_report": MANAGERS,
    "consortium.schedule_report": MANAGERS,
    "consortium.stop_schedule": MANAGERS,
}


def said(**changes: Any) -> dict[str, Any]:
    """Return what a schedule of the roll of members says."""
    return {
        "timetable": MONTHLY,
        "parameters": {},
        "language": "en",
        "formats": ["json"],
        "roles": [Role.READER],
        **changes,
    }


def scheduled(consortium: Any, **changes: Any) -> ReportSchedule:
    given = {"kind": "members", **said(**changes)}
    return schedule_report(consortium=consortium, **given, by=None, on=TODAY)


def report_some(cast: Cast) -> None:
    """Let the roll of January be made, here and elsewhere."""
    for consortium in (cast.consortium, cast.other):
        scheduled(consortium)
        make_reports(consortium=consortium, on=TODAY)


def reporting_arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    schedule = scheduled(cast.consortium)
    here = {"consortium": cast.consortium, "kind": "members"}
    report = {"period": MONTH, "parameters": {}, "language": "en", "format": "json"}
    return {
        "consortium.change_schedule": {"schedule": schedule, **said()},
        "consortium.produce_report": {**here, **report},
        "consortium.retry_report": {"schedule": schedule},
        "consortium.schedule_report": {**here, **said()},
        "consortium.stop_schedule": {"schedule": schedule},
    }
