"""What a look at days to come is told: what sweeps leave in tables, and how things stand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Happening:
    """One thing a sweep did: a code and values to word it, to whom, and its amount.

    `to`: a name by language. `secret_of`: the key of the member whose secret figure it is.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    to: dict[str, str] | None = None
    amount: Decimal | None = None
    unit: str = ""
    secret_of: int | None = None


@dataclass(frozen=True)
class Trace:
    """What sweeps leave in a table, told where days to come are looked at.

    `told(rows)` says what rows of `model` are, in their order, as Happenings; it is given
    those the reader may see. `sweeps`: which of them write it, empty for any. `at`: the
    path from a row to its consortium. `noted(consortium=…, by=…, members=…)` records who
    looked at members' secret figures, when all is undone.
    """

    code: str
    model: Any
    told: Callable[[Any], Iterable[Happening]]
    sweeps: frozenset[str] = frozenset()
    at: str = "consortium"
    noted: Callable[..., None] | None = None


@dataclass(frozen=True)
class Figure:
    """How many of something there are on a day, and their amounts by unit where there are any.

    `label`: what tells figures of one code apart, such as a level's name.
    """

    code: str
    count: int
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    label: Any = ""


@dataclass(frozen=True)
class Outlook:
    """`figures(consortium=…, user=…, today=…, on=…)` says how things stand on a day.

    Counts are told to whoever may look ahead; amounts as far as the user, by what it holds
    `today`, may see them. None sees all.
    """

    code: str
    figures: Callable[..., Iterable[Figure]]
