"""The sweep over exclusivities: told before they end and then, and offered when they open."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min, QuerySet

from consortium.access import in_one_transaction, operation
from consortium.models import Charter, Consortium, User
from consortium.operations.advance import each
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import ExclusivityWatch, LicenceOffer, Rearming, Result
from ip.operations.exclusivity import announce, promise
from ip.reports.charters import section_of
from ip.reports.exclusivity import Kept, Telling, kept, steps
from ip.rules.choices import Party
from projects.models import ProjectEvent
from projects.reports.standing import FINAL

SWEEP = "exclusivity"
DAY = timedelta(days=1)


def sweep_exclusivity(*, consortium: Consortium, on: date) -> int:
    """Promise what waited for its project, set watches anew under a new charter, look at them."""
    rearm(consortium, on)
    done = each(
        consortium=consortium,
        sweep=SWEEP,
        on=on,
        items=started(consortium, on),
        key=lambda watch: f"start {watch.result.uid}",
        handle=lambda watch: in_one_transaction(lambda: promise(watch.result, on=on)),
    )
    return done + each(
        consortium=consortium,
        sweep=SWEEP,
        on=on,
        items=due(consortium, on),
        key=lambda watch: str(watch.result.uid),
        handle=lambda watch: in_one_transaction(lambda: look(watch, on)),
    )


def next_look(*, consortium: Consortium, after: date) -> date | None:
    """Return the next day on which something is told, promised, or moved by a new charter."""
    tomorrow = after + DAY
    watches = ExclusivityWatch.objects.filter(consortium=consortium, next_on__isnull=False)
    days = [
        watches.aggregate(day=Min("next_on"))["day"],
        *(charter.starts_on for charter in unheeded(consortium)),
        ProjectEvent.objects.filter(
            kind__in=FINAL, project__in=awaited(consortium).values("result__project")
        ).aggregate(day=Min("on"))["day"],
    ]
    found = [day for day in days if day is not None]
    return max(min(found), tomorrow) if found else None


def awaited(consortium: Consortium) -> QuerySet[ExclusivityWatch]:
    return ExclusivityWatch.objects.filter(consortium=consortium, awaited=True)


def started(consortium: Consortium, on: date) -> Iterator[ExclusivityWatch]:
    """Yield the watches whose project has ended."""
    if not awaited(consortium).exists():
        return
    ended = ProjectEvent.objects.filter(consortium=consortium, kind__in=FINAL, on__lte=on)
    found = awaited(consortium).filter(result__project__in=ended.values("project"))
    yield from found.select_related("result__consortium", "result__project").order_by("pk")


def due(consortium: Consortium, on: date) -> Iterator[ExclusivityWatch]:
    """Yield the watches to look at; none to be looked at costs a look at an index."""
    rows = ExclusivityWatch.objects.filter(consortium=consortium, next_on__lte=on)
    if rows.exists():
        found = rows.select_related("result__consortium", "result__project")
        yield from found.order_by("next_on", "pk").iterator(chunk_size=1000)


def unheeded(consortium: Consortium) -> list[Charter]:
    """Return the adopted charters that count for earlier promises and have not been heeded."""
    found = Charter.objects.adopted().filter(consortium=consortium)
    heeded = Rearming.objects.filter(charter__in=found).values("charter")
    rows = found.exclude(pk__in=heeded).prefetch_related("sections").order_by("starts_on")
    return [each for each in rows if any(rule.earlier for rule in section_of(each).exclusivity)]


def rearm(consortium: Consortium, on: date) -> None:
    """Have all running exclusivities looked at again when such a charter starts, in one go."""
    for charter in unheeded(consortium):
        if charter.starts_on <= on:
            in_one_transaction(lambda charter=charter: heed(charter, on))  # type: ignore[misc]


def heed(charter: Charter, on: date) -> None:
    """Claim a charter by its one row, and set the watches."""
    _row, new = Rearming.objects.get_or_create(charter=charter, defaults={"on": on})
    if new:
        running = ExclusivityWatch.objects.filter(
            consortium=charter.consortium, next_on__isnull=False
        )
        running.update(next_on=on)


def look(watch: ExclusivityWatch, on: date) -> None:
    """Claim a watch by compare-and-set, tell its last step that has passed, and set the next.

    What cannot be taken back, an offer, waits while an outage is not confirmed; so does
    the watch.
    """
    found = kept(watch.result)
    passed = [step for step in steps(found.window) if step.on <= on] if found else []
    consortium = watch.result.consortium
    if any(step.opened for step in passed):
        consortium.refresh_from_db(fields=["withheld_since"])
        if consortium.withheld_since is not None:
            return
    later = [step.on for step in steps(found.window) if step.on > on] if found else []
    mine = ExclusivityWatch.objects.filter(pk=watch.pk, next_on=watch.next_on).update(
        next_on=min(later, default=None)
    )
    if not mine or found is None:
        return
    tell_passed(watch.result, found, on)
    if any(step.opened for step in passed):
        publish_offers(result=watch.result, by=None, on=on)


def tell_passed(result: Result, found: Kept, on: date) -> None:
    """Tell the last day before the end that has passed, or that it has ended."""
    ends_on = found.window.period.end
    passed = [
        step for step in steps(found.window) if step.on <= on and step.telling != Telling.OPENS
    ]
    if passed:
        step = passed[-1]
        about = f"{ends_on.isoformat()}:{step.on.isoformat()}"
        announce(result, step.telling.value, on=on, about=about, ends_on=ends_on)


@operation(allow={Role.IP}, subject="result")
def publish_offers(*, result: Result, by: User | None, on: date) -> list[LicenceOffer]:
    """Offer a result to each class it has opened to by a day; what is offered already stays."""
    found = kept(result)
    made = []
    for step in steps(found.window) if found is not None else ():
        if found is None or step.opened is None or step.on > on:
            continue
        opened, home = step.opened, found.section.home or ""
        offer, new = LicenceOffer.objects.exclude(path="").get_or_create(
            result=result,
            to=opened.to.value,
            published_on=opened.from_on,
            defaults={
                "charter": found.charter,
                "path": opened.path,
                "terms": opened.terms.value,
                "home": home if opened.to == Party.DOMESTIC else "",
            },
        )
        if new:
            made.append(offer)
            about = f"{opened.to.value}:{opened.from_on.isoformat()}"
            announce(result, Telling.OPENS.value, on=on, about=about, opened_on=opened.from_on)
    if made:
        record(
            consortium=result.consortium, action="publish_offers", by=by, on=on, subject=result,
            offers=len(made),
        )  # fmt: skip
    return made
