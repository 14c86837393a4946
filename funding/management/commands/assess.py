"""Assess a round, look at what it would come to, or try a charter on all members."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import Progress

from consortium import clock, words
from consortium.access import ReferenceIsReadOnly
from consortium.management import consortium_of, refusals
from consortium.models import Consortium
from consortium.papers.sheets import print_csv
from consortium.rules.documents import read_charter
from consortium.states import Role
from funding.management.tables import comparison_table, preview_answer, preview_table
from funding.models import Round
from funding.operations.assess import Batch, assess
from funding.operations.rounds import RoundNotOpen
from funding.papers.whatif import answer, sheet
from funding.reports.roll import fresh
from funding.reports.rounds import Due, governing
from funding.reports.runs import confirmers
from funding.reports.study import what_if
from funding.reports.tally import carried_out
from funding.rules.choices import Issue
from funding.words import called

MOST = 1000
"""Members in a table or in JSON; all of them are in the CSV."""


class Command(BaseCommand):
    help = "Assess and charge a round, preview it, or try a charter document on all members."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--levy", metavar="CODE")
        parser.add_argument("--period", type=date.fromisoformat, metavar="YYYY-MM-DD")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--preview", action="store_true", help="show it, write nothing")
        mode.add_argument(
            "--what-if", type=Path, metavar="FILE", help="try this document, write nothing"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        form.add_argument("--csv", action="store_true", help="with --what-if")

    def handle(self, **options: Any) -> None:
        if options["period"] and not options["levy"]:
            raise CommandError("--period: of which --levy?", returncode=2)
        if options["what_if"]:
            self.compare(options)
        elif options["csv"] or not options["period"]:
            raise CommandError("give --levy and --period, or --what-if FILE", returncode=2)
        else:
            self.assess(options)

    def assess(self, options: dict[str, Any]) -> None:
        with refusals():
            consortium = consortium_of(options["consortium"])
            round, due = opened(consortium, options["levy"], options["period"])
            on = clock.today(consortium)
            waits = due.levy.issue == Issue.CONFIRMED
            if options["preview"] or waits:
                self.preview(round, due, on, as_json=options["json"])
            if waits and not options["preview"]:
                raise CommandError(who_acts(round), returncode=2)
            if not options["preview"]:
                self.assessed(round, with_progress(round, due, on), as_json=options["json"])

    def preview(self, round: Round, due: Due, on: date, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(preview_answer(round, due, on), ensure_ascii=False))
        else:
            self.stdout.write(preview_table(round, due, on))

    def assessed(self, round: Round, batch: Batch, *, as_json: bool) -> None:
        refused = [
            {"member": str(entry.uid), "name": called(entry.party), "code": error.code,
             "detail": words.explain(error)}
            for entry, error in batch.refused
        ]  # fmt: skip
        if as_json:
            answered = {"assessed": batch.written, "refused": refused}
            self.stdout.write(json.dumps(answered, ensure_ascii=False))
        else:
            said = ngettext(
                "%(count)s member assessed.", "%(count)s members assessed.", batch.written
            )
            self.stdout.write(said % {"count": batch.written})
        if refused:
            lines = [f"{each['name']}: {each['detail']}" for each in refused]
            raise CommandError("\n".join(lines), returncode=1)

    def compare(self, options: dict[str, Any]) -> None:
        levy, period = options["levy"], options["period"]
        with refusals():
            consortium = consortium_of(options["consortium"])
            document = read_charter(text_of(options["what_if"]))
            study = what_if(
                consortium=consortium,
                document=document,
                on=clock.today(consortium),
                periods={levy: period} if period else {},
            )
        scopes = [each for each in study.scopes if levy in (None, each.code)]
        if not scopes:
            raise CommandError(_("There is nothing to compare."), returncode=2)
        if options["csv"]:
            print_csv(sheet(study, scopes[0] if levy else None, set()), self.stdout)
            return
        result = carried_out(study, most=MOST)
        if options["json"]:
            self.stdout.write(json.dumps(answer(study, result), ensure_ascii=False))
        else:
            self.stdout.write(comparison_table(study, scopes[0], result))


def opened(consortium: Consortium, levy: str, starts_on: date) -> tuple[Round, Due]:
    """Return a round with what governs it.

    Raises ReferenceIsReadOnly, RoundNotOpen and what `governing` raises.
    """
    if consortium.is_reference:
        raise ReferenceIsReadOnly(consortium=consortium.slug)
    due = governing(consortium=consortium, levy=levy, period_starts_on=starts_on)
    round = consortium.rounds.filter(levy=levy, starts_on=starts_on).first()
    if round is None:
        raise RoundNotOpen(levy=levy, opens_on=due.schedule.opens_on)
    return round, due


def who_acts(round: Round) -> str:
    """Return who has to propose a run and who to confirm it."""
    roles = ", ".join(sorted(str(role.label) for role in confirmers(round)))
    said = _(
        "Nothing was written: the charges of this levy leave when somebody has proposed the run"
        " (%(proposers)s) and another person has confirmed it (%(confirmers)s), both at the desk."
    )
    return said % {"proposers": Role.FINANCE.label, "confirmers": roles}


def with_progress(round: Round, due: Due, on: date) -> Batch:
    """Assess a round, with a bar on a terminal."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        total = fresh(round=round, due=due, on=on).count()
        bar = progress.add_task(str(round), total=total or None)
        return assess(
            round=round,
            by=None,
            on=on,
            batch_done=lambda count: progress.update(bar, completed=count),
        )


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error
