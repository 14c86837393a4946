"""Pictures beside the parts of a charter: what higher apps draw of their sections."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium import words
from consortium.rules.documents import CharterDocument
from consortium.rules.problems import joined

type Dot = tuple[Decimal, Decimal | None]
"""A place on a line: how far across, and how high; None: the line has a hole there."""

STYLES: tuple[tuple[str, list[int]], ...] = (
    ("var(--color-primary-600)", []),
    ("#b45309", [8, 4]),
    ("#0f766e", [2, 3]),
    ("#be185d", [12, 4, 2, 4]),
    ("#475569", [5, 2]),
    ("#7c3aed", [1, 2]),
)
"""How lines are told apart: by colour, and by their dashes without it."""

FEW_DOTS = 40
"""Corners that are marked at most; more of them would hide the line."""

FOLDED = 12
"""Rows from which on the table under a picture is folded."""


@dataclass(frozen=True)
class Line:
    """A line of a picture and what it is called."""

    label: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Picture:
    """Lines over two axes, what to know of them, and the same as a table.

    `across`, `up`: what the axes count, with its unit; `by`: what tells the lines apart.
    """

    title: str
    across: str
    up: str
    lines: Sequence[Line]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    by: str = ""
    notes: Sequence[str] = ()

    @property
    def folded(self) -> bool:
        return len(self.rows) > FOLDED

    @property
    def chart(self) -> str:
        """Return the lines as chart.js reads them."""
        few = sum(len(line.dots) for line in self.lines) <= FEW_DOTS
        return json.dumps({
            "datasets": [
                {
                    "label": line.label,
                    "data": [{"x": str(x), "y": None if y is None else str(y)}
                             for x, y in line.dots],
                    "borderColor": colour,
                    "backgroundColor": colour,
                    "borderDash": dashes,
                    "borderWidth": 2,
                    "pointRadius": 3 if few else 0,
                    "pointHitRadius": 12,
                    "clip": 6,
                }
                for line, (colour, dashes) in zip(self.lines, STYLES, strict=False)
            ]
        })  # fmt: skip

    @property
    def options(self) -> str:
        """Return how it is drawn: straight axes from zero, numbers as the reader writes them."""
        legend = {
            "display": bool(self.by),
            "align": "start",
            "labels": {"boxWidth": 34, "boxHeight": 0},
            "title": {"display": True, "position": "start", "text": self.by},
        }
        return json.dumps({
            "animation": False,
            "maintainAspectRatio": False,
            "locale": words.locale().language,
            "plugins": {"legend": legend},
            "scales": {
                "x": axis(self.across) | {"max": float(self.end)},
                "y": axis(self.up) | {"grace": "5%"},
            },
        })  # fmt: skip

    @property
    def end(self) -> Decimal:
        return max(x for line in self.lines for x, _y in line.dots)


def axis(title: str) -> dict[str, Any]:
    return {
        "type": "linear",
        "beginAtZero": True,
        "title": {"display": True, "text": title},
        "ticks": {"maxTicksLimit": 7},
        "border": {"display": False},
        "grid": {"tickWidth": 0},
    }


drawers: dict[str, Callable[[Any], Iterable[tuple[str, Picture]]]] = {}
"""By section: `draw(section)` yields pictures, each with the path it stands under."""


def drawn(document: CharterDocument) -> dict[str, Picture]:
    """Return a charter's pictures by the path of the part that each shows."""
    return {
        joined(code, path): picture
        for code, section in document.sections.items()
        if code in drawers
        for path, picture in drawers[code](section)
    }
