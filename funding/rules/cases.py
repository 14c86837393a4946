"""What a case records of declarations."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from consortium.errors import DomainError
from consortium.periods import Period
from consortium.rules.cases import CaseDocument, EventBody
from consortium.rules.schema import LAX, Amount, Code, Day, Problem, Slug
from funding.rules.calendar import BeforeFirstPeriod, period_on, schedule_of
from funding.rules.choices import Grade
from funding.rules.dues import CategoryNotLevied, DuesSection, Levy, UnknownLevy
from funding.rules.inputs import input_errors


class DeclareEvent(EventBody):
    """A member's figures for a period of a levy, as recorded.

    `member`: the organization's key. `period`: the period's first day. `figures`:
    per input, in its unit. `fiscal_year_ends_on`: the day after the fiscal year
    the figures are of, exclusive like every end.
    """

    kind: Literal["declare"]
    member: Slug
    levy: Code
    period: Day
    figures: Annotated[dict[Code, Amount], Field(min_length=1)]
    grade: Annotated[Grade, LAX]
    fiscal_year_ends_on: Day | None = None

    def problems(self) -> Iterable[Problem]:
        if self.fiscal_year_ends_on is not None and self.fiscal_year_ends_on > self.period:
            yield Problem("fiscal_year_ends_on", "after_period_start", {"period": self.period})

    def problems_in(self, case: CaseDocument) -> Iterable[Problem]:
        charter = case.charter_on(self.period)
        if charter is None:
            yield Problem("period", "no_charter", {"on": self.period})
            return
        section = charter.sections.get("dues")
        try:
            levy = (section if isinstance(section, DuesSection) else DuesSection()).levy(self.levy)
        except UnknownLevy as error:
            yield _problem("levy", error)
            return
        yield from self._member_problems(case, levy)
        yield from self._round_problems(levy)
        for wrong in input_errors(levy.inputs, self.figures):
            yield _problem(f"figures.{wrong.values['input']}", wrong)

    def _member_problems(self, case: CaseDocument, levy: Levy) -> Iterator[Problem]:
        member = case.member_on(self.member, self.on)
        if member is None:
            values = {"organization": self.member, "on": self.on}
            yield Problem("member", "not_a_member", values)
            return
        try:
            levy.require(member.category)
        except CategoryNotLevied as error:
            yield _problem("member", error)

    def _round_problems(self, levy: Levy) -> Iterator[Problem]:
        """Yield a day that starts no period, or that lies outside the period's round."""
        try:
            period = period_on(levy, self.period)
        except BeforeFirstPeriod as error:
            yield _problem("period", error)
            return
        if period.starts_on != self.period:
            values: dict[str, Any] = {"levy": levy.code, "on": self.period}
            values["nearest"] = period.starts_on
            yield Problem("period", "no_such_period", values)
            return
        schedule = schedule_of(levy, period)
        if not Period(schedule.opens_on, schedule.closes_on).contains(self.on):
            values = {"opens_on": schedule.opens_on, "closes_on": schedule.closes_on}
            yield Problem("on", "round_closed", values)


def _problem(path: str, error: DomainError) -> Problem:
    return Problem(path, error.code, error.values)
