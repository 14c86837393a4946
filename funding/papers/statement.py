"""A member's statement of account in words: as a paper, and as a table."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from consortium import words
from consortium.errors import DomainError
from consortium.models import Member
from consortium.papers import render
from consortium.papers.sheets import Cell
from funding.models import Charge
from funding.papers.request import names
from funding.reports.statements import Line, Statement
from funding.rules.dues import DuesSection
from funding.states import Entry
from funding.words import label

TEMPLATE = Path(__file__).with_suffix(".typ")


class Speaker:
    """Says what stands on some statements, by the names that charters give levies and units."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        charges = {
            each.pk: each
            for statement in statements
            for each in (
                *(part.charge for line in statement.lines for part in line.parts),
                *(item.charge for item in statement.open),
            )
        }
        prefetch_related_objects(list(charges.values()), "assessment__charter__sections")
        self.levies: dict[tuple[int, str], str] = {}
        self.units: dict[str, str] = {}
        for each in charges.values():
            self.read(each)

    def read(self, charge: Charge) -> None:
        """Learn what a charge's levy and unit are called, as far as it can still be read."""
        key = charge.assessment.charter_id, charge.levy
        if key in self.levies:
            return
        self.levies[key] = charge.levy
        try:
            section: DuesSection = charge.assessment.charter.rules("dues")
            self.levies[key] = label(section.levy(charge.levy).label)
        except DomainError:
            return
        if (unit := section.units.get(charge.unit)) is not None:
            self.units[charge.unit] = label(unit)

    def levy(self, charge: Charge) -> str:
        return self.levies[charge.assessment.charter_id, charge.levy]

    def unit(self, code: str) -> str:
        return self.units.get(code, code)

    def entry(self, line: Line) -> str:
        """Return what a line is, with its number: `Payment 2026-0011`."""
        what = str(line.entry.label)
        if line.of is not None:
            what = f"{what}: {line.of.label}"
        return f"{what} {line.reference}".strip()

    def about(self, line: Line) -> str:
        """Return what a line is for: the levy of a charge, or the charges something went to."""
        if not line.parts:
            return ""
        if line.entry == Entry.CHARGE:
            return self.levy(line.parts[0].charge)
        return ", ".join(part.charge.number for part in line.parts)


def sides(amount: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Return an amount as what is owed more, or what is owed less."""
    return (amount, None) if amount > 0 else (None, -amount) if amount < 0 else (None, None)


def paper(member: Member, statements: Sequence[Statement], on: date, *, language: str) -> bytes:
    """Return the statements of a member as one PDF, dated by their last day.

    It holds the member's figures: for those only who may see its account.
    """
    with override(language):
        speaker = Speaker(statements)
        consortium = member.consortium
        data = {
            "title": _("Statement of account"),
            "words": captions(),
            "consortium": both(consortium),
            "member": both(member.organization),
            "number": member.organization.registration_number,
            "day": words.day(on),
            "none": "" if statements else _("Nothing was ever charged or paid."),
            "parts": [part(each, speaker) for each in statements],
        }
    return render(TEMPLATE, data, language=language, on=on)


def both(row: Any) -> list[str]:
    return names({"name_en": row.name_en, "name_zh": row.name_zh})


def captions() -> dict[str, str]:
    """Return what stands beside the values."""
    said = {
        "member": _("Member"),
        "registration": _("registration number"),
        "period": _("period"),
        "until": _("as of"),
        "balance": _("balance"),
        "on_account": _("credit on account"),
        "overdue": _("past due"),
        "movements": _("What was charged, credited and paid"),
        "open": _("open items"),
        "on": pgettext("statement", "Day"),
        "entry": pgettext("statement", "What"),
        "owed": pgettext("statement", "Charged"),
        "paid": pgettext("statement", "Paid or credited"),
        "after": _("Balance after it"),
        "opening": _("Balance before"),
        "closing": _("Balance at the end"),
        "charge": _("Charge number"),
        "due": _("Last day to pay"),
        "late": _("days late"),
        "amount": _("open amount"),
        "note": _(
            "What is owed stands without a sign, credit below zero. A payment that the bank has"
            " not shown yet is not among these."
        ),
    }
    return {name: str(capfirst(text)) for name, text in said.items()}


def part(statement: Statement, speaker: Speaker) -> dict[str, Any]:
    """Return what a statement of one unit says, in the language of the moment."""
    unit = statement.unit
    rows = []
    for line in statement.lines:
        owed, paid = (words.amount(each, unit) if each else "" for each in sides(line.amount))
        rows.append(
            [
                words.day(line.on),
                [speaker.entry(line), speaker.about(line)],
                owed,
                paid,
                words.amount(line.after, unit),
            ]
        )
    return {
        "unit": speaker.unit(unit),
        "period": f"{words.day(statement.from_on)} – {words.day(statement.on)}",
        "opening": words.amount(statement.opening, unit),
        "closing": words.amount(statement.balance, unit),
        "on_account": words.amount(statement.on_account, unit),
        "overdue": words.amount(statement.overdue, unit),
        "rows": rows,
        "open": [
            [
                [item.charge.number, speaker.levy(item.charge)],
                words.day(item.charge.due_on),
                str(item.late) if item.late else "",
                words.amount(item.amount, unit),
            ]
            for item in statement.open
        ],
    }


def table(statements: Sequence[Statement]) -> Iterator[Sequence[Cell]]:
    """Yield the statements as a table, with the balance before and after in rows of their own."""
    said, speaker = captions(), Speaker(statements)
    yield [
        _("Unit"), said["on"], said["entry"], pgettext("statement", "For"), said["owed"],
        said["paid"], said["after"],
    ]  # fmt: skip
    for each in statements:
        yield [each.unit, each.from_on, said["opening"], "", None, None, each.opening]
        for line in each.lines:
            what = speaker.entry(line), speaker.about(line)
            yield [each.unit, line.on, *what, *sides(line.amount), line.after]
        yield [each.unit, each.on, said["closing"], "", None, None, each.balance]
