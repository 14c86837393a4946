"""Answers drawn over time: a row for each use, a shade for each verdict, today's line."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _

from consortium import words
from consortium.periods import add_months
from ip.rules.answers import Segment, Verdict
from ip.states import VERDICTS
from ip.words import code_of, sentence

WIDTH, LABELS, ROW, HEAD, PAD = 960, 210, 34, 30, 12
MOST_TICKS = 10
AFTER = 18
"""Months that are drawn after the last change."""

SHADES = {
    Verdict.NO: ("#f1f5f9", "#475569"),
    Verdict.ON_TERMS: ("#cbd5e1", "#0f172a"),
    Verdict.WITH_CONSENT: ("#a3b4c9", "#0f172a"),
    Verdict.AFTER_NOTICE: ("#7d93ad", "#0f172a"),
    Verdict.WITHIN: ("#48627f", "#ffffff"),
    Verdict.YES: ("#1e3a5f", "#ffffff"),
}
"""Fill and ink: the more is allowed the darker, so that grey print tells them apart."""

LETTER = 7.5
"""Width of a letter in the picture; Chinese ones count twice."""


@dataclass(frozen=True)
class Bar:
    """A stretch of days with one answer."""

    x: float
    y: int
    width: float
    fill: str
    ink: str
    label: str
    note: str

    @property
    def centre(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def middle(self) -> int:
        return self.y + (ROW - 8) // 2


@dataclass(frozen=True)
class Picture:
    """The picture, in units of its own view box."""

    title: str
    rows: list[tuple[int, str]]
    bars: list[Bar]
    ticks: list[tuple[float, str]]
    day: float | None
    height: int
    legend: list[tuple[str, str]]

    width = WIDTH

    @property
    def lowest(self) -> int:
        return self.height - 4


def picture(
    title: str, lines: list[tuple[str, tuple[Segment, ...]]], *, arose_on: date, on: date
) -> Picture:
    """Return the timelines of uses as one picture in the reader's language."""
    starts = [each.period.starts_on for _label, segments in lines for each in segments]
    scale = Scale(arose_on, add_months(max([*starts, on]), AFTER))
    bars = [
        bar(segment, HEAD + ROW * n, scale)
        for n, (_label, segments) in enumerate(lines)
        for segment in segments
    ]
    used = {segment.answer.verdict for _label, segments in lines for segment in segments}
    labels = dict(VERDICTS)
    return Picture(
        title=title,
        rows=[(HEAD + ROW * n + (ROW - 8) // 2, label) for n, (label, _s) in enumerate(lines)],
        bars=bars,
        ticks=scale.ticks(),
        day=scale.x(on) if on >= arose_on else None,
        height=HEAD + ROW * len(lines) + PAD,
        legend=[
            (fill, str(labels[code_of(verdict)]))
            for verdict, (fill, _ink) in SHADES.items()
            if verdict in used
        ],
    )


@dataclass(frozen=True)
class Scale:
    """Days laid out from left to right."""

    starts_on: date
    ends_on: date

    def x(self, day: date) -> float:
        part = (day - self.starts_on).days / (self.ends_on - self.starts_on).days
        return round(LABELS + min(max(part, 0), 1) * (WIDTH - LABELS - PAD), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Return months to write above, no more than fit."""
        months = (self.ends_on.year - self.starts_on.year) * 12
        step = next(each for each in (3, 6, 12, 24, 60, 120, 1200) if months / each <= MOST_TICKS)
        first = add_months(self.starts_on.replace(day=1), 1)
        days = [add_months(first, n) for n in range(months + 12)]
        return [
            (self.x(day), format_date(day, "yyyy-MM", locale=words.locale()))
            for day in days
            if (day.year * 12 + day.month - 1) % step == 0 and day < add_months(self.ends_on, -1)
        ]


def bar(segment: Segment, y: int, scale: Scale) -> Bar:
    found, period = segment.answer, segment.period
    start, end = scale.x(period.starts_on), scale.x(period.ends_on or scale.ends_on)
    fill, ink = SHADES[found.verdict]
    label = str(dict(VERDICTS)[code_of(found.verdict)])
    letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in label)
    note = _("%(period)s: %(answer)s") % {
        "period": words.period(period.starts_on, period.ends_on),
        "answer": sentence(found),
    }
    width = max(end - start, 1.5)
    shown = label if letters * LETTER < width else ""
    return Bar(start, y, round(width, 1), fill, ink, shown, note)
