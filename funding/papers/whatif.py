"""What a charter document would mean for each member, in words: on a page or as a table."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from consortium import words
from consortium.errors import DomainError, Several
from consortium.papers.sheets import Cell
from consortium.rules.admission import AdmissionSection
from funding.reports.latest import Source
from funding.reports.study import Scope, Side, Study
from funding.reports.tally import order
from funding.reports.whatif import Answer, Line, lines
from funding.rules.choices import DecidedBy
from funding.rules.dues import Levy
from funding.states import GRADES
from funding.words import input_label, label


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
        return f"{levy} {source.period_starts_on.isoformat()} ({grade})"

    def sources(self, line: Line) -> str:
        return ", ".join(map(self.source, line.then.sources or line.now.sources))

    def basis(self, answer: Answer) -> str:
        """Return what an amount rests on."""
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
    yield head()
    for batch in lines(study):
        found = [line for line in batch if (line.scope is scope if scope else line.scope.code)]
        for line in sorted(found, key=order):
            if line.secret:
                seen.add(line.entry.member)
            yield row(speaker, line)


def row(speaker: Speaker, line: Line) -> list[Cell]:
    pair = line.scope.pairs[0]
    return [
        speaker.scope(line.scope),
        pair.side.period.starts_on if line.scope.code else None,
        line.entry.party.name,
        speaker.category(line.category),
        line.now.amount,
        speaker.basis(line.now),
        line.then.amount,
        line.difference,
        line.scope.unit,
        speaker.sources(line),
        speaker.reason(line),
    ]
