"""A section written in an older version is read as the current one, and never rewritten."""

from datetime import date
from typing import Any

import pytest

from consortium import registry
from consortium.models import CharterSection
from consortium.operations.charters import draft_charter
from consortium.registry import Section
from consortium.rules.governance import GovernanceSection
from tests.cast import TODAY, Cast

NOW = {"bodies": [{"code": "council", "label": {"en": "Council"}, "kind": "board"}]}
THEN = {"organs": NOW["bodies"]}


def renamed(body: dict[str, Any], version: int) -> dict[str, Any]:
    """Return a body of version 1, which said "organs", as version 2 says it."""
    return {"bodies": body["organs"]} if version == 1 else body


def test_an_old_section_is_upgraded_on_reading_and_stays_as_written(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_charter(
        consortium=cast.consortium,
        code="charter-2030",
        name_en="Charter 2030",
        starts_on=date(2030, 1, 1),
        sections={"governance": NOW},
        by=None,
        on=TODAY,
    )
    CharterSection.objects.filter(charter=draft).update(body=THEN, version=1)
    later = Section("governance", version=2, schema=GovernanceSection, upgrade=renamed)
    monkeypatch.setitem(registry.sections._items, "governance", later)

    section = CharterSection.objects.get(charter=draft)

    assert section.parsed().body() == NOW
    assert (section.body, section.version) == (THEN, 1)
    assert draft.document().stored()["governance"] == NOW
