"""Charts and time lines as SVG: told apart by pattern and mark, so that they read in grey."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from itertools import batched
from textwrap import fill as fold
from typing import Any

import matplotlib
from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

from consortium import words
from consortium.papers import HERE, printable
from consortium.papers.report.cells import breadth
from consortium.periods import add_months
from consortium.rules.content import Chart, ChartKind, Series, Span, Timeline

fontManager.addfont(HERE / "fonts" / "NotoSansSC-Regular.otf")
matplotlib.rcParams.update(
    {
        "font.family": ["Noto Sans CJK SC"],
        "font.size": 8.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "consortium",  # else the names of parts are random
        "hatch.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.edgecolor": "0.35",
        "axes.unicode_minus": False,
        "legend.frameon": False,
    }
)

UPRIGHT, LYING = 6.45, 9.88
"""Inches: what stands between the margins of a page that stands, and of one that lies."""

FILLS = (
    ("0.25", ""),
    ("0.88", "////"),
    ("0.62", ""),
    ("1.0", "...."),
    ("0.8", "xxxx"),
    ("1.0", ""),
)
LINES = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"), ("-", "x"), ("--", "v"))
INK = "0.1"
STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 2400)
"""Months between two marks of a time line."""

ABREAST = 88
"""Characters of labels that stand side by side below a chart of a standing page."""

LABEL = 34
"""Characters of a time line's label there."""

FEWEST = 4
"""Bars abreast for which there is room at least."""

SPANS = 32
"""Bars on one picture; a longer time line goes on in another."""


def svg(figure: Figure) -> str:
    """Return a picture as text that is the same for the same picture."""
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().decode()


def chart(found: Chart, width: float = UPRIGHT) -> str:
    """Return a chart as SVG, so many inches wide."""
    figure = Figure(figsize=(width, 2.9), layout="constrained")
    axes = figure.subplots()
    if found.kind == ChartKind.LINES:
        lines(axes, found)
    else:
        bars(axes, found)
    slot = int(ABREAST * width / UPRIGHT) // max(len(found.labels), FEWEST)
    names = [fold(text(label), slot) for label in found.labels]
    long = any(breadth(line) > slot for name in names for line in name.split("\n"))
    axes.set_xticks(
        range(len(names)), names, rotation=30 if long else 0, ha="right" if long else "center"
    )
    axes.tick_params(length=0)
    axes.grid(axis="y", color="0.85", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=not found.unit))
    axes.yaxis.set_major_formatter(FuncFormatter(number))
    if found.unit:
        axes.set_ylabel(found.unit)
    if len(found.series) > 1:
        figure.legend(loc="outside lower center", ncols=min(len(found.series), 4))
    return svg(figure)


def number(value: float, _at: int) -> str:
    return format_decimal(value, locale=words.locale())


def text(label: Any) -> str:
    # A dollar sign would open a formula.
    found: str = printable(str(label)).replace("$", r"\$")
    return found


def values(series: Series) -> list[float]:
    return [float(value or 0) for value in series.values]


def gaps(series: Series) -> list[float]:
    return [float("nan") if value is None else float(value) for value in series.values]


def bars(axes: Axes, found: Chart) -> None:
    """Draw bars beside each other or stacked; a value that is missing has none."""
    stacked = found.kind == ChartKind.STACKED
    count, width = len(found.series), 0.6 if stacked else 0.8 / max(len(found.series), 1)
    width = min(width, 0.5)
    below = [0.0] * len(found.labels)
    for at, series in enumerate(found.series):
        if stacked and not any(series.values):
            continue
        grey, hatch = FILLS[at % len(FILLS)]
        shift = 0 if stacked else (at - (count - 1) / 2) * width
        axes.bar(
            [place + shift for place in range(len(found.labels))],
            values(series) if stacked else gaps(series),
            width * (1 if stacked else 0.92),
            bottom=below if stacked else None,
            color=grey,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
            label=text(series.label),
        )
        below = [low + value for low, value in zip(below, values(series), strict=True)]
    # Else a bar on which nothing is stacked would touch the edge.
    axes.set_ylim(top=max(axes.dataLim.y1, 0) * 1.05 or None)
    # A few bars stand on the left rather than fill the width.
    axes.set_xlim(-0.6, max(len(found.labels), FEWEST) - 0.4)


