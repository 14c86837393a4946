"""Load the reference cases; again only where a document has changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from consortium import clock, words
from consortium.management import refusals
from consortium.operations.cases import load_case
from consortium.rules.cases import CaseDocument, read_case
from consortium.rules.schema import InvalidDocument

CASES = Path(__file__).resolve().parents[2] / "cases"


class Command(BaseCommand):
    help = "Load the reference cases from their documents; what is loaded already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="case documents (default: all)")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        cases = self.read(files or sorted(CASES.glob("*.toml")))
        with refusals(), transaction.atomic():
            loaded = [load_case(case=case, by=None, on=clock.today()) for case in cases]
        for case, new in zip(cases, loaded, strict=True):
            if new or options["verbosity"] > 1:
                self.stdout.write(f"{case.slug}: {'loaded' if new else 'unchanged'}")

    def read(self, files: list[Path]) -> list[CaseDocument]:
        """Return every case, or say everything that is wrong in any of the documents."""
        cases, lines = [], []
        for path in files:
            try:
                cases.append(read_case(path.read_text(encoding="utf-8")))
            except InvalidDocument as error:
                lines += [f"{path.name}: {line}" for line in words.explain(error).splitlines()]
            except (OSError, UnicodeDecodeError) as error:
                lines.append(f"{path}: {error}")
        if lines:
            raise CommandError("\n".join(lines), returncode=2)
        return cases
