"""Moving a consortium in from one workbook."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consortium import clock
from consortium.access import in_one_transaction
from consortium.errors import DomainError
from consortium.management import consortium_of, refusals
from consortium.models import Consortium
from consortium.words import explain
from funding.models import CutOver
from funding.operations.cutover import (
    CutOverRefused,
    check_cutover,
    confirm_cutover,
    propose_cutover,
)
from funding.papers.cutover import template
from funding.rules.cutover import SHEETS


class Command(BaseCommand):
    help = (
        "Move a consortium in on a day: organizations, members, people, open items and credits"
        " from one workbook, all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument(
            "--on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
            help="the cut-over day",
        )  # fmt: skip
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="only say what is wrong")
        what.add_argument(
            "--template", action="store_true", help="write the empty workbook to FILE"
        )

    def handle(self, **options: Any) -> None:
        with refusals():
            consortium = consortium_of(options["consortium"])
        path, day = options["file"], options["on"]
        try:
            if options["template"]:
                path.write_bytes(template(consortium, day))
                self.stdout.write(str(path))
                return
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        self.move(consortium, path.name, content, day, check=options["check"])

    def move(
        self, consortium: Consortium, name: str, content: bytes, day: date, *, check: bool
    ) -> None:
        today = clock.today(consortium)

        def do() -> CutOver:
            proposed = propose_cutover(
                consortium=consortium, name=name, content=content, day=day, by=None, on=today
            )
            return confirm_cutover(cut_over=proposed, by=None, on=today)

        try:
            if check:
                counts = check_cutover(
                    consortium=consortium, content=content, day=day, on=today
                ).counts
            else:
                counts = in_one_transaction(do).counts
        except CutOverRefused as refused:
            raise CommandError(explain(refused), returncode=1) from refused
        except DomainError as error:
            raise CommandError(explain(error), returncode=2) from error
        for sheet in SHEETS:
            self.stdout.write(f"{sheet.code}: {counts[sheet.code]}")
