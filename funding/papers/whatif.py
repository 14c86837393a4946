"""What a charter document would mean for each member, in words: on a page or as a table."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from consortium import money, words
from consortium.errors import DomainError, Several
from consortium.papers.sheets import Cell
from consortium.rules.admission import AdmissionSection
from funding.reports.latest import Source
from funding.reports.study import Scope, Side, Study
from funding.reports.tally import CLASSES, Result, Sums, order
from funding.reports.whatif import Answer, Line, lines
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.states import GRADES
from funding.words import called, input_label, label


class Speaker:
    """Says what a study found, by the names that its charters give things."""

    def __init__(self, study: Study) -> None:
        self.study = study
        levies = [side.levy for side in study.sides]
        self.levies = {levy.code: label(levy.label) for levy in levies}
        self.categories = dict(categories(study))

    def scope(self, scope: Scope) -> str:
        if scope.label is None:
            return _("All levies in %(unit)s") % {"unit": scope.unit}
        return label(scope.label)

    def category(self, code: str) -> str:
        return self.categories.get(code, code)

    def side(self, side: Side | None) -> str:
        """Return where a side comes from: the charter and its period."""
        if side is None:
            return _("not levied")
        period = words.period(side.period.starts_on, side.period.ends_on)
        return f"{label(side.charter)}, {period}"

    def source(self, source: Source) -> str:
        """Return which declaration figures come from."""
        grade = dict(GRADES)[source.grade]
        levy = self.levies.get(source.levy, source.levy)
        return f"{levy}, {words.day(source.period_starts_on)} ({grade})"

    def sources(self, line: Line) -> str:
        return ", ".join(map(self.source, line.then.sources or line.now.sources))

    def basis(self, answer: Answer) -> str:
        """Return what an amount rests on."""
        if answer.amount is None:
            return ""
        if answer.assessed:
            return _("as assessed")
        return _("computed") if answer.category else _("not owed")

    def reason(self, line: Line) -> str:
        """Return why there is no amount, or that floor or cap decided it."""
        if line.then.error is not None:
            return self.refusal(line.then.error, line)
        if line.now.error is not None:
            said = self.refusal(line.now.error, line)
            return _("As things stand: %(reason)s") % {"reason": said}
        decided = line.then.decided_by
        return words.say(f"at_{decided.value}", {}) if decided != DecidedBy.RATE else ""

    def refusal(self, error: DomainError, line: Line) -> str:
        """Return an error with its figure by the name that the charter gives it."""
        if isinstance(error, Several):
            return " ".join(self.refusal(each, line) for each in error.errors)
        name = error.values.get("input")
        for levy in levies_of(line):
            if isinstance(name, str) and name in levy.inputs:
                return words.explain(
                    type(error)(**error.values | {"input": input_label(name, levy)})
                )
        return words.explain(error)


def levies_of(line: Line) -> Iterator[Levy]:
    for pair in line.scope.pairs:
        yield from (side.levy for side in (pair.then, pair.now) if side)


def categories(study: Study) -> Iterator[tuple[str, str]]:
    """Yield what the charters call the members' categories; the document has the last word."""
    for charter in study.charters:
        if any(section.code == "admission" for section in charter.sections.all()):
            yield from named(charter.rules("admission"))
    yield from named(study.document.sections.get("admission"))


def named(section: object) -> Iterator[tuple[str, str]]:
    if isinstance(section, AdmissionSection):
        yield from ((each.code, label(each.label)) for each in section.categories)


def head() -> list[Cell]:
    return [
        _("levy"), _("period from"), _("member"), _("category"), _("as things stand"),
        _("rests on"), _("under the document"), _("difference"), _("unit"),
        _("figures from"), _("reason"),
    ]  # fmt: skip


def sheet(study: Study, scope: Scope | None, seen: set[int]) -> Iterator[list[Cell]]:
    """Yield the rows of one scope, or of each levy; greatest increase of a batch first.

    `seen` is filled with the members of whom anything confidential was said.
    """
    speaker = Speaker(study)
    wanted = [scope] if scope else [each for each in study.scopes if each.code]
    yield head()
    for batch in lines(study):
        for each in wanted:
            for line in sorted((line for line in batch if line.scope is each), key=order):
                if line.secret:
                    seen.add(line.entry.member)
                yield row(speaker, line)


