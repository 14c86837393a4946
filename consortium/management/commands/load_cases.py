"""Load the reference cases; again only where a document has changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consortium import clock, words
from consortium.management import refusals
from consortium.operations.cases import load_case
from consortium.rules.cases import read_case
from consortium.rules.schema import InvalidDocument

CASES = Path(__file__).resolve().parents[2] / "cases"


class Command(BaseCommand):
    help = "Load the reference cases from their documents; what is loaded already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="case documents (default: all)")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        for path in files or sorted(CASES.glob("*.toml")):
            try:
                case = read_case(path.read_text(encoding="utf-8"))
            except InvalidDocument as error:
                lines = words.explain(error).splitlines()
                text = "\n".join(f"{path.name}: {line}" for line in lines)
                raise CommandError(text, returncode=2) from error
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{path}: {error}", returncode=2) from error
            with refusals():
                loaded = load_case(case=case, by=None, on=clock.today())
            if loaded or options["verbosity"] > 1:
                self.stdout.write(f"{case.slug}: {'loaded' if loaded else 'unchanged'}")
