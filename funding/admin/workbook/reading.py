"""Reading a figures sheet: each row as its form takes it, each fault with its cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from consortium import registry
from consortium.admin.formats import unsafe
from consortium.errors import DomainError
from consortium.models import Member
from consortium.papers.sheets import DIGITS
from consortium.states import LANGUAGES
from consortium.words import explain
from funding.admin.workbook.columns import FIRST, MARK, columns_of, worded
from funding.models import Round
from funding.reports.rounds import Due

LARGEST = 5 * 1024 * 1024
UNPACKED = 50 * 1024 * 1024
MOST = 300
"""Members in one workbook: entering more takes longer than a browser waits."""

registry.add_messages(
    {
        "sheet_unreadable": _(
            "This is no figures sheet; download one from this page and fill it in."
        ),
        "sheet_too_large": _("The file is too large; at most %(most)s members come in at a time."),
        "sheet_of_another_round": _(
            "This sheet is another round's; choose it there, or download this round's."
        ),
        "sheet_columns": _(
            "Columns are missing (%(missing)s), or their hidden row; download the sheet again."
        ),
        "sheet_unknown_member": _(
            "The row's hidden address belongs to no member of this round; download it again."
        ),
        "sheet_other_name": _(
            "The row's hidden address belongs to %(member)s, but its name is “%(name)s”."
        ),
        "sheet_repeated_member": _("%(member)s stands in row %(row)s already."),
        "sheet_digits": _(
            "A spreadsheet keeps 15 digits of a number, and this one has more; round it."
        ),
    }
)


class Refused(DomainError):
    """A file cannot be read as a figures sheet of this round."""


class Unreadable(Refused):
    code = "sheet_unreadable"


class SheetTooLarge(Refused):
    code = "sheet_too_large"


class AnotherRound(Refused):
    code = "sheet_of_another_round"


class OtherColumns(Refused):
    code = "sheet_columns"


class UnknownMember(DomainError):
    code = "sheet_unknown_member"


class OtherName(DomainError):
    """The address says one member and the name beside it another."""

    code = "sheet_other_name"


class RepeatedMember(DomainError):
    code = "sheet_repeated_member"


class TooManyDigits(DomainError):
    code = "sheet_digits"


@dataclass(frozen=True)
class Problem:
    """What is wrong in a cell; rows and columns counted from 0."""

    row: int
    column: int
    member: str
    text: str

    @property
    def cell(self) -> str:
        return f"{xl_col_to_name(self.column)}{self.row + 1}"


@dataclass(frozen=True)
class Line:
    """A member's row as it was read: what stands in each field of its form."""

    number: int
    member: Member
    data: Mapping[str, str]


@dataclass
class Read:
    """A workbook as it was read; `columns`: where each field stands."""

    columns: dict[str, int]
    rows: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(upload: Any, round: Round, due: Due, members: Iterable[Member]) -> Read:
    """Return what a workbook says of these members. Raises Refused."""
    table = own_table(cells_of(upload), round)
    fields = columns_of(round, due)
    codes = [str(each) for each in table[0]]
    wanted = ["name", *fields]
    if missing := [each for each in wanted if each not in codes]:
        raise OtherColumns(missing=[str(fields[each].label) for each in missing if each in fields])
    found = Read({name: codes.index(name) for name in fields})
    known = {each.uid: each for each in members}
    choices = choices_of(round, due)
    seen: dict[UUID, int] = {}
    for number, row in enumerate(table[FIRST:], start=FIRST):
        cells = {name: row[codes.index(name)] for name in wanted}
        name = str(cells.pop("name")).strip()
        if all(each in ("", None) for each in cells.values()):
            continue
        try:
            member = whose(row[0], name, known, seen, number)
        except DomainError as error:
            found.problems.append(Problem(number, 1, name, explain(error)))
            continue
        found.rows.append(line_of(number, member, cells, choices, found))
    if len(found.rows) > MOST:
        raise SheetTooLarge(most=MOST)
    return found


def cells_of(upload: Any) -> list[list[list[Any]]]:
    """Return the cells of each sheet. Raises Unreadable, SheetTooLarge."""
    if upload is None:
        raise Unreadable
    if upload.size > LARGEST:
        raise SheetTooLarge(most=MOST)
    content = upload.read()
    try:
        if sum(each.file_size for each in ZipFile(BytesIO(content)).infolist()) > UNPACKED:
            raise SheetTooLarge(most=MOST)
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        ]
    except (BadZipFile, CalamineError):
        raise Unreadable from None


def own_table(sheets: list[list[list[Any]]], round: Round) -> list[list[Any]]:
    """Return the sheet that is marked as this round's. Raises Unreadable, AnotherRound."""
    for table in sheets:
        mark = str(table[0][0]) if table and table[0] else ""
        if mark.startswith(MARK):
            if mark.removeprefix(MARK) != str(round.uid):
                raise AnotherRound
            return table
    raise Unreadable


def whose(
    address: Any, name: str, known: Mapping[UUID, Member], seen: dict[UUID, int], number: int
) -> Member:
    """Return the member a row is about. Raises UnknownMember, OtherName, RepeatedMember."""
    try:
        uid = UUID(str(address).strip())
        member = known[uid]
    except (ValueError, KeyError):
        raise UnknownMember(name=name) from None
    names = {member.organization.name_en, member.organization.name_zh}
    if not name or name not in names:
        raise OtherName(name=name, member=str(member))
    first = seen.setdefault(uid, number)
    if first != number:
        raise RepeatedMember(member=str(member), row=first + 1)
    return member


def line_of(
    number: int, member: Member, cells: Mapping[str, Any], choices: dict[str, Any], found: Read
) -> Line:
    """Return a member's row as its form takes it; a number that is not exact is left out."""
    data = {}
    for name, value in cells.items():
        try:
            written = text(value)
        except TooManyDigits as error:
            said = explain(error)
            found.problems.append(Problem(number, found.columns[name], str(member), said))
            written = ""
        data[f"m{member.pk}-{name}"] = choices.get(name, {}).get(written.casefold(), written)
    return Line(number, member, data)


def text(value: Any) -> str:
    """Return a cell's value as a person would type it. Raises TooManyDigits."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            exact = Decimal(repr(value))
            if exact.is_finite() and len(exact.normalize().as_tuple().digits) > DIGITS:
                raise TooManyDigits
            return format(exact.normalize(), "f")
        case datetime():
            return value.date().isoformat()
    return unsafe(value)


def choices_of(round: Round, due: Due) -> dict[str, dict[str, str]]:
    """Return the codes of each field's choices by what they are called in any language."""
    found: dict[str, dict[str, str]] = {}
    for language, _name in LANGUAGES:
        with override(language):
            for name, each in columns_of(round, due).items():
                if isinstance(each, forms.ChoiceField):
                    # An empty cell means what the form begins with.
                    called = found.setdefault(name, {"": str(each.initial or "")})
                    for code, said in worded(each):
                        called[said.casefold()] = called[code.casefold()] = code
    return found
