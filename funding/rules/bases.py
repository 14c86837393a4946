"""What a levy's figures rest on: their year, their currency, what stands in for missing ones."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from consortium.rules.schema import Amount, Code, Problem, Rule, Text, plain


class FiguresBasis(Rule):
    """Which figures count: those of the nth last fiscal year ended before the period.

    `group`: of the whole group a member belongs to, under whoever controls it in the end.
    """

    fiscal_years_back: Annotated[int, Field(ge=1, le=10)] = 1
    group: bool = False


class Exchange(Rule):
    """The rate that converts figures in other currencies: which one, and of which day.

    `rate`: the name under which the secretariat records it. `day`: the last one
    published up to the end of the fiscal year or the start of the period counts.
    """

    rate: Code
    label: Text
    day: Literal["fiscal_year_end", "period_start"] = "fiscal_year_end"


class Reference(Rule):
    """The published rate that a levy on late charges follows; `rate`: its recorded name."""

    rate: Code
    label: Text


class Estimate(Rule):
    """A way to find the figures of a member that declares none.

    `previous`: the last figures it declared, times this factor; `figures`: these ones,
    all others not declared.
    """

    previous: Amount | None = None
    figures: dict[Code, str | bool] | None = None

    def problems(self) -> Iterable[Problem]:
        if (self.previous is None) == (self.figures is None):
            yield Problem("", "previous_or_figures")
        if self.previous is not None and self.previous <= 0:
            yield Problem("previous", "not_positive", {"value": plain(self.previous)})
