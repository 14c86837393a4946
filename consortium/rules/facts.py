"""Recorded facts with their sources, and where sources disagree."""

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from consortium.rules.choices import Agreement, Confidence, Row
from consortium.rules.schema import (
    LAX,
    Day,
    Problem,
    Rule,
    Slug,
    Text,
    parse,
    refusal,
    repeated,
)
from consortium.rules.toml import read_toml

DEPTH = 4
"""Levels of lists and tables a fact's value may have."""


def _value(value: Any, depth: int = DEPTH) -> Any:
    """Return a value of text, whole numbers, lists and tables; refuse anything else."""
    if isinstance(value, float):
        raise refusal("amount_not_quoted", value=str(value))
    if isinstance(value, str | int):
        return value
    if depth and isinstance(value, dict):
        return {str(name): _value(item, depth - 1) for name, item in value.items()}
    if depth and isinstance(value, list):
        return [_value(item, depth - 1) for item in value]
    raise refusal("not_a_value", value=str(value)[:40])


def _checked(value: Any) -> Any:
    return None if value is None else _value(value)


Rows = Annotated[tuple[Annotated[Row, LAX], ...], LAX]
"""The rows of the comparison that something concerns."""

Sources = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], LAX]


class FactEntry(Rule):
    """One recorded fact.

    `value`: money in major units and shares as text, counts as whole numbers; its
    `unit` says of what. `on`: the day, where it is known; `when`: as the source
    puts it. `section`: of the seed. `from_memory`: nobody has seen a source.
    `organizations`: keys of those of the case whom it concerns.
    """

    id: Slug
    claim: Text
    value: Annotated[Any, AfterValidator(_checked)] = None
    unit: Annotated[str, Field(max_length=40)] = ""
    on: Day | None = None
    when: Annotated[str, Field(max_length=40)] = ""
    sources: Sources = ()
    from_memory: bool = False
    section: Annotated[str, Field(max_length=40)] = ""
    agrees_with_paper: Annotated[Agreement, LAX]
    paper_says: Text | None = None
    note: Text | None = None
    organizations: Annotated[tuple[Slug, ...], LAX] = ()
    rows: Rows = ()

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.organizations, "organizations[{}]")
        if not self.sources and not self.from_memory:
            yield Problem("sources", "no_source")
        yield from repeated(self.rows, "rows[{}]")


class DisagreementEntry(Rule):
    """A point on which other sources, or the paper itself, contradict the paper.

    The paper's value stays the case's; `facts`: ids of the facts it rests on.
    """

    id: Slug
    topic: Text
    paper: Text
    found: Text
    confidence: Annotated[Confidence, LAX]
    from_memory: bool = False
    facts: Annotated[tuple[Slug, ...], LAX] = ()
    rows: Rows = ()

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.facts, "facts[{}]")
        yield from repeated(self.rows, "rows[{}]")


Facts = Annotated[tuple[FactEntry, ...], LAX]
Disagreements = Annotated[tuple[DisagreementEntry, ...], LAX]


def fact_problems(
    facts: tuple[FactEntry, ...],
    disagreements: tuple[DisagreementEntry, ...],
    organizations: Collection[str] = (),
) -> Iterator[Problem]:
    """Yield ids that stand twice, and facts and organizations named but not recorded here."""
    ids = [fact.id for fact in facts]
    yield from repeated(ids, "facts[{}].id")
    for index, each in enumerate(facts):
        for number, key in enumerate(each.organizations):
            if key not in organizations:
                path = f"facts[{index}].organizations[{number}]"
                yield Problem(path, "unknown_organization", {"organization": key})
    yield from repeated([each.id for each in disagreements], "disagreements[{}].id")
    for index, disagreement in enumerate(disagreements):
        for number, fact in enumerate(disagreement.facts):
            if fact not in ids:
                path = f"disagreements[{index}].facts[{number}]"
                yield Problem(path, "unknown_fact", {"fact": fact})


class FactsDocument(Rule):
    """Facts that belong to no consortium, such as those on countries and their programmes."""

    slug: Slug
    title: Text
    source: str = ""
    facts: Facts = ()
    disagreements: Disagreements = ()

    def problems(self) -> Iterable[Problem]:
        yield from fact_problems(self.facts, self.disagreements)


def read_facts(text: str) -> FactsDocument:
    """Return the facts of a TOML text. Raises InvalidDocument."""
    return parse(FactsDocument, read_toml(text))
