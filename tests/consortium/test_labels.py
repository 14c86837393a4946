"""The charter in the editor and in a list of changes: words in the reader's language, not keys."""

from typing import Any

from django.utils.translation import override

from consortium.admin import labels
from consortium.admin.editor import annotated
from consortium.admin.reading import Reader
from consortium.rules.comparison import diff
from consortium.rules.documents import parse_charter
from tests.factories.running import SECTION


def test_every_part_of_every_section_has_a_name() -> None:
    schema = annotated()
    unnamed = [
        f"{name}.{key}"
        for name, node in {"": schema, **schema["$defs"]}.items()
        for key in node.get("properties", {})
        if labels.found(labels.names, name, key) is None
    ]
    assert unnamed == []


def test_every_choice_has_words() -> None:
    with override("en"):
        definitions = annotated()["$defs"]
    choices = {name: node for name, node in definitions.items() if "enum" in node}
    assert {name for name, node in choices.items() if "x-labels" not in node} == set()
    unnamed = [
        f"{name}.{value}"
        for name, node in choices.items()
        for value in node["enum"]
        if value not in {str(named) for named, _label in labels.choices[name]}
    ]
    assert unnamed == []


def test_changes_of_the_section_on_projects_are_told_in_words() -> None:
    def document(**changes: Any) -> Any:
        body = {"code": "c", "title": {"en": "C"}, "projects": {**SECTION, **changes}}
        return parse_charter(body)

    before, after = document(), document(contract_weeks=16, initiative="bottom_up")
    with override("en"):
        found = {
            change.where: (change.before[0].value, change.after[0].value)
            for change in (Reader().difference(each, after.body()) for each in diff(before, after))
        }
    assert found == {
        ("Projects", "weeks to sign a granted project's contract"): ("12", "16"),
        ("Projects", "initiative"): (
            "Top-down: topics are set",
            "Bottom-up: participants propose topics",
        ),
    }
