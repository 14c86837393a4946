"""Recomputing what must hold, and naming each row that does not."""

from collections.abc import Iterator
from hashlib import file_digest

from consortium import registry
from consortium.errors import DomainError
from consortium.models import (
    AuditEvent,
    AuditHead,
    Charter,
    Consortium,
    Document,
    Report,
    digest,
)
from consortium.registry import Failure


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
    """Every adopted section still reads, and the drafted ones say what they said then."""
    adopted = Charter.objects.adopted().filter(consortium=consortium)
    drafted = dict(
        AuditEvent.objects.filter(
            consortium=consortium, action__in=("draft_charter", "rewrite_draft")
        )
        .order_by("number")
        .values_list("subject", "facts__sections")
    )
    for charter in adopted.prefetch_related("sections"):
        sections = charter.sections.all()
        said = drafted.get(f"{charter._meta.label_lower}:{charter.uid}")
        if said not in (None, digest({section.code: section.body for section in sections})):
            yield Failure("charter_altered", f"charter:{charter.code}")
        for section in sections:
            try:
                section.parsed()
            except DomainError as error:
                yield Failure("section_unreadable", f"charter:{charter.code}", error.values)


def documents(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every file is there, with the content that was filed."""
    for document in Document.objects.filter(consortium=consortium).iterator():
        try:
            with document.file.open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError:
            yield Failure("file_missing", f"document:{document.uid}")
            continue
        if found != document.sha256:
            yield Failure("file_altered", f"document:{document.uid}")


def reports(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every report has the file whose digest was noted when it was made."""
    noted = dict(
        AuditEvent.objects.filter(consortium=consortium, action="produce_report").values_list(
            "subject", "facts__sha256"
        )
    )
    for report in Report.objects.filter(consortium=consortium).select_related("document"):
        if noted.get(f"{report._meta.label_lower}:{report.uid}") != report.document.sha256:
            yield Failure("report_altered", f"report:{report.uid}")
