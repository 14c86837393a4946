"""Write one report to a file or to standard output; nothing is kept."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from consortium import clock
from consortium.management import consortium_of, refusals
from consortium.models import Consortium, Member
from consortium.operations.reports import DayToCome
from consortium.reports.orders import Order, kind_of, write
from consortium.rules.choices import FileFormat
from consortium.rules.parameters import typed
from consortium.rules.rhythm import period_of
from consortium.states import LANGUAGES

TEXTS = {FileFormat.JSON, FileFormat.CSV}
"""What a terminal can show."""

PIECE = 1024 * 1024


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"“{text}” is not NAME=VALUE")
    return name, value


class Command(BaseCommand):
    help = "Write a report of a period as it stood at the end of a day by what was recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND")
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument(
            "--period", required=True, help="2026, 2026-H2, 2026-Q3, 2026-10 or START..END"
        )
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--known-at", type=datetime.fromisoformat, metavar="MOMENT")
        parser.add_argument("--format", choices=[each.value for each in FileFormat], default="pdf")
        parser.add_argument("--language", choices=[code for code, _ in LANGUAGES])
        parser.add_argument(
            "--member", type=UUID, metavar="UID", help="where it is written once per member"
        )
        parser.add_argument("--out", type=Path, metavar="FILE")
        parser.add_argument("--param", type=pair, action="append", default=[], metavar="NAME=VALUE")

    def handle(self, **options: Any) -> None:
        with refusals():
            order = asked(options).checked()
            if options["out"] is None and sys.stdout.isatty() and order.format not in TEXTS:
                raise CommandError("name a file with --out, or pipe the output", returncode=2)
            with TemporaryFile() as file:
                written = write(order, file)
                self.hand_over(file, options["out"], written.suffix)

    def hand_over(self, file: IO[bytes], out: Path | None, suffix: str) -> None:
        """Copy the finished file to where it is wanted; a report cut short leaves nothing."""
        file.seek(0)
        if out is None:
            stream: Any = getattr(self.stdout, "buffer", None)
            while piece := file.read(PIECE):
                if stream is not None:
                    stream.write(piece)
                else:
                    self.stdout.write(piece.decode(), ending="")
            return
        try:
            with out.open("wb") as target:
                while piece := file.read(PIECE):
                    target.write(piece)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}", returncode=1) from error
        if out.suffix != suffix:
            self.stderr.write(f"{out} holds a {suffix} file: there is more than one table.")


def asked(options: dict[str, Any]) -> Order:
    """Return the report that is asked for; the consortium's language unless one is named."""
    consortium = consortium_of(options["consortium"])
    kind = kind_of(options["kind"])
    today, now = clock.today(consortium), clock.now()
    on = options["on"] or today
    known_at = moment(options["known_at"], consortium) or now
    if on > today or known_at > now:
        raise DayToCome(as_of=on, on=today)
    return Order(
        consortium=consortium,
        kind=kind,
        period=period_of(options["period"]),
        on=on,
        known_at=known_at,
        parameters=typed(kind.parameters, dict(options["param"])),
        language=options["language"] or consortium.language,
        format=options["format"],
        member=member(options["member"], consortium),
    )


def moment(given: datetime | None, consortium: Consortium) -> datetime | None:
    """Return a moment; without a zone it is meant in the consortium's."""
    if given is None or given.tzinfo is not None:
        return given
    return given.replace(tzinfo=ZoneInfo(consortium.time_zone)).astimezone(UTC)


def member(uid: UUID | None, consortium: Consortium) -> Member | None:
    """Return the member with an address. Raises CommandError."""
    if uid is None:
        return None
    found = Member.objects.filter(consortium=consortium, uid=uid)
    row = found.select_related("organization").first()
    if row is None:
        raise CommandError(f"no member of {consortium.slug} has the address {uid}", returncode=2)
    return row
