"""What the charter promises about a result's exclusivity."""

from datetime import date, timedelta

from ip.models import Exclusivity, ExclusivityWatch, Result
from ip.reports.works import work_of
from ip.rules.facts import applies
from ip.rules.section import IPSection
from ip.rules.windows import promised, starting
from projects.models import Project
from projects.states import Happening

FIRST_NOTICE = timedelta(days=180)


def promise(result: Result, on: date) -> Exclusivity | None:
    """Write down what the first matching rule promises, once its start event has come.

    Where the project still runs, only the watch is set: for the day it is to end.
    """
    section: IPSection = result.charter.rules("ip")
    work = work_of(result)
    found = next(
        (each for each in enumerate(section.exclusivity) if applies(each[1].when, work)), None
    )
    if found is None:
        return None
    index, rule = found
    starts_on = starting(
        rule,
        completed_on=result.completed_on,
        disclosed_on=result.disclosed_on,
        project_ends_on=ended_on(result.project) if result.project else None,
    )
    if starts_on is None:
        next_on = result.project.ends_on if result.project else None
        watch(result, next_on)
        return None
    path = f"exclusivity[{index}]"
    window = promised(rule, starts_on=starts_on, path=path)
    watch(result, max(on, window.period.end - FIRST_NOTICE))
    return Exclusivity.objects.create(
        result=result,
        charter=result.charter,
        path=path,
        starts_on=starts_on,
        ends_on=window.period.end,
    )


def watch(result: Result, next_on: date | None) -> None:
    ExclusivityWatch.objects.update_or_create(
        result=result, defaults={"consortium": result.consortium, "next_on": next_on}
    )


def ended_on(project: Project) -> date | None:
    """Return the day a project was closed or terminated; None while it runs on."""
    ends = project.projectevents.filter(kind__in=(Happening.CLOSED, Happening.TERMINATED))
    return ends.order_by("on").values_list("on", flat=True).first()
