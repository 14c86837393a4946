"""The charter's `profile` section: what the consortium is, and its rows of the comparison."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from consortium.rules.choices import Initiator, Language, LegalForm, Row, Stage, Structure
from consortium.rules.schema import LAX, Code, Problem, Recorded, Rule, Slug, Text, repeated

ROWS: tuple[Row, ...] = tuple(Row)
"""The rows of the comparison, in the order they are shown."""


class Said(Recorded):
    """What a profile says in one row of the comparison."""

    text: Text


class Table(Rule):
    """The rows of the comparison in words; one that is left out is not said.

    A later phase says only what changed: the comparison shows the phases' words
    one after the other.
    """

    country: Said | None = None
    period: Said | None = None
    goal: Said | None = None
    stage: Said | None = None
    structure: Said | None = None
    initiator: Said | None = None
    members: Said | None = None
    legal_form: Said | None = None
    governance: Said | None = None
    money: Said | None = None
    research: Said | None = None
    government: Said | None = None
    results: Said | None = None
    end: Said | None = None

    def said(self, row: Row) -> Said | None:
        """Return what is said in a row, or None."""
        said: Said | None = getattr(self, row.value)
        return said


class Lead(Rule):
    """Who leads: an organization of the case by its key, or in words."""

    organization: Slug | None = None
    name: Text | None = None

    def problems(self) -> Iterable[Problem]:
        if self.organization is None and self.name is None:
            yield Problem("", "no_lead")
        elif self.organization is not None and self.name is not None:
            yield Problem("name", "second_lead", {"organization": self.organization})


class Units(Rule):
    """Who answers for a consortium that is no legal person, and who holds its funds."""

    host: Text | None = None
    liable: Text | None = None
    funds_holder: Text | None = None


class Caution(Rule):
    """What to know about some legal forms (all, unless said); it never blocks.

    `source`: the regulation's name and number.
    """

    code: Code
    text: Text
    legal_forms: Annotated[tuple[Annotated[LegalForm, LAX], ...], LAX] = ()
    source: Annotated[str, Field(min_length=1)]


class ProfileSection(Rule):
    """What the consortium is while this charter is in force."""

    legal_form: Annotated[LegalForm, LAX]
    stage: Annotated[Stage, LAX]
    structure: Annotated[Structure, LAX]
    initiator: Annotated[Initiator, LAX]
    lead: Lead | None = None
    languages: Annotated[tuple[Annotated[Language, LAX], ...], LAX, Field(min_length=1)]
    units: Units = Units()
    cautions: Annotated[tuple[Caution, ...], LAX] = ()
    table: Table = Table()

    def choice(self, row: Row) -> str | None:
        """Return the coded answer behind a row, or None where a row has words only."""
        coded = (Row.LEGAL_FORM, Row.STAGE, Row.STRUCTURE, Row.INITIATOR)
        return str(getattr(self, row.value).value) if row in coded else None

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.languages, "languages[{}]")
        yield from repeated([caution.code for caution in self.cautions], "cautions[{}].code")


def cautions_for(profile: ProfileSection, legal_form: LegalForm) -> tuple[Caution, ...]:
    """Return what a profile has to say about a legal form."""
    return tuple(
        caution
        for caution in profile.cautions
        if not caution.legal_forms or legal_form in caution.legal_forms
    )
