"""A charter as a document: one TOML file, its own keys on top, its sections as tables."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import SerializeAsAny, SerializerFunctionWrapHandler, model_serializer
from pydantic.json_schema import models_json_schema

from consortium import registry
from consortium.periods import Period
from consortium.rules.choices import Basis
from consortium.rules.schema import (
    LAX,
    Day,
    InvalidDocument,
    Problem,
    Rule,
    Slug,
    Text,
    ends_before_start,
    joined,
    parse,
)
from consortium.rules.toml import read_toml

TITLE_LIMIT = 200
"""Letters of a charter's title in one language: the table keeps no more."""


class CharterDocument(Rule):
    """A charter: its code, title and days, and the body of each section by its code.

    `starts_on` may be left open in a draft; `ends_on` is exclusive. `basis` and
    `ends_basis` say what the two days rest on, `source` where they are written.
    In a document each section is a table beside these keys: `[dues]`.
    """

    code: Slug
    title: Text
    starts_on: Day | None = None
    ends_on: Day | None = None
    basis: Annotated[Basis | None, LAX] = None
    ends_basis: Annotated[Basis | None, LAX] = None
    source: str = ""
    note: Text | None = None
    sections: dict[str, SerializeAsAny[Rule]] = {}

    def period(self) -> Period | None:
        """Return when the charter is in force; None while its start is open."""
        return Period(self.starts_on, self.ends_on) if self.starts_on else None

    def problems(self) -> Iterable[Problem]:
        yield from ends_before_start(self.starts_on, self.ends_on)
        for language in ("en", "zh"):
            if len(getattr(self.title, language)) > TITLE_LIMIT:
                yield Problem(f"title.{language}", "too_long", {"limit": TITLE_LIMIT})

    @model_serializer(mode="wrap")
    def _flat(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        body: dict[str, Any] = handler(self)
        sections: dict[str, Any] = body.pop("sections", {})
        return body | sections


_OWN = CharterDocument.model_fields.keys() - {"sections"}


def parse_section(code: str, body: object, path: str = "") -> Rule:
    """Return a section's object from its body in the current version.

    Raises InvalidDocument: unknown_section, or what its schema finds.
    """
    section = registry.sections.get(code)
    if section is None:
        choices = [known.code for known in registry.sections.all()]
        values = {"section": code[:40], "choices": choices}
        raise InvalidDocument([Problem(path, "unknown_section", values)])
    return parse(section.schema, body, path)


def parse_charter(body: object, path: str = "") -> CharterDocument:
    """Return the charter a document describes. Raises InvalidDocument with all problems."""
    if not isinstance(body, Mapping):
        return parse(CharterDocument, body, path)
    problems: list[Problem] = []
    sections: dict[str, Rule] = {}
    own: dict[str, Any] = {}
    for code, value in body.items():
        if code in _OWN or not (isinstance(value, Mapping | list) or code == "sections"):
            own[code] = value
            continue
        try:
            sections[code] = parse_section(code, value, joined(path, code))
        except InvalidDocument as error:
            problems += error.errors
    try:
        charter = parse(CharterDocument, {**own, "sections": sections}, path)
    except InvalidDocument as error:
        raise InvalidDocument([*error.errors, *problems]) from None
    if problems:
        raise InvalidDocument(problems)
    return charter


def read_charter(text: str) -> CharterDocument:
    """Return the charter of a TOML text. Raises InvalidDocument."""
    return parse_charter(read_toml(text))


def unready(sections: Mapping[str, Rule]) -> list[Problem]:
    """Return what keeps sections that read well, by their code, from being in force yet."""
    found = []
    for code, section in sections.items():
        known = registry.sections[code]
        problems = [*known.unready(section), *known.across(section, sections)]
        found += [problem.under(code) for problem in problems]
    return found


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a charter document as JSON: days are ISO 8601 text.

    Each section is a property beside the document's own; what is not said is left
    out, never null. What only shows between the parts (sums, references, order) is
    left to `parse_charter`.
    """
    known = registry.sections.all()
    models: list[tuple[type[Rule], Literal["validation", "serialization"]]] = [
        (schema, "validation") for schema in (CharterDocument, *(each.schema for each in known))
    ]
    refs, schema = models_json_schema(models)
    definitions: dict[str, Any] = _without_null(schema["$defs"])
    own = definitions.pop(CharterDocument.__name__)
    definitions.pop(Rule.__name__, None)  # what `sections` holds until its code is known
    properties = {name: own["properties"][name] for name in own["properties"] if name in _OWN}
    for section in known:
        title = section.code.replace("_", " ").capitalize()
        properties[section.code] = {"title": title, **refs[(section.schema, "validation")]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Charter",
        "type": "object",
        "properties": properties,
        "required": own["required"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _without_null(schema: Any) -> Any:
    """Return a schema in which what may be left out may not be null instead."""
    if isinstance(schema, list):
        return [_without_null(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {name: _without_null(value) for name, value in schema.items()}
    choices = made.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        del made["anyOf"]
        made.pop("default", None)
        left = [each for each in choices if each != {"type": "null"}]
        made = {**left[0], **made} if len(left) == 1 else {**made, "anyOf": left}
    return made
