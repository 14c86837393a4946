"""What a levy comes to, drawn against the figure that it depends on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from consortium import words
from consortium.admin import pictures
from consortium.admin.pictures import Dot, Line, Picture
from consortium.errors import DomainError
from funding.rules.curve import Curve, Piece, curve, reach
from funding.rules.dues import DuesSection, Levy
from funding.rules.figures import Figure
from funding.rules.inputs import CATEGORY, MEMBER_MONTHS, SUPPLIED
from funding.rules.stretches import Against
from funding.words import figure as figure_in_words
from funding.words import input_label, label

MOST_LINES = 6
"""Lines in one picture at most."""

GUESSES = (None, Decimal(0), Decimal(100), Decimal(1))
"""What the other figures are taken to be; the first with which the drawn one matters."""

USUAL = {True: Decimal(100_000_000), False: Decimal(100)}
"""How far a rule that never changes is drawn: against money, and against other figures."""

LONG_A_MEMBER: dict[str, Figure] = {
    "membership_year": Decimal(50),
    "joined_month": None,
    "joined_half": None,
}
"""What the engine supplies for a member of many years, beside months and category."""


@dataclass(frozen=True)
class Drawing:
    """A levy's curves against a figure, by the choices of `by` for which each is the same.

    `others`: what the other inputs are taken to be; `by`: empty, if there is none to choose.
    """

    levy: Levy
    figure: str
    others: Mapping[str, Figure]
    by: str
    curves: Mapping[tuple[Figure, ...], Curve]

    @property
    def several(self) -> bool:
        return len(self.curves) > 1


def draw(section: DuesSection) -> Iterator[tuple[str, Picture]]:
    """Yield a picture for each levy that depends on a figure, with the path of its rule."""
    for index, levy in enumerate(section.levies):
        drawing = drawing_of(levy)
        if drawing is not None:
            unit = section.units.get(levy.unit)
            yield f"levies[{index}].rule", picture(drawing, label(unit) if unit else levy.unit)


def drawing_of(levy: Levy) -> Drawing | None:
    """Return the curves against the first figure that matters; None where none does."""
    inputs = in_order(levy)
    numeric = [name for name in inputs if levy.scope[name].numeric]
    by = next((name for name in inputs if name not in numeric), "")
    for figure, guess in product(numeric, GUESSES):
        others = {name: usual(levy, name, guess) for name in inputs if name != figure}
        found = curves(levy, figure, others, by)
        if any(each.varies for each in found.values()):
            return Drawing(levy, figure, others, by, found)
    return None


def in_order(levy: Levy) -> list[str]:
    """Return the declared inputs in the order in which the rule looks at them."""
    found: list[str] = []
    rest = [name for line in levy.rule for name in line.used]
    while rest:
        name = rest.pop(0)
        if name in levy.derived:
            rest[:0] = [each for line in levy.derived[name].rule for each in line.used]
        elif (name in levy.inputs or name == CATEGORY) and name not in found:
            found.append(name)
    return found


def usual(levy: Levy, name: str, guess: Decimal | None) -> Figure:
    """Return what an input that is not drawn is taken to be: no, or the first choice."""
    domain = levy.scope[name]
    if not domain.numeric:
        return False if False in domain.options else domain.options[0]
    return guess if guess is not None or domain.optional else Decimal(0)


def curves(
    levy: Levy, figure: str, others: Mapping[str, Figure], by: str
) -> dict[tuple[Figure, ...], Curve]:
    """Return a curve for each choice, all as far across; choices with the same one together."""
    lines = {choice: against(levy, figure, others, by, choice) for choice in choices(levy, by)}
    ends = [end for end in map(reach, lines.values()) if end is not None]
    to = max(ends, default=USUAL[levy.scope[figure].money])
    found: dict[Curve, list[Figure]] = {}
    for choice, line in lines.items():
        found.setdefault(curve(line, to), []).append(choice)
    return {tuple(same): each for each, same in found.items()}


def against(
    levy: Levy, figure: str, others: Mapping[str, Figure], by: str, choice: Figure
) -> Against:
    """Return a levy for a member of many years that has made a choice, or has its category."""
    chosen = {name: value for name, value in {**others, by: choice}.items() if name in levy.inputs}
    supplied = {
        **LONG_A_MEMBER,
        MEMBER_MONTHS: Decimal(getattr(levy.trigger, "months", 0)),
        CATEGORY: choice if by == CATEGORY else next(iter(levy.categories), None),
    }
    return Against(levy, figure, chosen, supplied)


def choices(levy: Levy, by: str) -> list[Figure]:
    """Return what may be chosen for an input; nothing, once, where there is no input."""
    if not by:
        return [None]
    domain = levy.scope[by]
    return [*domain.options, *([None] if domain.optional else [])]


def picture(drawing: Drawing, unit: str) -> Picture:
    """Return a levy's curves in the reader's language."""
    levy, figure = drawing.levy, drawing.figure
    name, across = label(levy.label), input_label(figure, levy)
    by = [input_label(drawing.by, levy)] if drawing.several else []
    shown = list(drawing.curves.items())[:MOST_LINES]
    title = {"levy": name, "figure": across}
    if levy.scope[figure].money:
        across = f"{across} ({unit})"
    return Picture(
        title=_("%(levy)s by %(figure)s") % title,
        across=across,
        up=f"{name} ({unit})",
        lines=[Line(called(same, drawing), dots(each)) for same, each in shown],
        head=[*by, across, name],
        rows=[
            [called(same, drawing), *row] if by else row
            for same, each in shown
            for row in rows(each, same, drawing)
        ],
        by="".join(by),
        notes=list(notes(drawing)),
    )


def called(same: Iterable[Figure], drawing: Drawing) -> str:
    """Return a curve's name: the choices that share it, or the levy's own."""
    if not drawing.several:
        return label(drawing.levy.label)
    return ", ".join(said(drawing.by, each, drawing.levy) for each in same)


def said(name: str, value: Figure, levy: Levy) -> str:
    return figure_in_words(name, value, levy)


def dots(found: Curve) -> list[Dot]:
    """Return a curve's corners: steps rise at their own figure, what is open is a hole."""
    corners: list[Dot] = []
    height = None
    for piece in found.pieces:
        amounts = piece.amounts or (None, None)
        risen = [(piece.first, height)] if None not in (height, amounts[0]) else []
        for dot in (*risen, (piece.first, amounts[0]), (piece.last, amounts[1])):
            if dot not in corners[-1:]:
                corners.append(dot)
        height = amounts[1]
    return corners