def lines(axes: Axes, found: Chart) -> None:
    """Draw lines with marks; where a value is missing the line is broken."""
    for at, series in enumerate(found.series):
        style, mark = LINES[at % len(LINES)]
        axes.plot(
            range(len(found.labels)),
            gaps(series),
            linestyle=style,
            marker=mark,
            markersize=4,
            color=INK,
            markerfacecolor="1.0" if at % 2 else INK,
            linewidth=1.1,
            label=text(series.label),
        )
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))


def timelines(found: Timeline, width: float = UPRIGHT) -> Iterator[str]:
    """Yield a time line as pictures of so many bars each, all over the same days."""
    spans = list(found.spans)
    if not spans:
        return
    first = min(found.on, *(span.starts_on for span in spans))
    last = max(found.on, *(span.ends_on or span.starts_on for span in spans))
    pad = max((last - first) / 25, timedelta(days=3))
    groups = list(dict.fromkeys(text(span.group) for span in spans))
    for some in batched(spans, SPANS):
        yield timeline(some, groups, (first - pad, last + pad), found.on, width)


def timeline(
    spans: tuple[Span, ...], groups: list[str], days: tuple[date, date], on: date, width: float
) -> str:
    figure = Figure(figsize=(width, 0.9 + 0.24 * len(spans)), layout="constrained")
    axes = figure.subplots()
    start, end = (float(date2num(day)) for day in days)
    shown: set[str] = set()
    for row, span in enumerate(spans):
        group = text(span.group)
        grey, hatch = FILLS[groups.index(group) % len(FILLS)]
        left = float(date2num(span.starts_on))
        right = end if span.ends_on is None else float(date2num(span.ends_on))
        axes.barh(
            row, right - left, 0.62, left=left, color=grey, hatch=hatch, edgecolor=INK,
            linewidth=0.6, label="_" if group in shown or not group else group,
        )  # fmt: skip
        shown.add(group)
        if span.ends_on is None:
            axes.plot(end, row, marker=">", color=INK, markersize=5, clip_on=False)
    axes.axvline(float(date2num(on)), color=INK, linewidth=1.1, linestyle=(0, (4, 2)))
    axes.annotate(
        _("as of %(day)s") % {"day": on.isoformat()}, (float(date2num(on)), 1.0),
        xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
        ha="center", va="bottom", fontsize=7.5,
    )  # fmt: skip
    axes.set_yticks(
        range(len(spans)),
        [clipped(text(span.label), int(LABEL * width / UPRIGHT)) for span in spans],
    )
    axes.set_ylim(len(spans) - 0.4, -0.6)
    axes.set_xlim(start, end)
    marks = ticks(*days)
    axes.set_xticks([float(date2num(day)) for day in marks], [named(day) for day in marks])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.85", linewidth=0.5)
    axes.set_axisbelow(True)
    if shown - {""}:
        figure.legend(loc="outside lower center", ncols=min(len(shown), 4))
    return svg(figure)


def ticks(first: date, last: date) -> list[date]:
    """Return the days marked below a time line: first days of months, or days, at most nine."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(each for each in STEPS if months <= 8 * each)
    offset = -(first.year * 12 + first.month - 1) % step or step
    begins = [add_months(first.replace(day=1), n) for n in range(offset, months + 1, step)]
    if len(begins) > 1:
        return begins
    days = max((last - first).days // 6, 1)
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, days)]


def named(day: date) -> str:
    return f"{day:%Y-%m}" if day.day == 1 else day.isoformat()


def clipped(name: str, limit: int) -> str:
    """Return a label that leaves room for the bars."""
    while breadth(name) > limit:
        name = name.rstrip("…")[:-1].rstrip() + "…"
    return name
