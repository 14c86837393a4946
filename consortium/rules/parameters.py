"""What a report is asked with beside its period: read from a body or from texts, and kept."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from consortium.rules.problems import InvalidDocument, Problem, problems_from
from consortium.rules.schema import parse

LONGEST = 2000
"""Characters that the parameters of a report come to as JSON at most."""


def parsed(schema: Any, body: Mapping[str, Any]) -> Any:
    """Return the parameters a JSON body gives. Raises InvalidDocument."""
    return bounded(parse(schema, dict(body), "parameters"))


def typed(schema: Any, texts: Mapping[str, str]) -> Any:
    """Return the parameters that people typed, each as text. Raises InvalidDocument."""
    try:
        return bounded(schema.model_validate_strings(dict(texts), strict=False))
    except ValidationError as error:
        found = problems_from(error, dict(texts))
        raise InvalidDocument([each.under("parameters") for each in found]) from None


def bounded(parameters: BaseModel) -> BaseModel:
    if len(parameters.model_dump_json()) > LONGEST:
        raise InvalidDocument([Problem("parameters", "too_long", {"limit": LONGEST})])
    return parameters


def stored(parameters: BaseModel) -> dict[str, Any]:
    """Return parameters as JSON keeps them, defaults included."""
    kept: dict[str, Any] = parameters.model_dump(mode="json")
    return kept
