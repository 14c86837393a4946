"""What would be owed: a levy's rule on given figures, explained."""

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from consortium import clock, words
from consortium.management import consortium_of, refusals
from consortium.models import Charter, NoSuchSection
from consortium.money import NotAnAmount, parse
from consortium.rules.documents import read_charter
from funding.reports.rounds import SECTION
from funding.rules import figures
from funding.rules.dues import DuesSection, Levy
from funding.rules.engine import Quote, Rate, compute
from funding.rules.figures import Figure
from funding.rules.inputs import CATEGORY, LATE
from funding.rules.instalments import split
from funding.rules.supplied import Stay, period_of, supplied
from funding.rules.triggers import CalendarOffset
from funding.words import explanation

CHOICE = re.compile("[a-z][a-z0-9_]*")
"""What may be a choice, yes or no; anything else is a number or wrong."""


def figure(text: str) -> tuple[str, str]:
    """Return NAME=VALUE as a name and what stands behind it."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ArgumentTypeError(f"{text}: write NAME=VALUE")
    try:
        if not CHOICE.fullmatch(value):
            parse(value.partition(" ")[0])
    except NotAnAmount as error:
        raise ArgumentTypeError(words.explain(error)) from error
    return name, value


def rate(text: str) -> tuple[str, Decimal]:
    """Return CURRENCY=VALUE as a currency and what one unit of it is worth."""
    unit, value = figure(text)
    try:
        return unit, parse(value)
    except NotAnAmount as error:
        raise ArgumentTypeError(words.explain(error)) from error


class Command(BaseCommand):
    help = "Compute a levy for given figures under a charter in force or a charter document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--consortium", metavar="SLUG", help="use its charter in force")
        source.add_argument("--charter", type=Path, metavar="FILE", help="use this document")
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--joined-on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--levy", required=True, metavar="CODE")
        parser.add_argument("--category", required=True, metavar="CODE")
        parser.add_argument(
            "--input", action="append", default=[], type=figure, metavar="NAME=VALUE"
        )
        parser.add_argument(
            "--rate", action="append", default=[], type=rate, metavar="CURRENCY=VALUE",
            help="what one unit of a currency is worth in the levy's",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        names = [name for name, _text in options["input"]]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CommandError(f"--input {', '.join(twice)}: given twice", returncode=2)
        with refusals():
            levy = section(options).levy(options["levy"])
            levy.require(options["category"])
            inputs = {name: read(levy, name, text) for name, text in options["input"]}
            known = membership(levy, options)
            if levy.for_late:
                known |= {name: inputs.pop(name) for name in LATE if name in inputs}
            quote = compute(levy, inputs, known, rates(options))
        if options["json"]:
            self.stdout.write(json.dumps(answer(quote, levy), ensure_ascii=False))
        else:
            self.table(quote, levy)

    def table(self, quote: Quote, levy: Levy) -> None:
        table = Table("", "", show_edge=False)
        table.columns[1].justify = "right"
        for line in explanation(quote.steps, levy):
            table.add_row(line["label"], words.amount(Decimal(line["amount"]), levy.unit))
        table.add_section()
        table.add_row("=", words.amount(quote.amount, levy.unit), style="bold")
        for label, amount in zip(instalments(quote), parts(quote), strict=True):
            table.add_row(label, words.amount(amount, levy.unit))
        console = Console(width=100)
        with console.capture() as said:
            console.print(table)
        self.stdout.write(said.get())


def read(levy: Levy, name: str, text: str) -> Figure:
    """Return the value of an input as its kind says, or refuse the argument by its name."""
    asked = levy.inputs.get(name)
    try:
        return figures.read(name, asked.domain if asked else None, text)
    except NotAnAmount as error:
        raise CommandError(
            f"--input {name}={text}: {words.explain(error)}", returncode=2
        ) from error


def membership(levy: Levy, options: dict[str, Any]) -> dict[str, Figure]:
    """Return what the engine supplies of a member that joined on a day, if that is said."""
    joined_on: date | None = options["joined_on"]
    if joined_on is None:
        return {CATEGORY: options["category"]}
    period = period_of(levy, options["on"] or joined_on)
    return supplied(levy, [Stay(options["category"], joined_on)], period, options["category"])


def rates(options: dict[str, Any]) -> dict[str, Rate]:
    on = options["on"] or clock.today()
    return {unit: Rate(value, on) for unit, value in options["rate"]}


def section(options: dict[str, Any]) -> DuesSection:
    """Return the dues section of the document or of the charter in force on the day."""
    if options["charter"]:
        try:
            document = read_charter(options["charter"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['charter']}: {error}", returncode=2) from error
        found = document.sections.get(SECTION)
        if not isinstance(found, DuesSection):
            raise NoSuchSection(charter=document.code, section=SECTION)
        return found
    consortium = consortium_of(options["consortium"])
    on = options["on"] or clock.today(consortium)
    charter = Charter.objects.in_force(consortium=consortium, on=on)
    rules: DuesSection = charter.rules(SECTION)
    return rules


def parts(quote: Quote) -> list[Decimal]:
    """Return the instalments of an amount that is paid in some."""
    return split(quote.amount, len(quote.due), quote.unit) if quote.due and quote.amount else []


def instalments(quote: Quote) -> list[str]:
    """Return what each instalment is called: its number, and when it is due."""
    count = len(parts(quote))
    return [
        _("instalment %(number)s of %(count)s, due %(when)s")
        % {"number": number, "count": count, "when": distance(due)}
        for number, due in enumerate(quote.due[:count], start=1)
    ]


def distance(due: CalendarOffset) -> str:
    """Return how far a day is from the period's first one."""
    if not due.months and not due.days:
        return _("on the period's first day")
    values = {"months": due.months, "days": due.days}
    if not due.months:
        return _("%(days)s days after the period's first day") % values
    if not due.days:
        return _("%(months)s months after the period's first day") % values
    return _("%(months)s months and %(days)s days after the period's first day") % values


def answer(quote: Quote, levy: Levy) -> dict[str, Any]:
    """Return a quote as JSON; `instalments` is empty where there is one charge."""
    return {
        "amount": format(quote.amount, "f"),
        "unit": quote.unit,
        "instalments": [
            {"amount": format(amount, "f"), "due": {"months": due.months, "days": due.days}}
            for amount, due in zip(parts(quote), quote.due, strict=False)
        ],
        "steps": explanation(quote.steps, levy),
    }
