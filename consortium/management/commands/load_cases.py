"""Load the reference cases and the general facts; again only where a document has changed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from consortium import clock, words
from consortium.management import refusals
from consortium.operations.cases import load_case, load_facts
from consortium.reports.cases import CASES
from consortium.rules.cases import CaseDocument, parse_case
from consortium.rules.facts import FactsDocument
from consortium.rules.schema import InvalidDocument, parse
from consortium.rules.toml import read_toml

Document = CaseDocument | FactsDocument


class Command(BaseCommand):
    help = "Load the reference cases from their documents; what is loaded already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="*", type=Path, help="documents of cases or of facts (default: all)"
        )

    def handle(self, *, files: list[Path], **options: Any) -> None:
        shipped = sorted([*CASES.glob("*.toml"), *CASES.glob("facts/*.toml")])
        documents = read_all(files or shipped)
        with refusals(), transaction.atomic():
            loaded = [load(document) for document in documents]
        for document, new in zip(documents, loaded, strict=True):
            if options["verbosity"] > (0 if new else 1):
                self.stdout.write(f"{document.slug}: {'loaded' if new else 'unchanged'}")


def load(document: Document) -> bool:
    """Bring what is recorded to what a document says; False if it says so already."""
    who: dict[str, Any] = {"by": None, "on": clock.today()}
    if isinstance(document, FactsDocument):
        return load_facts(document=document, **who)
    return load_case(case=document, **who)


def read_all(files: list[Path]) -> list[Document]:
    """Return every document, or say everything that is wrong in any of them."""
    documents: dict[Path, Document] = {}
    lines = []
    for path in dict.fromkeys(files):
        try:
            documents[path] = read(path.read_text(encoding="utf-8"))
        except InvalidDocument as error:
            lines += [f"{path.name}: {line}" for line in words.explain(error).splitlines()]
        except OSError as error:
            lines.append(f"{path}: {error.strerror}")
        except UnicodeDecodeError as error:
            lines.append(f"{path}: {error}")
    lines += repeated(documents)
    if lines:
        raise CommandError("\n".join(lines), returncode=2)
    return list(documents.values())


def read(text: str) -> Document:
    """Return a case, or facts of none: only a case has a life. Raises InvalidDocument."""
    body = read_toml(text)
    is_case = "starts_on" in body or "name" in body or "title" not in body
    return parse_case(body) if is_case else parse(FactsDocument, body)


def repeated(documents: dict[Path, Document]) -> Iterator[str]:
    """Yield a line for each short name and each recorded entry that stands in two documents."""
    first: dict[tuple[str, str], Path] = {}
    for path, document in documents.items():
        named = [("slug", document.slug)]
        named += [("facts", fact.id) for fact in document.facts]
        named += [("disagreements", each.id) for each in document.disagreements]
        for kind, name in named:
            other = first.setdefault((kind, name), path)
            if other != path:
                said = words.say("twice", {"value": name, "other": str(other)})
                yield f"{path}: {kind}: {said}"
