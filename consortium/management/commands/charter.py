"""Charters as documents: check, bring in, take out, compare."""

import csv
import io
import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override
from rich.console import Console
from rich.table import Table

from consortium import clock
from consortium.management import consortium_of, refusals
from consortium.models import Charter, Consortium
from consortium.operations.charters import import_charter
from consortium.reports import comparison
from consortium.rules.comparison import diff
from consortium.rules.documents import CharterDocument, read_charter
from consortium.rules.toml import write_toml
from consortium.states import ROWS


class Command(BaseCommand):
    help = "Validate, import, export, diff and compare charters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=["en", "zh-hans"], help="of messages and texts")
        verbs = parser.add_subparsers(dest="verb", required=True)
        validate = verbs.add_parser("validate", help="say everything that is wrong in a document")
        validate.add_argument("file", type=Path)
        bring = verbs.add_parser("import", help="make a draft of a document")
        bring.add_argument("file", type=Path)
        bring.add_argument("--consortium", required=True, metavar="SLUG")
        take = verbs.add_parser("export", help="print a charter as a document")
        take.add_argument("charter", metavar="SLUG[/CODE]", help="without CODE the one in force")
        take.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        differ = verbs.add_parser("diff", help="say what changes from one charter to another")
        for name in ("before", "after"):
            differ.add_argument(name, metavar=name.upper(), help="a file, or SLUG[/CODE]")
        differ.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        side = verbs.add_parser("compare", help="print the table of the cases side by side")
        side.add_argument("consortia", nargs="*", metavar="SLUG", help="default: the cases")
        side.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., str]] = {
            "validate": validated,
            "import": imported,
            "export": exported,
            "diff": differing,
            "compare": compared,
        }
        with override(options["language"] or "en"), refusals():
            self.stdout.write(verbs[verb](**options).rstrip("\n"))


def validated(*, file: Path, **options: Any) -> str:
    document = read_charter(text_of(file))
    return f"{file}: {document.code}: ok"


def imported(*, file: Path, consortium: str, **options: Any) -> str:
    subject = consortium_of(consortium)
    charter = import_charter(
        consortium=subject,
        document=read_charter(text_of(file)),
        by=None,
        on=clock.today(subject),
    )
    return f"{subject.slug}/{charter.code}: draft from {charter.starts_on.isoformat()}"


def exported(*, charter: str, on: date | None, **options: Any) -> str:
    return write_toml(stored(charter, on).body())


def differing(*, before: str, after: str, on: date | None, **options: Any) -> str:
    changes = diff(document_of(before, on), document_of(after, on))
    marks = {"added": "+", "removed": "-", "changed": "~"}
    lines = []
    for change in changes:
        values = [
            json.dumps(each, ensure_ascii=False, default=str)
            for each in (change.before, change.after)
            if each is not None
        ]
        lines.append(f"{marks[change.kind]} {change.path}: {' → '.join(values)}")
    return "\n".join(lines) or "="


def compared(*, consortia: list[str], format: str, language: str | None, **options: Any) -> str:
    if consortia:
        subjects = [consortium_of(slug) for slug in consortia]
    else:
        subjects = list(Consortium.objects.filter(is_reference=True).order_by("starts_on"))
    lines = comparison.table(consortia=subjects)
    said = language or "en"
    if format == "json":
        return json.dumps(
            {line.row: {cell.slug: cell.text(said) for cell in line.cells} for line in lines},
            ensure_ascii=False,
            indent=2,
        )
    head = ["", *(subject.name for subject in subjects)]
    labels = dict(ROWS)
    rows = [[str(labels[line.row]), *(cell.text(said) for cell in line.cells)] for line in lines]
    return in_csv(head, rows) if format == "csv" else in_table(head, rows)


def in_csv(head: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


def in_table(head: list[str], rows: list[list[str]]) -> str:
    table = Table(*head, show_lines=True)
    for row in rows:
        table.add_row(*row)
    console = Console(width=max(100, 30 * len(head)))
    with console.capture() as said:
        console.print(table)
    return said.get()


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error


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
