"""What charters say of results: their sections, and windows with all that moved them."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from consortium.models import Charter
from ip.models import Exclusivity, Result
from ip.rules.choices import Event
from ip.rules.clauses import Exclusivity as Rule
from ip.rules.facts import Work, applies
from ip.rules.section import IPSection
from ip.rules.windows import Change, LaterCharter, Window, awaited, effective, promised

SECTION = "ip"
SILENT = IPSection.model_construct(ownership=())
"""What a charter without a section on results says: nothing, so that only owners have rights."""


class Charters:
    """The adopted charters of some consortia, in their order; each section is parsed once."""

    def __init__(self, consortia: Iterable[int]) -> None:
        found = Charter.objects.adopted().filter(consortium__in=list(consortia))
        self.rows = {
            each.pk: each for each in found.prefetch_related("sections").order_by("starts_on")
        }
        self.sections = {key: section_of(each) for key, each in self.rows.items()}

    @classmethod
    def of(cls, result: Result) -> Self:
        return cls([result.consortium_id])

    def later(self, promised_under: int, work: Work) -> list[LaterCharter]:
        """Return the rules of later charters that count for what an earlier one promised."""
        first = self.rows[promised_under]
        return [
            LaterCharter(each.starts_on, rule, path, each.code)
            for key, each in self.rows.items()
            if each.consortium_id == first.consortium_id and each.starts_on > first.starts_on
            for path, rule in exclusivity_rule(self.sections[key], work)
            if rule.earlier
        ]

    def promised(self, charter: int, path: str, starts_on: date) -> Window:
        """Return what a charter's rule promises from a day on."""
        rule = rule_at(self.sections[charter], path)
        return promised(rule, starts_on=starts_on, path=path)

    def window(
        self,
        work: Work,
        *,
        charter: int,
        promise: tuple[int, str, date] | None,
        changes: Iterable[Change] = (),
    ) -> Window | None:
        """Return how long a result is kept to its class, after all that moved it.

        `charter`: the result's own; `promise`: under which charter, by which rule and from
        when it was promised, None where nothing has started.
        """
        if promise is not None:
            under, path, starts_on = promise
            window = self.promised(under, path, starts_on)
            return effective(window, changes=changes, later=self.later(under, work))
        for path, rule in exclusivity_rule(self.sections[charter], work):
            if rule.starts == Event.PROJECT_END:
                return awaited(rule, arose_on=work.arose_on, path=path)
        return None


def section_of(charter: Charter) -> IPSection:
    """Return a charter's section on results; one that says nothing where it has none."""
    if SECTION not in {each.code for each in charter.sections.all()}:
        return SILENT
    section: IPSection = charter.rules(SECTION)
    return section


def exclusivity_rule(section: IPSection, work: Work) -> list[tuple[str, Rule]]:
    """Return the first rule of exclusivity about a result, with its path; none, where none is."""
    found = enumerate(section.exclusivity)
    return [(f"exclusivity[{n}]", rule) for n, rule in found if applies(rule.when, work)][:1]


def rule_at(section: IPSection, path: str) -> Rule:
    """Return the rule a path such as `exclusivity[0]` names."""
    return section.exclusivity[int(path.removeprefix("exclusivity[").removesuffix("]"))]


def promise_of(row: Exclusivity | None) -> tuple[int, str, date] | None:
    return (row.charter_id, row.path, row.starts_on) if row is not None else None
