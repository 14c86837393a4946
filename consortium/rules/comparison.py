"""What differs between two charters, and the table that compares consortia."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from consortium.periods import Period
from consortium.rules.cases import CaseDocument
from consortium.rules.choices import Basis, Row
from consortium.rules.documents import CharterDocument
from consortium.rules.facts import DisagreementEntry, FactEntry
from consortium.rules.problems import joined, key
from consortium.rules.profile import ROWS, ProfileSection
from consortium.rules.schema import Text

type Step = str | int


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One difference: where, and the plain values before and after (None: not there).

    `steps` are keys and indexes as the later document counts them; only the last
    step of something removed counts in the earlier one.
    """

    steps: tuple[Step, ...]
    kind: ChangeKind
    before: Any = None
    after: Any = None

    @property
    def path(self) -> str:
        """Return the place as errors write it: `dues.levies[0].rule[2].at_most`."""
        path = ""
        for step in self.steps:
            path = joined(path, f"[{step}]" if isinstance(step, int) else key(step))
        return path


def diff(before: CharterDocument | None, after: CharterDocument) -> tuple[Change, ...]:
    """Return what changes from one charter to another; without one, all is added."""
    return differences({} if before is None else before.body(), after.body())


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what changes from one body to another, in the later one's order.

    Items of lists are matched by their `code`, or else by what they say, so that
    inserting one does not shift the others.
    """
    return tuple(_in_table((), before, after))


def _in_table(
    at: tuple[Step, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name, value in before.items():
        if name not in after:
            yield Change((*at, name), ChangeKind.REMOVED, before=value)
    for name, value in after.items():
        if name not in before:
            yield Change((*at, name), ChangeKind.ADDED, after=value)
        else:
            yield from _between((*at, name), before[name], value)


def _between(at: tuple[Step, ...], before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _in_table(at, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_list(at, before, after)
    elif _frozen(before) != _frozen(after):
        yield Change(at, ChangeKind.CHANGED, before, after)


def _in_list(at: tuple[Step, ...], before: list[Any], after: list[Any]) -> Iterator[Change]:
    pairs = _paired(before, after)
    kept, stays = {i for i, _ in pairs}, {j: i for i, j in pairs}
    for i, value in enumerate(before):
        if i not in kept:
            yield Change((*at, i), ChangeKind.REMOVED, before=value)
    for j, value in enumerate(after):
        if j in stays:
            yield from _between((*at, j), before[stays[j]], value)
        else:
            yield Change((*at, j), ChangeKind.ADDED, after=value)


def _paired(before: list[Any], after: list[Any]) -> list[tuple[int, int]]:
    """Return which item became which, in order; what has moved counts as removed and added."""
    names = [[_name(item) for item in items] for items in (before, after)]
    matcher = SequenceMatcher(None, names[0], names[1], autojunk=False)
    pairs: list[tuple[int, int]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(range(i, i_end), range(j, j_end), strict=True)
        elif tag == "replace":
            both = zip(range(i, i_end), range(j, j_end), strict=False)
            pairs += [(m, n) for m, n in both if not (_coded(before[m]) or _coded(after[n]))]
    return pairs


def _coded(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("code"), str)


def _name(item: Any) -> Hashable:
    return ("code", item["code"]) if _coded(item) else _frozen(item)


def _frozen(value: Any) -> Hashable:
    """Return a value to compare by: 1, true and "1" differ, the order of keys does not count."""
    if isinstance(value, Mapping):
        return ("table", frozenset((name, _frozen(item)) for name, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(_frozen(item) for item in value))
    return (type(value).__name__, value)


def apply(body: Any, changes: Iterable[Change]) -> Any:
    """Return a body with changes made that were found against it."""
    below: dict[Step, list[Change]] = {}
    here: list[Change] = []
    for change in changes:
        if not change.steps:
            return change.after
        if len(change.steps) == 1 and change.kind != ChangeKind.CHANGED:
            here.append(change)
        else:
            rest = Change(change.steps[1:], change.kind, change.before, change.after)
            below.setdefault(change.steps[0], []).append(rest)
    made: Any = _listed(body, here) if isinstance(body, list) else _tabled(body, here)
    for step, inner in below.items():
        made[step] = apply(made[step], inner)
    return made


def _tabled(body: Mapping[str, Any], changes: list[Change]) -> dict[Step, Any]:
    removed = {change.steps[0] for change in changes if change.kind == ChangeKind.REMOVED}
    added = {change.steps[0]: change.after for change in changes if change.kind == ChangeKind.ADDED}
    return {name: value for name, value in body.items() if name not in removed} | added


def _listed(body: list[Any], changes: list[Change]) -> list[Any]:
    removed = {change.steps[0] for change in changes if change.kind == ChangeKind.REMOVED}
    made = [value for index, value in enumerate(body) if index not in removed]
    for change in changes:  # in the later document's order
        index = change.steps[0]
        if change.kind == ChangeKind.ADDED and isinstance(index, int):
            made.insert(index, change.after)
    return made


# The table


@dataclass(frozen=True)
class Phase:
    """A charter as the table sees it."""

    code: str
    title: Text
    period: Period | None
    profile: ProfileSection


@dataclass(frozen=True)
class Subject:
    """A consortium to compare: its phases in their order, its facts and disagreements."""

    slug: str
    name: Text
    period: Period
    phases: tuple[Phase, ...]
    facts: tuple[FactEntry, ...] = ()
    disagreements: tuple[DisagreementEntry, ...] = ()


def subject(case: CaseDocument) -> Subject:
    """Return a case as the table sees it."""
    phases = [
        Phase(charter.code, charter.title, charter.period(), profile)
        for charter in sorted(case.charters, key=lambda each: each.starts_on or date.min)
        if isinstance(profile := charter.sections.get("profile"), ProfileSection)
    ]
    return Subject(
        slug=case.slug,
        name=case.name,
        period=Period(case.starts_on, case.ends_on),
        phases=tuple(phases),
        facts=case.facts,
        disagreements=case.disagreements,
    )


@dataclass(frozen=True)
class Passage:
    """What one phase says in a row, and what that rests on."""

    phase: Phase
    text: Text
    basis: Basis | None
    source: str
    note: Text | None


@dataclass(frozen=True)
class Cell:
    """What a consortium says in a row.

    `choices`: the coded answers of its phases, where the row has one; an
    interface words them where no passage does. `facts` and `disagreements` are
    ids within the consortium.
    """

    slug: str
    passages: tuple[Passage, ...]
    choices: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """Return the words in a language, a line per phase that has something to say."""
        return "\n".join(passage.text.pick(language) for passage in self.passages)


@dataclass(frozen=True)
class Line:
    """A row of the table: a cell for each consortium, in the order they were asked for."""

    row: Row
    cells: tuple[Cell, ...]


def compare(subjects: Sequence[Subject]) -> tuple[Line, ...]:
    """Return the table that compares consortia: every row, in the order of table 1."""
    return tuple(Line(row, tuple(_cell(each, row) for each in subjects)) for row in ROWS)


def _cell(about: Subject, row: Row) -> Cell:
    passages = [
        Passage(phase, said.text, said.basis, said.source, said.note)
        for phase in about.phases
        if (said := phase.profile.table.said(row)) is not None
    ]
    choices = [choice for phase in about.phases if (choice := phase.profile.choice(row))]
    return Cell(
        slug=about.slug,
        passages=tuple(passages),
        choices=tuple(dict.fromkeys(choices)),
        facts=tuple(fact.id for fact in about.facts if row in fact.rows),
        disagreements=tuple(each.id for each in about.disagreements if row in each.rows),
    )
