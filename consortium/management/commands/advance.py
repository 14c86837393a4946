"""Run what is due, day by day, without a broker."""

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from consortium import clock
from consortium.management import BeyondToday, consortium_of, refusals
from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.operations.documents import undone


class Command(BaseCommand):
    help = "Do everything due in a consortium up to a day (today unless said), oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--to", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--what-if", action="store_true", help="show it, then undo it all")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        with refusals():
            consortium = consortium_of(options["consortium"])
            today = clock.today(consortium)
            to = options["to"] or today
            if to > today and not options["what_if"]:
                raise BeyondToday(to=to)
            with undone() if options["what_if"] else nullcontext():
                done = with_progress(consortium, to)
                consortium.refresh_from_db()
                reached = consortium.advanced_to
        if options["json"]:
            answer = {"advanced_to": reached.isoformat(), "done": done}
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{consortium.slug}: {reached.isoformat()}")
            for sweep, count in done.items():
                self.stdout.write(f"  {sweep}: {count}")


def with_progress(consortium: Consortium, to: date) -> dict[str, int]:
    """Advance, with a bar on a terminal."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        start = consortium.advanced_to
        bar = progress.add_task(consortium.slug, total=(to - start).days)

        def done(day: date) -> None:
            progress.update(bar, completed=(day - start).days)

        return advance(consortium=consortium, to=to, day_done=done)
