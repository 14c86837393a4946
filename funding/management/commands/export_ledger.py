"""The books as a file for other programs."""

from argparse import ArgumentParser
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from consortium import clock
from consortium.management import consortium_of, refusals
from funding.papers.journal import FORMATS
from funding.reports.journal import Journal


class Command(BaseCommand):
    help = "Write the ledger for Beancount, whose bean-check holds it to our balances, or as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "YYYY-MM-DD"}
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--format", choices=FORMATS, default="beancount")
        parser.add_argument("--from", dest="from_on", help="what was before is the opening", **day)
        parser.add_argument("--on", help="the last day (default: today)", **day)
        parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")

    def handle(self, **options: Any) -> None:
        with refusals():
            consortium = consortium_of(options["consortium"])
        on, from_on = options["on"] or clock.today(consortium), options["from_on"]
        if from_on is not None and from_on > on:
            raise CommandError("--from: comes after the last day", returncode=2)
        write, _type, _suffix = FORMATS[options["format"]]
        journal = Journal(consortium, on, from_on)
        if options["out"] is None:
            out = binary(self.stdout)
            write(journal, out)
            if isinstance(out, BytesIO):
                self.stdout.write(out.getvalue().decode("utf-8-sig"), ending="")
            return
        with file_at(options["out"]) as out:
            write(journal, out)
        self.stdout.write(str(options["out"]))


def binary(out: Any) -> IO[bytes]:
    """Return where bytes go that are written to an output; a buffer, if it takes text only."""
    out.flush()
    found: IO[bytes] = getattr(out, "buffer", None) or BytesIO()
    return found


def file_at(path: Path) -> IO[bytes]:
    try:
        return path.open("wb")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
