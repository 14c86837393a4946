"""Charters as documents: check, bring in, take out, compare."""

import csv
import io
import json
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from consortium import clock, words
from consortium.management import consortium_of, refusals
from consortium.models import Charter, Consortium
from consortium.operations.charters import import_charter, rewrite_draft, written
from consortium.reports import comparison
from consortium.rules.comparison import diff
from consortium.rules.documents import CharterDocument, read_charter, unready
from consortium.rules.toml import write_toml
from consortium.states import LANGUAGES

MARKS = {"added": "+", "removed": "-", "changed": "~"}
DIFFERENT = 1
"""The exit code of `diff` where the charters differ; what is refused ends with 2."""


class Command(BaseCommand):
    help = "Validate, import, export, diff and compare charters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        speak(parser, default="en")
        verbs = parser.add_subparsers(dest="verb", required=True)
        validate = verbs.add_parser("validate", help="say everything that is wrong in a document")
        validate.add_argument("file", type=Path)
        bring = verbs.add_parser("import", help="make a draft of a document")
        bring.add_argument("file", type=Path)
        bring.add_argument("--consortium", required=True, metavar="SLUG")
        bring.add_argument(
            "--replace", action="store_true", help="rewrite the draft that has the same code"
        )
        take = verbs.add_parser("export", help="print a charter as a document")
        take.add_argument("charter", metavar="SLUG[/CODE]", help="without CODE the one in force")
        differ = verbs.add_parser(
            "diff", help="say what changes from one charter to another; exit 1 if anything does"
        )
        for name in ("before", "after"):
            differ.add_argument(name, metavar=name.upper(), help="a .toml file, or SLUG[/CODE]")
        for each in (take, differ):
            each.add_argument(
                "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="in force on this day"
            )
        side = verbs.add_parser("compare", help="print consortia side by side")
        side.add_argument("consortia", nargs="*", metavar="SLUG", help="default: the cases")
        side.add_argument("--format", choices=["table", "csv", "json"], default="table")
        for each in (validate, bring, take, differ, side):
            speak(each, default=SUPPRESS)

    def handle(self, *, verb: str, language: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., str]] = {
            "validate": validated,
            "import": imported,
            "export": exported,
            "diff": differing,
            "compare": compared,
        }
        with override(language), refusals():
            said = verbs[verb](**options)
        if said:
            self.stdout.write(said.rstrip("\n"))
        if verb == "diff" and said:
            raise SystemExit(DIFFERENT)


def speak(parser: ArgumentParser, *, default: str) -> None:
    """Add the choice of language; it may stand before the verb or after it."""
    codes = [code for code, _ in LANGUAGES]
    parser.add_argument("--language", choices=codes, default=default, help="of messages and texts")


def validated(*, file: Path, **options: Any) -> str:
    """Say that a document reads, and what is to be settled before it is adopted."""
    document = read_charter(text_of(file))
    said = f"{file}: {document.code}: ok"
    if not (found := unready(document.sections)):
        return said
    but = _("but it cannot be adopted yet:")
    return "\n".join([f"{said}, {but}", *map(words.problem, found)])


def imported(*, file: Path, consortium: str, replace: bool, **options: Any) -> str:
    subject = consortium_of(consortium)
    document = read_charter(text_of(file))
    who: dict[str, Any] = {"by": None, "on": clock.today(subject)}
    known = Charter.objects.filter(consortium=subject, code=document.code).first()
    if replace and known is not None:
        said = written(document)
        charter = rewrite_draft(charter=known, revision=known.revision, **said, **who)
    else:
        charter = import_charter(consortium=subject, document=document, **who)
    return f"{subject.slug}/{charter.code}: draft from {charter.starts_on.isoformat()}"


def exported(*, charter: str, on: date | None, **options: Any) -> str:
    return write_toml(stored(charter, on).body())


def differing(*, before: str, after: str, on: date | None, **options: Any) -> str:
    lines = []
    for change in diff(document_of(before, on), document_of(after, on)):
        values = [
            json.dumps(each, ensure_ascii=False, default=str)
            for each in (change.before, change.after)
            if each is not None
        ]
        lines.append(f"{MARKS[change.kind]} {change.path}: {' → '.join(values)}")
    return "\n".join(lines)


def compared(*, consortia: list[str], format: str, **options: Any) -> str:
    if consortia:
        subjects = [consortium_of(slug) for slug in dict.fromkeys(consortia)]
    else:
        subjects = comparison.in_order(Consortium.objects.filter(is_reference=True))
    lines = comparison.table(consortia=subjects)
    if format == "json":
        found = {
            line.row: {cell.slug: comparison.said(line.row, cell) for cell in line.cells}
            for line in lines
        }
        return json.dumps(found, ensure_ascii=False, indent=2)
    rows = comparison.sheet(subjects, lines)
    return in_csv(rows) if format == "csv" else in_table(rows)


def in_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def in_table(rows: list[list[str]]) -> str:
    table = Table(*rows[0], show_lines=True)
    for row in rows[1:]:
        table.add_row(*row)
    console = Console(width=max(100, 30 * len(rows[0])), markup=False)
    with console.capture() as said:
        console.print(table)
    return said.get()


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error


def document_of(name: str, on: date | None) -> CharterDocument:
    """Return the charter a file holds, or the one stored under a name."""
    path = Path(name)
    return read_charter(text_of(path)) if path.suffix == ".toml" else stored(name, on)


def stored(name: str, on: date | None) -> CharterDocument:
    """Return a stored charter as a document: SLUG/CODE, or SLUG for the one in force."""
    slug, _, code = name.partition("/")
    consortium = consortium_of(slug)
    if not code:
        day = on or clock.today(consortium)
        return Charter.objects.in_force(consortium=consortium, on=day).document()
    found = Charter.objects.filter(consortium=consortium, code=code).first()
    if found is None:
        known = consortium.charters.order_by("code").values_list("code", flat=True)
        raise CommandError(f"{slug}: {code}? {', '.join(known)}", returncode=2)
    return found.document()
