"""A declaration as fields of a form, one for each thing typed, and read back."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from consortium import words
from consortium.admin.acts import FigureField
from consortium.errors import DomainError, Several
from funding.models import Round
from funding.operations.declarations import Figures, PaperIncomplete
from funding.reports.preview import fiscal_year
from funding.reports.rounds import Due
from funding.rules.calendar import basis_year
from funding.rules.choices import Grade
from funding.rules.dues import Levy
from funding.rules.figures import Declared, Foreign, Lines, WrongCurrency
from funding.rules.inputs import ChoiceInput, CountInput, Input, MoneyInput, YesNoInput
from funding.states import GRADES
from funding.words import label, refusal

DAY = timedelta(days=1)
DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]
"""How people write a day: all of them from the year on, so that none is taken for another."""

FIGURE, CURRENCY, SUM = "figure_", "currency_", "sum_"
PLUS, MINUS = "+", "−"
YES, NO = "yes", "no"


class Sum(forms.Widget):
    """What the lines of a figure come to; a script of ours adds them up as they are typed."""

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        return format_html('<output class="season-sum" data-sum="{}">—</output>', self.of)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None


class SumField(forms.Field):
    """The sum below the lines of a figure; nothing is typed there."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def paper_fields(round: Round, due: Due) -> dict[str, forms.Field]:
    """Return everything a paper says: the figures, how well founded, who signed it and when."""
    year = basis_year(due.levy, due.period, fiscal_year(round))
    return {
        **fields_of(due.levy),
        "grade": forms.ChoiceField(label=_("grade"), choices=GRADES, initial=Grade.DECLARED.value),
        "signed_by": forms.CharField(label=_("signed on paper by"), max_length=150),
        "paper_on": forms.DateField(label=_("date on the paper"), input_formats=DAYS),
        "fiscal_year": forms.DateField(
            label=_("last day of the fiscal year"),
            input_formats=DAYS,
            required=False,
            help_text=_("empty: %(day)s") % {"day": words.day(year.end - DAY)},
        ),
    }


def as_figures(
    round: Round, levy: Levy, cleaned: Mapping[str, Any], correction: bool = False
) -> Figures:
    """Return what a paper declares."""
    last_day = cleaned["fiscal_year"]
    return Figures(
        levy=levy.code,
        period_starts_on=round.starts_on,
        values=declared(levy, cleaned),
        fiscal_year_ends_on=last_day + DAY if last_day else None,
        grade=Grade(cleaned["grade"]),
        correction=correction,
    )


def fields_of(levy: Levy) -> dict[str, forms.Field]:
    """Return the fields in which a member's figures for a levy are typed."""
    return {
        name: field
        for code, asked in levy.inputs.items()
        for name, field in pieces(code, asked, levy)
    }


def pieces(code: str, asked: Input, levy: Levy) -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of one figure: one, or one for each of its lines with their sum."""
    name, needed = label(asked.label), not asked.optional
    if isinstance(asked, ChoiceInput | YesNoInput):
        yield FIGURE + code, forms.ChoiceField(label=name, choices=options(asked), required=needed)
        return
    hint = hint_of(code, asked, levy)
    for line in asked.lines:
        field = FigureField(
            label=f"{MINUS if line.minus else PLUS} {label(line.label)}",
            help_text=hint,
            required=needed,
        )
        field.widget.attrs.update({"data-adds": code, "data-sign": "-1" if line.minus else "1"})
        yield f"{FIGURE}{code}-{line.code}", field
    if asked.lines:
        yield SUM + code, SumField(label=f"= {name}", widget=Sum(code), required=False)
    else:
        yield FIGURE + code, FigureField(label=name, help_text=hint, required=needed)
    if others := asked.domain.currencies:
        units = (levy.unit_of(code), *others)
        yield (
            CURRENCY + code,
            forms.ChoiceField(
                label=format_lazy("{} · {}", name, _("currency")),
                choices=[(unit, unit) for unit in units],
                initial=units[0],
                required=False,
            ),
        )


def options(asked: ChoiceInput | YesNoInput) -> list[tuple[str, str]]:
    """Return what may be chosen, with nothing chosen first."""
    nothing = ("", _("not declared") if asked.optional else "—")
    if isinstance(asked, YesNoInput):
        return [nothing, (YES, _("yes")), (NO, _("no"))]
    return [nothing, *((code, label(text)) for code, text in asked.choices.items())]


def hint_of(code: str, asked: Input, levy: Levy) -> str:
    """Return what to type: the unit, whole numbers, and that it may be left out."""
    parts = []
    if isinstance(asked, MoneyInput) and not asked.currencies:
        parts.append(_("in %(unit)s") % {"unit": levy.unit_of(code)})
    if isinstance(asked, CountInput):
        parts.append(_("a whole number"))
    if asked.lines:
        parts.append(_("0 if there is none"))
    if asked.optional:
        parts.append(_("empty: not declared"))
    return "; ".join(parts)


def input_of(field: str) -> str:
    """Return the input a figure's field belongs to."""
    return field.removeprefix(FIGURE).partition("-")[0]


def declared(levy: Levy, cleaned: Mapping[str, Any]) -> dict[str, Declared]:
    """Return what was typed as figures."""
    return {name: one(name, asked, levy, cleaned) for name, asked in levy.inputs.items()}


def one(code: str, asked: Input, levy: Levy, cleaned: Mapping[str, Any]) -> Declared:
    """Return one figure, None where nothing was typed."""
    if asked.lines:
        amounts = {
            line.code: amount
            for line in asked.lines
            if (amount := cleaned.get(f"{FIGURE}{code}-{line.code}")) is not None
        }
        return Lines(amounts, other_currency(code, levy, cleaned)) if amounts else None
    value = cleaned.get(FIGURE + code)
    if value is None or value == "":
        return None
    if isinstance(asked, YesNoInput):
        return bool(value == YES)
    unit = other_currency(code, levy, cleaned)
    return Foreign(value, unit) if unit else value


def other_currency(code: str, levy: Levy, cleaned: Mapping[str, Any]) -> str:
    """Return the currency chosen for a figure, empty for its own."""
    unit: str = cleaned.get(CURRENCY + code) or ""
    return "" if unit == levy.unit_of(code) else unit


def refusals(error: DomainError, levy: Levy) -> Iterator[tuple[str | None, str]]:
    """Yield each thing refused: the field it stands at, None for all of them, and in words."""
    for each in error.errors if isinstance(error, Several) else [error]:
        yield place(each, levy), refusal(each, levy)


def place(error: DomainError, levy: Levy) -> str | None:
    """Return the field a refusal concerns."""
    if isinstance(error, PaperIncomplete):
        return "paper_on"
    code, _dot, line = str(error.values.get("input", "")).partition(".")
    asked = levy.inputs.get(code)
    if asked is None:
        return None
    if isinstance(error, WrongCurrency):
        return CURRENCY + code
    if asked.lines:
        missing = error.values.get("lines") or [asked.lines[0].code]
        return f"{FIGURE}{code}-{line or missing[0]}"
    return FIGURE + code
