"""What an organization may do with a result on a day, and under which clause."""

import json
from argparse import ArgumentParser
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from consortium import clock
from consortium import words as said
from consortium.errors import DomainError
from consortium.management import consortium_of, refusals
from consortium.models import Consortium, Organization
from ip import words
from ip.models import Result
from ip.reports.rights import question_of
from ip.rules.choices import Use
from ip.rules.facts import Question
from ip.rules.rights import answer, next_change
from ip.states import USES


class UnknownResult(DomainError):
    code = "unknown_result"


class UnknownOrganization(DomainError):
    """Nothing or more than one is called so."""

    code = "organization_not_one"


class Command(BaseCommand):
    help = "Say what an organization may do with a result on a day, and under which clause."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("result", metavar="NUMBER")
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--organization", required=True, metavar="UID_OR_NAME")
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--use", choices=[use.value for use in Use], help="all if left out")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        with refusals():
            consortium = consortium_of(options["consortium"])
            result = result_of(consortium, options["result"])
            organization = organization_of(options["organization"])
        on = options["on"] or clock.today(consortium)
        uses = [Use(options["use"])] if options["use"] else list(Use)
        question, charter = question_of(organization, result), result.charter.code
        if options["json"]:
            found = {
                "result": result.number,
                "organization": str(organization.uid),
                "on": on,
                "rights": [words.told(question, use, on, charter) for use in uses],
            }
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        self.stdout.write(f"{result.number} · {organization} · {said.day(on)}")
        for use in uses:
            self.stdout.write("\n".join(lines(question, use, on, charter)))


def lines(question: Question, use: Use, on: date, charter: str) -> list[str]:
    """Return the answer about a use, where it is written, and the next other one."""
    found, after = answer(question, use, on), next_change(question, use, on)
    told = [
        str(dict(USES)[use.value]),
        f"    {words.sentence(found)}",
        f"    {words.source(found, charter)}",
    ]
    if after is not None:
        from_on = said.period(after.period.starts_on, None)
        told.append(f"    {from_on} · {words.sentence(after.answer)}")
    return told


def result_of(consortium: Consortium, number: str) -> Result:
    """Return a consortium's result by its number. Raises UnknownResult."""
    rows = Result.objects.filter(consortium=consortium, number=number)
    found = rows.select_related("consortium", "charter").first()
    if found is None:
        raise UnknownResult(number=number, consortium=consortium.slug)
    return found


def organization_of(named: str) -> Organization:
    """Return the one organization of an address or a name. Raises UnknownOrganization."""
    called = Q(name_en=named) | Q(name_zh=named)
    with suppress(ValueError):
        called |= Q(uid=UUID(named))
    found = list(Organization.objects.filter(called).order_by("pk")[:2])
    if len(found) != 1:
        raise UnknownOrganization(name=named, count=len(found))
    return found[0]
