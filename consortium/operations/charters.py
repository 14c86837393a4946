"""Drafting charters: written, imported, cloned from another one, changed until adopted."""

from datetime import date
from typing import Any

from django.db.models import F

from consortium import registry
from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, CharterSection, Consortium, User, digest
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.rules import schema
from consortium.rules.documents import CharterDocument, parse_section
from consortium.states import Role


class CharterCodeTaken(DomainError):
    code = "charter_code_taken"


class CharterAdopted(DomainError):
    """An adopted charter is never rewritten; draft its successor instead."""

    code = "charter_adopted"


class CharterOutsideConsortium(DomainError):
    code = "charter_outside_consortium"


class DraftChanged(DomainError):
    """Somebody else changed the draft since it was read."""

    code = "draft_changed"


class StartMissing(DomainError):
    code = "charter_start_missing"


@operation(allow={Role.SECRETARY})
def draft_charter(
    *,
    consortium: Consortium,
    code: str,
    name_en: str = "",
    name_zh: str = "",
    starts_on: date,
    ends_on: date | None = None,
    sections: dict[str, dict[str, Any]],
    remarks: dict[str, Any] | None = None,
    by: User | None,
    on: date,
) -> Charter:
    """Write a draft charter; `remarks`: its source, note and bases. Raises CharterCodeTaken, InvalidDocument with every path."""
    refuse_outside(consortium, Period(starts_on, ends_on))
    if Charter.objects.filter(consortium=consortium, code=code).exists():
        raise CharterCodeTaken(code=code)
    checked(sections)
    charter = Charter.objects.create(
        consortium=consortium,
        code=code,
        name_en=name_en,
        name_zh=name_zh,
        starts_on=starts_on,
        ends_on=ends_on,
        remarks=remarks or {},
    )
    write_sections(charter, sections)
    record(
        consortium=consortium,
        action="draft_charter",
        by=by,
        on=on,
        subject=charter,
        sections=digest(sections),
    )
    return charter


@operation(allow={Role.SECRETARY})
def import_charter(
    *, consortium: Consortium, document: CharterDocument, by: User | None, on: date
) -> Charter:
    """Make a draft of a document. Raises StartMissing and what `draft_charter` raises."""
    if document.starts_on is None:
        raise StartMissing(code=document.code)
    return draft_charter(
        consortium=consortium,
        code=document.code,
        name_en=document.title.en,
        name_zh=document.title.zh,
        starts_on=document.starts_on,
        ends_on=document.ends_on,
        sections={name: section.stored() for name, section in document.sections.items()},
        remarks=remarks_of(document),
        by=by,
        on=on,
    )


@operation(allow={Role.SECRETARY})
def clone_charter(
    *,
    consortium: Consortium,
    source: Charter,
    code: str,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Charter:
    """Make a draft that says what another charter says: one's own, or a reference case's."""
    document = source.document()
    return draft_charter(
        consortium=consortium,
        code=code,
        name_en=document.title.en,
        name_zh=document.title.zh,
        starts_on=starts_on,
        ends_on=ends_on,
        sections={name: section.stored() for name, section in document.sections.items()},
        by=by,
        on=on,
    )


@operation(allow={Role.SECRETARY}, subject="charter")
def rewrite_draft(
    *,
    charter: Charter,
    revision: int,
    name_en: str,
    name_zh: str,
    starts_on: date,
    ends_on: date | None,
    sections: dict[str, dict[str, Any]],
    by: User | None,
    on: date,
) -> Charter:
    """Replace what a draft says; a proposal to adopt it falls with the old words.

    `revision`: the one that was read. Raises CharterAdopted, DraftChanged,
    InvalidDocument with every path.
    """
    if not charter.is_draft:
        raise CharterAdopted(code=charter.code)
    refuse_outside(charter.consortium, Period(starts_on, ends_on))
    checked(sections)
    written = Charter.objects.filter(
        pk=charter.pk, revision=revision, adopted_on__isnull=True
    ).update(
        revision=F("revision") + 1,
        name_en=name_en,
        name_zh=name_zh,
        starts_on=starts_on,
        ends_on=ends_on,
        proposed_by=None,
        decided_on=None,
        decided_by_body="",
        decision=None,
    )
    if not written:
        raise DraftChanged(code=charter.code)
    charter.sections.all().delete()
    write_sections(charter, sections)
    charter = Charter.objects.get(pk=charter.pk)
    record(
        consortium=charter.consortium,
        action="rewrite_draft",
        by=by,
        on=on,
        subject=charter,
        sections=digest(sections),
    )
    return charter


@operation(allow={Role.SECRETARY}, subject="charter")
def discard_draft(*, charter: Charter, by: User | None, on: date) -> None:
    """Throw a draft away. Raises CharterAdopted."""
    if not charter.is_draft:
        raise CharterAdopted(code=charter.code)
    record(consortium=charter.consortium, action="discard_draft", by=by, on=on, subject=charter)
    charter.delete()


def remarks_of(document: CharterDocument) -> dict[str, Any]:
    """Return what a document says of itself besides its days and sections."""
    said = document.stored()
    return {name: said[name] for name in ("basis", "ends_basis", "source", "note") if name in said}


def refuse_outside(consortium: Consortium, period: Period) -> None:
    period.checked()
    if period.starts_on < consortium.starts_on:
        raise CharterOutsideConsortium(starts_on=period.starts_on, founded_on=consortium.starts_on)


def checked(sections: dict[str, dict[str, Any]]) -> None:
    """Raise InvalidDocument with everything that is wrong in any section."""
    problems: list[schema.Problem] = []
    for code, body in sections.items():
        try:
            parse_section(code, body, code)
        except schema.InvalidDocument as error:
            problems += error.errors
    if problems:
        raise schema.InvalidDocument(problems)


def write_sections(charter: Charter, sections: dict[str, dict[str, Any]]) -> None:
    CharterSection.objects.bulk_create(
        CharterSection(
            charter=charter, code=code, version=registry.sections[code].version, body=body
        )
        for code, body in sections.items()
    )
