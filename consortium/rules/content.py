"""What a report says, as plain data: the same content becomes PDF, XLSX, CSV and JSON.

Words are lazy translations: whoever writes the content out chooses the language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from consortium.periods import Period


class CellKind(StrEnum):
    """How a column's values are written; money is in its table's unit."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    """A part of 1, written as a percentage."""
    DAY = "day"


class Hidden(Enum):
    """A value that is held back, because it would betray a single member."""

    SUPPRESSED = "suppressed"


type Value = str | int | Decimal | date | Hidden | None
type Row = Sequence[Value]


@dataclass(frozen=True)
class Column:
    """A column by its code, which JSON uses as key, with its heading."""

    code: str
    label: Any
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True)
class Table:
    """Rows under typed columns; `rows` may be read only once, so that long ones stream.

    `unit` is that of its money columns. `total` is a last row set off from the others.
    """

    code: str
    title: Any
    columns: Sequence[Column]
    rows: Iterable[Row]
    unit: str = ""
    total: Row | None = None


class ChartKind(StrEnum):
    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True)
class Series:
    label: Any
    values: Sequence[int | Decimal | None]


@dataclass(frozen=True)
class Chart:
    """Series over the same labels, told apart by pattern, so that they read in grey."""

    code: str
    title: Any
    kind: ChartKind
    labels: Sequence[Any]
    series: Sequence[Series]
    unit: str = ""


@dataclass(frozen=True)
class Span:
    """A labelled bar on a time line; without an end it runs out of the picture."""

    label: Any
    starts_on: date
    ends_on: date | None
    group: Any = ""


@dataclass(frozen=True)
class Timeline:
    """Spans of days, one under another, with the day the report is of marked."""

    code: str
    title: Any
    spans: Sequence[Span]
    on: date


@dataclass(frozen=True)
class Note:
    """A sentence of its own, such as what a figure leaves out."""

    text: Any


type Block = Table | Chart | Timeline | Note


@dataclass(frozen=True)
class Part:
    """A chapter of the report: its heading and what stands under it, in order."""

    code: str
    title: Any
    blocks: Iterable[Block]


@dataclass(frozen=True)
class Content:
    """A whole report; `parts` may be read only once."""

    title: Any
    parts: Iterable[Part]
    subtitle: Any = ""


@dataclass(frozen=True)
class Frame:
    """What a content is of, as it stands on the cover; with the content it settles the bytes.

    `names` are the consortium's in the language, then in the other one; `member` is whom
    a content is of that is written once per member. `known_at` is in the consortium's zone.
    """

    slug: str
    names: Sequence[str]
    kind: str
    label: Any
    period: Period
    on: date
    known_at: datetime
    language: str
    parameters: Mapping[str, Any]
    member: str = ""
