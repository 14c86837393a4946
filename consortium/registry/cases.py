"""What cases are replayed by: events done again, and questions answered by their rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class CaseEvent:
    """What a case's recorded event of this kind does when it is replayed.

    `schema` is a frozen pydantic model, an `EventBody` of `consortium.rules.cases`.
    """

    kind: str
    schema: type
    apply: Callable[..., Any]


@dataclass(frozen=True)
class Answered:
    """What the product answers to a dated question on a case, in the reader's language.

    `clause`: the rule that says so, `path`: where it stands in the charter; `detail`: how
    the answer came about, line by line. Beside it what is recorded: the words of a `row`
    of the comparison, or `recorded` with its `source`.
    """

    on: date
    asked: str
    said: str
    clause: str = ""
    path: str = ""
    detail: tuple[str, ...] = ()
    row: str = ""
    recorded: str = ""
    source: str = ""


@dataclass(frozen=True)
class CaseFact:
    """`answers(case, charter)` answers what a phase of a case gives to ask, by its rules."""

    code: str
    answers: Callable[[Any, Any], Iterable[Answered]]
