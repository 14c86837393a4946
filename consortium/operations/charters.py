"""Drafting and adopting charters."""

from datetime import date
from typing import Any

from consortium import registry
from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, CharterSection, Consortium, User, digest
from consortium.operations.audit import record
from consortium.periods import Period
from consortium.rules import schema
from consortium.states import Role


class CharterCodeTaken(DomainError):
    code = "charter_code_taken"


class CharterAdopted(DomainError):
    """An adopted charter is never rewritten; draft its successor instead."""

    code = "charter_adopted"


class CharterOutsideConsortium(DomainError):
    code = "charter_outside_consortium"


class CharterOverlaps(DomainError):
    """Another adopted charter governs part of this period and cannot be shortened to fit."""

    code = "charter_overlaps"


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
    by: User | None,
    on: date,
) -> Charter:
    """Write a draft charter. Raises CharterCodeTaken, InvalidDocument with every path."""
    Period(starts_on, ends_on).checked()
    if starts_on < consortium.starts_on:
        raise CharterOutsideConsortium(starts_on=starts_on, founded_on=consortium.starts_on)
    if Charter.objects.filter(consortium=consortium, code=code).exists():
        raise CharterCodeTaken(code=code)
    versions = {name: version_of(name, body) for name, body in sections.items()}
    charter = Charter.objects.create(
        consortium=consortium,
        code=code,
        name_en=name_en,
        name_zh=name_zh,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    CharterSection.objects.bulk_create(
        CharterSection(charter=charter, code=name, version=versions[name], body=body)
        for name, body in sections.items()
    )
    record(
        consortium=consortium,
        action="draft_charter",
        by=by,
        on=on,
        subject=charter,
        sections=digest(sections),
    )
    return charter


def version_of(code: str, body: dict[str, Any]) -> int:
    """Return the current version of a section whose body has been checked."""
    section = registry.sections.get(code)
    if section is None:
        raise schema.InvalidDocument([schema.Problem(path=code, code="unknown_section")])
    schema.parse(section.schema, body, path=code)
    return section.version


@operation(allow={Role.SECRETARY}, subject="charter")
def adopt_charter(*, charter: Charter, by: User | None, on: date) -> Charter:
    """Put a draft in force for its period, shortening the predecessor where they meet.

    Raises CharterAdopted, CharterOverlaps.
    """
    Consortium.objects.select_for_update().get(pk=charter.consortium_id)
    charter.refresh_from_db()
    if charter.adopted_on is not None:
        raise CharterAdopted(code=charter.code)
    for other in Charter.objects.adopted().filter(consortium=charter.consortium):
        if not other.period.overlaps(charter.period):
            continue
        if other.starts_on >= charter.starts_on or charter.ends_on is not None:
            raise CharterOverlaps(code=charter.code, other=other.code)
        other.ends_on = charter.starts_on
        other.save(update_fields=["ends_on"])
    charter.adopted_on, charter.adopted_by = on, by
    charter.save(update_fields=["adopted_on", "adopted_by"])
    record(consortium=charter.consortium, action="adopt_charter", by=by, on=on, subject=charter)
    return charter
