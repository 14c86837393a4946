"""What a charter document is compared with: its levies, and what holds without it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.models import Charter, Consortium, NoSuchSection
from consortium.periods import Period
from consortium.rules.documents import CharterDocument
from consortium.rules.schema import Text
from funding.reports.rounds import SECTION, NoSuchPeriod, charters_of, levies_of
from funding.rules.calendar import next_period
from funding.rules.choices import Visibility
from funding.rules.dues import DuesSection, Levy, UnknownLevy

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Side:
    """A levy as a charter has it, for one of its periods."""

    charter: Text
    levy: Levy
    period: Period

    @property
    def secret(self) -> bool:
        return self.levy.visibility == Visibility.SECRET


@dataclass(frozen=True)
class Pair:
    """A levy as it stands and under the document; one of the two may do without it."""

    now: Side | None
    then: Side | None

    @property
    def side(self) -> Side:
        found = self.then or self.now
        assert found is not None
        return found


@dataclass(frozen=True)
class Scope:
    """What is compared: one levy, or all levies of a unit together (`code` is empty)."""

    code: str
    unit: str
    pairs: tuple[Pair, ...]

    @property
    def key(self) -> str:
        return f"{self.code}:{self.unit}"

    @property
    def label(self) -> Text | None:
        return self.pairs[0].side.levy.label if self.code else None


@dataclass(frozen=True)
class Study:
    """A document to be tried on a consortium's members, as of a day.

    `on_joining`: levies left out, because they are owed on admission only.
    """

    consortium: Consortium
    document: CharterDocument
    on: date
    scopes: tuple[Scope, ...]
    on_joining: tuple[Levy, ...]
    charters: tuple[Charter, ...]

    @property
    def pairs(self) -> list[Pair]:
        return [pair for scope in self.scopes if scope.code for pair in scope.pairs]

    @property
    def levied(self) -> set[str]:
        """Return the codes of the levies that the document has a period of."""
        return {pair.then.levy.code for pair in self.pairs if pair.then}

    @property
    def sides(self) -> list[Side]:
        return [side for pair in self.pairs for side in (pair.now, pair.then) if side]

    def scope(self, key: str) -> Scope | None:
        return next((each for each in self.scopes if each.key == key), None)


def what_if(
    *,
    consortium: Consortium,
    document: CharterDocument,
    on: date,
    periods: Mapping[str, date] | None = None,
    charter: Charter | None = None,
) -> Study:
    """Return what to compare: each levy of the document, and each that it does away with.

    `periods`: by levy, the first day of the period to look at; else the next one, or the
    document's first where that is to come. `charter`: the stored charter that the
    document is of, if any. Raises NoSuchSection, UnknownLevy, NoSuchPeriod.
    """
    section = document.sections.get(SECTION)
    if not isinstance(section, DuesSection):
        raise NoSuchSection(charter=document.code, section=SECTION)
    asked = dict(periods or {})
    charters = standing(consortium, charter, on)
    first = max(filter(None, (on + DAY, document.starts_on)))
    pairs, on_joining = [], []
    for levy in section.in_rounds:
        period = period_of(levy, first, asked)
        if period is None:
            on_joining.append(levy)
            continue
        then = Side(document.title, levy, period)
        now = as_it_stands(charters, levy, period)
        pairs.append(Pair(now, then))
    since = min((pair.side.period.starts_on for pair in pairs), default=first)
    pairs += done_away_with(charters, section, since, asked)
    known = [levy.code for levy in section.in_rounds] + [pair.side.levy.code for pair in pairs]
    for code in asked.keys() - set(known):
        raise UnknownLevy(levy=code, choices=list(dict.fromkeys(known)))
    return Study(consortium, document, on, scopes_of(pairs), tuple(on_joining), charters)


def standing(consortium: Consortium, charter: Charter | None, on: date) -> tuple[Charter, ...]:
    """Return the adopted charters to compare with: without the one looked at, if it is to come."""
    coming = charter.pk if charter is not None and charter.starts_on > on else None
    return tuple(each for each in charters_of(consortium) if each.pk != coming)


def period_of(levy: Levy, first: date, asked: Mapping[str, date]) -> Period | None:
    """Return the period of a levy to look at; None where it is owed on admission only."""
    if levy.code not in asked:
        return next_period(levy, first)
    starts_on = asked[levy.code]
    period = levy.trigger.period_on(starts_on)
    if period is None or period.starts_on != starts_on:
        nearest = period or next_period(levy, starts_on)
        raise NoSuchPeriod(
            levy=levy.code, on=starts_on, nearest=nearest.starts_on if nearest else None
        )
    return period


def begun(charters: Sequence[Charter], on: date) -> Charter | None:
    """Return the last charter that has begun by a day; one that ended counts until another."""
    return next((each for each in reversed(charters) if each.starts_on <= on), None)


def title(charter: Charter) -> Text:
    return Text(en=charter.name_en, zh=charter.name_zh)


def as_it_stands(charters: Sequence[Charter], levy: Levy, period: Period) -> Side | None:
    """Return the same levy, in the same unit, as it is owed without the document."""
    charter = begun(charters, period.starts_on)
    for each in levies_of(charter) if charter else ():
        before = each.trigger.period_on(period.starts_on)
        if charter and each.code == levy.code and each.unit == levy.unit and before:
            return Side(title(charter), each, before)
    return None


def done_away_with(
    charters: Sequence[Charter], section: DuesSection, since: date, asked: Mapping[str, date]
) -> Iterator[Pair]:
    """Yield the levies owed as things stand that the document does not have in this unit."""
    charter = begun(charters, since)
    kept = {(levy.code, levy.unit) for levy in section.in_rounds}
    renamed = {levy.code for levy in section.in_rounds}
    for levy in levies_of(charter) if charter else ():
        own = {} if levy.code in renamed else asked
        period = period_of(levy, since, own)
        if charter and period and (levy.code, levy.unit) not in kept:
            yield Pair(Side(title(charter), levy, period), None)


def scopes_of(pairs: Sequence[Pair]) -> tuple[Scope, ...]:
    """Return each levy, and before them all of a unit together where it has several."""
    single = [Scope(pair.side.levy.code, pair.side.levy.unit, (pair,)) for pair in pairs]
    units = dict.fromkeys(each.unit for each in single)
    several = [
        Scope("", unit, tuple(pair for pair in pairs if pair.side.levy.unit == unit))
        for unit in units
    ]
    return (*(each for each in several if len(each.pairs) > 1), *single)
