"""The documents of the reference cases, as they were loaded."""

from pathlib import Path

from consortium.errors import DomainError
from consortium.models import AuditEvent, Consortium, digest
from consortium.rules.cases import CaseDocument, read_case

CASES = Path(__file__).resolve().parents[1] / "cases"


class NotACase(DomainError):
    """Only what is recorded as a reference is replayed."""

    code = "not_a_case"


class CaseNotAtHand(DomainError):
    """The document the case was loaded from is not shipped, or has changed since."""

    code = "case_not_at_hand"


def last_loaded(reference: Consortium) -> str | None:
    """Return the digest of the document a reference consortium was last brought to."""
    events = AuditEvent.objects.filter(consortium=reference, action="load_case")
    last = events.order_by("-number").first()
    return last.facts["document"] if last else None


def document_of(reference: Consortium) -> CaseDocument:
    """Return the document a reference consortium was loaded from. Raises NotACase,
    CaseNotAtHand.
    """
    if not reference.is_reference:
        raise NotACase(consortium=reference.slug)
    path = CASES / f"{reference.slug}.toml"
    if not path.is_file():
        raise CaseNotAtHand(case=reference.slug)
    case = read_case(path.read_text(encoding="utf-8"))
    if digest(case.stored()) != last_loaded(reference):
        raise CaseNotAtHand(case=reference.slug)
    return case
