"""How a line of a preview reads: its reasons in words, and a row of the file."""

from decimal import Decimal

from django.utils.translation import gettext as _

from consortium import words
from consortium.api.problems import Fault, fault_of
from consortium.errors import DomainError, Several
from consortium.models import Member
from consortium.papers.sheets import Cell
from funding import words as dues_words
from funding.api.figures import unit_of, written
from funding.reports.entries import Party
from funding.reports.preview import Line
from funding.reports.rounds import Due
from funding.rules.outcome import Stored, restored, stored


def called(party: Party) -> str:
    """Return an organization's name in the reader's language."""
    names = (party.name_en, party.name_zh)
    first, second = names if words.language() == "en" else reversed(names)
    return first or second


def reasons(line: Line, due: Due) -> list[tuple[str, str]]:
    """Return what explains a line's amount, as codes and in words."""
    about = {"member": called(line.entry.party), "levy": due.levy.label}
    return [(code, words.say(code, {**about, **values})) for code, values in line.reasons]


def faults_of(error: DomainError) -> list[Fault]:
    """Return what the rule refuses, each with its path."""
    return [fault_of(each) for each in (error.errors if isinstance(error, Several) else [error])]


def head(due: Due) -> list[str]:
    """Return the captions of the file, in the reader's language."""
    figures = [dues_words.label(each.label) for each in due.levy.inputs.values()]
    unit = {"unit": due.levy.unit}
    return [
        _("Member"),
        _("Category"),
        *figures,
        _("Last period (%(unit)s)") % unit,
        _("This period (%(unit)s)") % unit,
        _("Difference (%(unit)s)") % unit,
        _("To charge (%(unit)s)") % unit,
        _("Remarks"),
    ]


def row(line: Line, due: Due) -> list[Cell]:
    """Return a line of the file."""
    inputs = line.outcome.inputs if line.outcome else stored(line.entry.figures)
    amounts = (line.last, line.amount, line.difference, line.owed)
    said = [detail for _code, detail in reasons(line, due)]
    said += [words.explain(line.error)] if line.error else []
    return [
        called(line.entry.party),
        line.outcome.category if line.outcome else "",
        *(cell(name, inputs.get(name), due) for name in due.levy.inputs),
        *amounts,
        "; ".join(said),
    ]


def missing_row(member: Member, due: Due) -> list[Cell]:
    """Return the line of a member of which no figures are known."""
    return [str(member), *[""] * (len(head(due)) - 2), _("not declared")]


def cell(name: str, value: Stored, due: Due) -> Cell:
    """Return a figure as a spreadsheet reads it: numbers as such, others in words."""
    if isinstance(value, str) and due.levy.scope[name].numeric:
        return Decimal(written(Decimal(value), unit_of(due.levy, name)))
    return dues_words.figure(name, restored(due.levy, name, value), due.levy)