def row(speaker: Speaker, line: Line) -> list[Cell]:
    pair, unit = line.scope.pairs[0], line.scope.unit
    return [
        speaker.scope(line.scope),
        pair.side.period.starts_on if line.scope.code else None,
        called(line.entry.party),
        speaker.category(line.category),
        in_unit(line.now.amount, unit),
        speaker.basis(line.now),
        in_unit(line.then.amount, unit),
        in_unit(line.difference, unit),
        unit,
        speaker.sources(line),
        speaker.reason(line),
    ]


def answer(study: Study, result: Result) -> dict[str, Any]:
    """Return a study carried out as JSON: codes and exact amounts, with words beside them."""
    speaker = Speaker(study)
    found = [scope_answer(speaker, each, result) for each in study.scopes]
    return {
        "consortium": study.consortium.slug,
        "charter": study.document.code,
        "title": label(study.document.title),
        "on": study.on.isoformat(),
        "together": [each for each in found if each["levy"] is None],
        "levies": [each for each in found if each["levy"] is not None],
        "on_joining": [levy.code for levy in study.on_joining],
    }


def scope_answer(speaker: Speaker, scope: Scope, result: Result) -> dict[str, Any]:
    tally, unit = result.tallies[scope.key], scope.unit
    sides = {"now": scope.pairs[0].now, "then": scope.pairs[0].then} if scope.code else {}
    counts = ("refused", "unknown", "less", "more", "same", "at_floor", "at_cap")
    return {
        "levy": scope.code or None,
        "label": speaker.scope(scope),
        "unit": unit,
        **{name: side_answer(sides.get(name)) for name in ("now", "then")},
        "totals": {
            **sums_answer(tally, unit),
            **{name: getattr(tally, name) for name in counts},
            **{
                name: exact(getattr(tally, name), unit) for name in ("difference", "saved", "added")
            },
        },
        "categories": [
            {"category": code, "label": speaker.category(code), **sums_answer(each, unit)}
            for code, each in sorted(tally.categories.items())
        ],
        "changes": [
            {"change": each, "members": tally.changes[each]}
            for each in CLASSES
            if each in tally.changes
        ],
        "lines": [line_answer(speaker, line) for line in result.lines[scope.key]],
        "left_out": result.left_out(scope),
    }


def side_answer(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    period = side.period
    return {
        "charter": label(side.charter),
        "period_starts_on": period.starts_on.isoformat(),
        "period_ends_on": period.end.isoformat(),
    }


def sums_answer(sums: Sums, unit: str) -> dict[str, Any]:
    return {"members": sums.count, "now": exact(sums.now, unit), "then": exact(sums.then, unit)}


def line_answer(speaker: Speaker, line: Line) -> dict[str, Any]:
    unit = line.scope.unit
    return {
        "member": {
            "uid": str(line.entry.uid),
            "name": called(line.entry.party),
        },
        "category": line.category,
        "now": exact(line.now.amount, unit),
        "assessed": line.now.assessed,
        "then": exact(line.then.amount, unit),
        "difference": exact(line.difference, unit),
        "decided_by": line.then.decided_by.value,
        "figures_from": [
            {
                "levy": each.levy,
                "period_starts_on": each.period_starts_on.isoformat(),
                "grade": each.grade,
            }
            for each in line.then.sources or line.now.sources
        ],
        "error": error_answer(speaker, line),
    }


def error_answer(speaker: Speaker, line: Line) -> dict[str, str] | None:
    """Return why there is no amount, under the document or as things stand."""
    error = line.then.error or line.now.error
    if error is None:
        return None
    side = "then" if line.then.error else "now"
    return {"side": side, "code": error.code, "detail": speaker.refusal(error, line)}


def in_unit(amount: Decimal | None, unit: str) -> Decimal | None:
    """Return an amount with its unit's decimals; what a column's width adds is left out."""
    return None if amount is None else amount.quantize(money.quantum(unit))


def exact(amount: Decimal | None, unit: str) -> str | None:
    found = in_unit(amount, unit)
    return None if found is None else format(found, "f")
