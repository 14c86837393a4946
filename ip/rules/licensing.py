"""To whom a result may be licensed on a day, beside which licences, and on how good terms."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.errors import DomainError
from consortium.periods import Period
from ip.rules.choices import LicenceKind, Party
from ip.rules.clauses import distance
from ip.rules.facts import Question, parties
from ip.rules.section import IPSection
from ip.rules.windows import Window


class ClassBarred(DomainError):
    """The charter grants this class of parties no licences."""

    code = "licence_class_barred"


class KeptOut(DomainError):
    """The result is kept from this class of parties until a day."""

    code = "licence_kept_out"


class NotOpened(DomainError):
    """The charter opens the result to other classes of parties only, or not yet to this one."""

    code = "licence_not_opened"


class LicenceInTheWay(DomainError):
    """Another's licence of the same field, territory and time excludes this one."""

    code = "licence_in_the_way"


@dataclass(frozen=True)
class Scope:
    """How far a licence goes: its kind and days; empty field and territory: all of them."""

    kind: LicenceKind
    period: Period
    field: str = ""
    territory: Collection[str] = ()

    def meets(self, other: "Scope") -> bool:
        """Say whether two licences share a day, a field and a country."""
        field = not self.field or not other.field or self.field == other.field
        here, there = set(self.territory), set(other.territory)
        land = not here or not there or bool(here & there)
        return self.period.overlaps(other.period) and field and land


@dataclass(frozen=True)
class Price:
    """What a licence costs, in one currency: at once, of net sales, at least a year."""

    unit: str
    fee: Decimal
    rate: Decimal
    minimum: Decimal

    def beats(self, other: "Price") -> bool:
        """Say whether these terms are better: nothing dearer, something cheaper."""
        mine = self.fee, self.rate, self.minimum
        theirs = other.fee, other.rate, other.minimum
        return (
            self.unit == other.unit
            and all(a <= b for a, b in zip(mine, theirs, strict=True))
            and mine != theirs
        )


def nearest(question: Question, on: date) -> Party:
    """Return the nearest an organization is to a result on a day."""
    return min(parties(question, on), key=list(Party).index)


def refuse_class(question: Question, on: date) -> None:
    """Raise where a result may not be licensed to an organization on a day.

    Its nearest class counts. While the exclusivity runs, those further away than whom it
    is kept to are out; after it, those to whom the charter has opened nothing yet, where
    it opens the result by classes. Raises ClassBarred, KeptOut, NotOpened.
    """
    found = parties(question, on)
    refuse_party(question.section, question.work.window, nearest(question, on), found, on)


def refuse_offer(section: IPSection, window: Window | None, to: Party, on: date) -> None:
    """Raise where a result may not be offered to a class of parties on a day.

    What has opened to those further away has opened to the class as well. Raises what
    `refuse_class` does.
    """
    found = {each for each in Party if each == to or distance(each) > distance(to)}
    refuse_party(section, window, to, found, on)


def refuse_party(
    section: IPSection, window: Window | None, party: Party, found: Collection[Party], on: date
) -> None:
    """Raise where a party, that is all of `found`, is not to be licensed on a day."""
    rule = section.licensing
    if party in rule.barred:
        raise ClassBarred(party=party.value, path="licensing.barred", clause=rule.clause)
    if window is None or distance(party) <= distance(window.to):
        return
    cited = {"path": window.path, "clause": window.clause}
    if window.keeps(on):
        raise KeptOut(party=party.value, until=window.period.ends_on, **cited)
    opens = [each.from_on for each in window.opens if each.to in found]
    if window.opens and not any(day <= on for day in opens):
        raise NotOpened(party=party.value, opens_on=min(opens, default=None), **cited)


def refuse_beside(wanted: Scope, held: Iterable[Scope]) -> None:
    """Raise LicenceInTheWay where a licence excludes another, whichever of them is the new one."""
    for other in held:
        alone = {wanted.kind, other.kind} != {LicenceKind.NON_EXCLUSIVE}
        if alone and wanted.meets(other):
            raise LicenceInTheWay(kind=other.kind.value, starts_on=other.period.starts_on)
