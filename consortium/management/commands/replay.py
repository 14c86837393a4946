"""A reference case in the order of its days: what held, and what its rules answer."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import override

from consortium import words
from consortium.errors import DomainError
from consortium.management import refusals
from consortium.models import Consortium
from consortium.papers.replay import replayed
from consortium.reports.cases import document_of
from consortium.rules.cases import CaseDocument, read_case
from consortium.states import LANGUAGES


class UnknownCase(DomainError):
    code = "unknown_case"


class Command(BaseCommand):
    help = "Replay a reference case: its phases, what changed, and what its rules answer when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", metavar="CASE", help="a case's SLUG, or a .toml file of one")
        codes = [code for code, _name in LANGUAGES]
        parser.add_argument("--language", choices=codes, default="en")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, case: str, language: str, **options: Any) -> None:
        with override(language), refusals():
            found = replayed(case_of(case))
            if options["json"]:
                text = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            else:
                text = "\n".join(lines(found))
        self.stdout.write(text)


def case_of(named: str) -> CaseDocument:
    """Return a case by its short name, or from a file. Raises UnknownCase, NotACase,
    CaseNotAtHand, InvalidDocument.
    """
    path = Path(named)
    if path.suffix == ".toml":
        try:
            return read_case(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
    found = Consortium.objects.filter(slug=named).first()
    if found is None:
        known = Consortium.objects.filter(is_reference=True).order_by("slug")
        raise UnknownCase(case=named, known=list(known.values_list("slug", flat=True)))
    return document_of(found)


def lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name']} · {words.period(found['starts_on'], found['ends_on'])}"
    for phase in found["phases"]:
        if phase["gap"]:
            yield ""
            gap = words.period(phase["gap"]["starts_on"], phase["gap"]["ends_on"])
            yield f"{gap} · {_('No charter recorded')}"
        yield ""
        yield f"{words.period(phase['starts_on'], phase['ends_on'])} · {phase['title']}"
        yield from of_phase(phase)


def of_phase(phase: dict[str, Any]) -> Iterator[str]:
    for each in phase["rows"]:
        yield f"  {each['label']}: {each['text']} [{each['basis']}]"
    for each in phase["changes"]:
        yield f"  ~ {each['path']}"
    for each in phase["answers"]:
        yield f"  {words.day(each['on'])} · {each['asked']}"
        where = ", ".join(part for part in (each["clause"], each["path"]) if part)
        yield f"    → {each['said']}" + (f" [{where}]" if where else "")
        yield from (f"      {line}" for line in each["detail"])
        if each["source"]:
            yield f"    {_('Source')}: {each['source']}"
    for each in phase["facts"]:
        yield f"  {each['when']} · {each['claim']}"
