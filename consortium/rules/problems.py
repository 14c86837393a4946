"""What is wrong in a document: exact paths, codes and values, never a sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from consortium.errors import DomainError


class Problem(NamedTuple):
    """One thing wrong in a document: where, which rule it breaks, and with what values."""

    path: str
    code: str
    values: dict[str, Any] = {}

    def under(self, prefix: str) -> "Problem":
        """Return the same problem as seen from the document that holds this one."""
        return self._replace(path=joined(prefix, self.path))


class InvalidDocument(DomainError):
    """A document breaks the rules; `errors` holds every problem, in its order."""

    code = "invalid_document"

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__(count=len(self.errors))

    def __str__(self) -> str:
        return "; ".join(f"{error.path}: {error.code} {error.values}" for error in self.errors)


def joined(prefix: str, path: str) -> str:
    """Return a path below another: `dues` and `levies[0]` make `dues.levies[0]`."""
    if not prefix or not path or path.startswith("["):
        return prefix + path
    return f"{prefix}.{path}"


_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "union_tag_invalid": "not_a_choice",
    "union_tag_not_found": "missing",
    "too_short": "empty",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
}
_TYPES = {
    "string": "text",
    "int": "whole_number",
    "bool": "true_or_false",
    "tuple": "list",
    "dict": "table",
    "model": "table",
}
_KEPT = {"max_length": "limit", "ge": "limit", "le": "limit"}


def problems_from(error: ValidationError, body: object) -> Iterator[Problem]:
    """Yield path, code and values of each thing pydantic found wrong in a body."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # not empty: its items are wrong, and each is reported
        if detail["type"] == "problems":
            at = _path(detail, body)
            for found in detail["ctx"]["found"]:
                yield found.under(at)
        else:
            yield _one(detail, body)


def _one(detail: ErrorDetails, body: object) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    path = _path(detail, body)
    code = _CODES.get(kind) or ("wrong_type" if kind.endswith("_type") else kind)
    if kind.startswith("union_tag"):
        path = joined(path, context["discriminator"].strip("'"))
    values = {name: context[key] for key, name in _KEPT.items() if key in context}
    if code == "not_a_choice":
        given = context.get("tag", detail["input"])
        expected = context.get("expected_tags") or context["expected"]
        values = {"value": str(given)[:40], "choices": re.findall(r"'([^']*)'", expected)}
    elif code == "wrong_type":
        name = kind.removesuffix("_type")
        values = {"expected": _TYPES.get(name, name)}
    elif code == kind:
        values = dict(context)  # a code of our own
    return Problem(path, code, values)


def _path(detail: ErrorDetails, body: Any) -> str:
    """Return the document's path of a location, leaving out the names of union members."""
    path = ""
    last = len(detail["loc"]) - 1
    for position, step in enumerate(detail["loc"]):
        if _holds(body, step):
            body = body[step]
        elif not (position == last and detail["type"] == "missing"):
            continue
        path = joined(path, f"[{step}]" if isinstance(step, int) else key(step))
    return path


def _holds(body: object, step: str | int) -> bool:
    if isinstance(body, list | tuple):
        return isinstance(step, int)
    return isinstance(body, Mapping) and step in body


def key(name: str) -> str:
    """Return a key as a path writes it: quoted when it is no plain word."""
    return name if re.fullmatch(r"[\w-]+", name) else f'"{name}"'