def notes(drawing: Drawing) -> Iterator[str]:
    """Yield what was taken for granted, and what is left out."""
    levy, found = drawing.levy, list(drawing.curves.values())
    others = [
        f"{input_label(name, levy)} = {said(name, value, levy)}"
        for name, value in drawing.others.items()
        if name != drawing.by
    ]
    if others:
        yield _("With %(inputs)s.") % {"inputs": ", ".join(others)}
    if levy.used & SUPPLIED.keys():
        yield _("For a member of many years.")
    if any(each.smoothed for each in found):
        yield _("It rises in more steps than can be drawn; the line is the slope they follow.")
    if not all(each.goes_on for each in found):
        end = words.amount(found[0].pieces[-1].last)
        yield _("Beyond %(figure)s the amount changes further.") % {"figure": end}
    left = list(drawing.curves)[MOST_LINES:]
    if left:
        names = ", ".join(called(same, drawing) for same in left)
        yield _("Not drawn: %(choices)s.") % {"choices": names}


def rows(found: Curve, same: Sequence[Figure], drawing: Drawing) -> Iterator[list[str]]:
    """Yield each piece of a curve: the figures and the amount, in words."""
    levy, figure = drawing.levy, drawing.figure
    if levy.scope[figure].optional:
        line = against(levy, figure, drawing.others, drawing.by, same[0])
        yield [said(figure, None, levy), undeclared(line)]
    for piece in found.pieces:
        goes_on = found.goes_on and piece is found.pieces[-1]
        yield [figures(piece, goes_on), amounts(piece, goes_on, levy.unit)]


def undeclared(line: Against) -> str:
    """Return the amount of who declares no figure, or why there is none."""
    try:
        return words.amount(line.computed(None), line.levy.unit)
    except DomainError as error:
        return words.explain(error)


def figures(piece: Piece, goes_on: bool) -> str:
    """Return the figures of a piece in words."""
    low, high = piece.above, piece.below
    ends = {
        "low": words.amount(piece.first if low is None else low),
        "high": words.amount(piece.last if high is None else high),
    }
    if goes_on and piece.first == 0:
        return _("any")
    if goes_on:
        return (_("from %(low)s on") if low is None else _("above %(low)s")) % ends
    if piece.first == piece.last:
        return ends["low"]
    if piece.first == 0:
        return (_("up to %(high)s") if high is None else _("below %(high)s")) % ends
    if low is None:
        return (_("%(low)s to %(high)s") if high is None else _("%(low)s to below %(high)s")) % ends
    return (
        _("above %(low)s to %(high)s") if high is None else _("between %(low)s and %(high)s")
    ) % ends


def amounts(piece: Piece, goes_on: bool, unit: str) -> str:
    """Return what is owed on a piece in words, or why nothing can be said."""
    if piece.amounts is None:
        return words.explain(piece.refused) if piece.refused else "—"
    first, last = piece.amounts
    said = {
        "first": words.amount(first, unit),
        "last": words.amount(last, unit),
        "figure": words.amount(piece.last),
    }
    if first == last:
        return said["first"]
    if goes_on:
        return _("%(first)s, then %(last)s at %(figure)s, and so on") % said
    return _("%(first)s to %(last)s") % said


pictures.drawers["dues"] = draw
