"""A call's terms: themes, budget categories, criteria, and what it requires besides the charter."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from consortium.rules.schema import LAX, Code, Problem, Rule, Text, repeated
from projects.rules.section import Criterion, ProjectsSection, Requirement


class Theme(Rule):
    """A topic that proposals may be about."""

    code: Code
    label: Text


class CallTerms(Rule):
    """What a call asks for; criteria that are left out are the charter's.

    `stages`: two where only those invited after the first one go on. `fields`: what a
    proposal is written in, besides its title and summary.
    """

    themes: Annotated[tuple[Theme, ...], LAX] = ()
    categories: Annotated[tuple[Theme, ...], LAX] = ()
    fields: Annotated[tuple[Theme, ...], LAX] = ()
    criteria: Annotated[tuple[Criterion, ...], LAX] = ()
    requirements: Annotated[tuple[Requirement, ...], LAX] = ()
    stages: Literal[1, 2] = 1
    most_months: Annotated[int, Field(ge=1, le=240)] | None = None

    def problems(self) -> Iterable[Problem]:
        for name in ("themes", "categories", "fields", "criteria", "requirements"):
            yield from repeated([each.code for each in getattr(self, name)], f"{name}[{{}}].code")

    def under(self, section: ProjectsSection) -> "CallTerms":
        """Return the terms as they apply under a charter: its criteria where the call has
        none, and its requirements besides the call's."""
        return self.model_copy(
            update={
                "criteria": self.criteria or section.screening.criteria,
                "requirements": (*section.requirements, *self.requirements),
            }
        )
