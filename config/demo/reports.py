"""The reports of the demonstration alliance: what is made on which schedule, for whom.

Each schedule began long enough ago that there is something to read on the first day, and
late enough that little has to be made.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from config.demo.years import DAY, THIS, Act, Alliance
from consortium.operations.schedules import schedule_report
from consortium.periods import add_months
from consortium.rules.choices import FileFormat, Rhythm
from consortium.rules.rhythm import Timetable
from consortium.states import Role

BEFORE = 36
"""Days before today on which the finance officer sets the schedules up."""


def reports(today: date) -> Iterator[tuple[date, Act]]:
    """Yield what the finance officer schedules, and when."""
    yield today - BEFORE * DAY, schedule


def schedule(alliance: Alliance, on: date) -> None:
    """Schedule every report in Chinese: the year's own from a week after it ended.

    The board's quarter ends a month after the year's first day, when most fees have come in;
    its report is made today.
    """
    start = alliance.year(THIS)
    ended = add_months(start, 1)
    late = on + BEFORE * DAY - ended
    plan = partial(
        schedule_report,
        consortium=alliance.consortium,
        parameters={},
        language="zh-hans",
        by=alliance.finance,
        on=on,
    )
    month = Timetable(Rhythm.MONTH, start, 0, on)
    quarter = Timetable(Rhythm.QUARTER, ended, late.days, on)
    half = Timetable(Rhythm.HALF_YEAR, start, 7, on)
    year = Timetable(Rhythm.YEAR, start, 7, on)
    pdf, both = [FileFormat.PDF], [FileFormat.PDF, FileFormat.XLSX]
    plan(kind="dues", timetable=month, formats=both, roles=[Role.FINANCE, Role.AUDITOR])
    plan(kind="dues-summary", timetable=quarter, formats=both, roles=[Role.READER])
    plan(kind="projects", timetable=quarter, formats=pdf, roles=[Role.PROJECTS])
    plan(kind="ip", timetable=half, formats=pdf, roles=[Role.IP])
    plan(kind="member-statement", timetable=year, formats=pdf, roles=[Role.SIGNATORY])
