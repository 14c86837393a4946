"""Recomputing what must hold, and naming each row that does not."""

from collections.abc import Iterator
from typing import Any

from consortium import registry
from consortium.models import AuditEvent, AuditHead, Charter, Consortium, Document
from consortium.registry import Failure
from consortium.rules.schema import InvalidDocument


def verify(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Yield every failure of every check; None means the installation's own chain."""
    for check in registry.checks.all():
        yield from check.problems(consortium=consortium)


def audit_chain(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Recompute the chain: each digest, each link, each number, and the head."""
    previous, number = "", 0
    events = AuditEvent.objects.filter(consortium=consortium).order_by("number")
    for event in events.iterator():
        number += 1
        if event.number != number:
            yield Failure("audit_gap", f"audit:{number}", {"found": event.number})
            number = event.number
        if event.previous != previous:
            yield Failure("audit_link", f"audit:{event.number}")
        if event.digest != event.expected_digest():
            yield Failure("audit_digest", f"audit:{event.number}")
        previous = event.digest
    head = AuditHead.objects.filter(consortium=consortium).first()
    if (head.number, head.digest) != (number, previous) if head else number:
        yield Failure("audit_tail", f"audit:{number}", {"head": head.number if head else 0})


def charters(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every adopted section still reads."""
    adopted = Charter.objects.adopted().filter(consortium=consortium)
    for charter in adopted.prefetch_related("sections"):
        for section in charter.sections.all():
            try:
                section.parsed()
            except InvalidDocument as error:
                yield Failure("section_unreadable", f"charter:{charter.code}", error.values)


def documents(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every file is there in its recorded size."""
    for document in Document.objects.filter(consortium=consortium).iterator():
        try:
            size: Any = document.file.size
        except OSError:
            size = None
        if size != document.size:
            yield Failure("file_missing", f"document:{document.uid}")
