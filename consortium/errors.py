"""What the domain refuses: a code and values, never a sentence.

The interfaces turn code and values into words in the reader's language
(`consortium.words`), so nothing below them depends on a language.
"""

from collections.abc import Iterable
from typing import Any


class DomainError(Exception):
    """A rule of the domain was broken; `code` says which, `values` with what."""

    code = "invalid"

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.code, values)

    def __str__(self) -> str:
        inside = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}({inside})"


class Denied(DomainError):
    """The person may see this but may not do it."""

    code = "denied"


class Several(DomainError):
    """More than one thing is wrong; `errors` holds each."""

    code = "several"

    def __init__(self, errors: Iterable[DomainError]) -> None:
        self.errors = list(errors)
        super().__init__(count=len(self.errors))
