"""Drafting charters: written, imported, cloned from another one, changed until adopted."""

from datetime import date
from typing import Any

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
    """A stored charter has a first day; only a document may leave it open."""

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
    """Write a draft charter; `remarks`: its source, note and what its days rest on.

    Raises CharterCodeTaken, CharterOutsideConsortium, InvalidDocument with every path.
    """
    refuse_outside(consortium, Period(starts_on, ends_on))
    checked(code, {"en": name_en, "zh": name_zh}, sections)
    refuse_taken(consortium, code)
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
    return draft_charter(consortium=consortium, **written(document), by=by, on=on)


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
    """Make a draft that says what another charter says: one's own, or a reference case's.

    Its days are one's own, so what the source's days rest on is left behind.
    """
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
    code: str | None = None,
    name_en: str,
    name_zh: str,
    starts_on: date,
    ends_on: date | None,
    sections: dict[str, dict[str, Any]],
    remarks: dict[str, Any] | None = None,
    by: User | None,
    on: date,
) -> Charter:
    """Replace what a draft says; a proposal to adopt it falls with the old words.

    `revision`: the one that was read; `code`, `remarks`: None leaves them as they
    are. Raises CharterAdopted, DraftChanged, and what `draft_charter` raises.
    """
    code = charter.code if code is None else code
    refuse_outside(charter.consortium, Period(starts_on, ends_on))
    checked(code, {"en": name_en, "zh": name_zh}, sections)
    lock_draft(charter, revision)
    refuse_taken(charter.consortium, code, but=charter)
    charter.revision += 1
    charter.code, charter.name_en, charter.name_zh = code, name_en, name_zh
    charter.starts_on, charter.ends_on = starts_on, ends_on
    charter.remarks = charter.remarks if remarks is None else remarks
    charter.proposed_by = charter.decided_on = charter.decision = None
    charter.decided_by_body = ""
    charter.save()
    charter.sections.all().delete()
    write_sections(charter, sections)
    said = digest(sections)
    consortium = charter.consortium
    record(
        consortium=consortium, action="rewrite_draft", by=by, on=on, subject=charter, sections=said
    )
    return charter


@operation(allow={Role.SECRETARY}, subject="charter")
def discard_draft(*, charter: Charter, by: User | None, on: date) -> None:
    """Throw a draft away. Raises CharterAdopted, DraftChanged if it is gone already."""
    lock_draft(charter)
    record(consortium=charter.consortium, action="discard_draft", by=by, on=on, subject=charter)
    charter.delete()


def lock_draft(charter: Charter, revision: int | None = None) -> None:
    """Read a draft again as it is now, and keep it so until the transaction ends.

    `revision`: the one the caller has read, None for any. Raises CharterAdopted,
    DraftChanged.
    """
    try:
        charter.refresh_from_db(from_queryset=Charter.objects.select_for_update())
    except Charter.DoesNotExist:
        raise DraftChanged(code=charter.code) from None
    if not charter.is_draft:
        raise CharterAdopted(code=charter.code)
    if revision is not None and charter.revision != revision:
        raise DraftChanged(code=charter.code)


def written(document: CharterDocument) -> dict[str, Any]:
    """Return what a document says as a draft takes it. Raises StartMissing."""
    if document.starts_on is None:
        raise StartMissing(code=document.code)
    return {
        "code": document.code,
        "name_en": document.title.en,
        "name_zh": document.title.zh,
        "starts_on": document.starts_on,
        "ends_on": document.ends_on,
        "sections": {name: section.stored() for name, section in document.sections.items()},
        "remarks": remarks_of(document),
    }


def remarks_of(document: CharterDocument) -> dict[str, Any]:
    """Return what a document says of itself besides its days and sections."""
    said = document.stored()
    return {name: said[name] for name in ("basis", "ends_basis", "source", "note") if name in said}


def refuse_outside(consortium: Consortium, period: Period) -> None:
    period.checked()
    if period.starts_on < consortium.starts_on:
        raise CharterOutsideConsortium(starts_on=period.starts_on, founded_on=consortium.starts_on)


def refuse_taken(consortium: Consortium, code: str, but: Charter | None = None) -> None:
    found = Charter.objects.filter(consortium=consortium, code=code).first()
    if found is not None and found != but:
        raise CharterCodeTaken(code=code)


def checked(code: str, title: dict[str, str], sections: dict[str, dict[str, Any]]) -> None:
    """Raise InvalidDocument with everything that is wrong in the title or in any section."""
    problems: list[schema.Problem] = []
    try:
        schema.parse(CharterDocument, {"code": code, "title": title})
    except schema.InvalidDocument as error:
        problems += error.errors
    for name, body in sections.items():
        try:
            parse_section(name, body, name)
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
