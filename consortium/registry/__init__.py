"""What higher apps add to the mechanisms of this one.

Each app lists its additions as plain calls in its `contributions.py`, which
is loaded once when Django starts. Nothing here knows who added what.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from consortium.registry.ahead import Figure as Figure
from consortium.registry.ahead import Happening as Happening
from consortium.registry.ahead import Outlook as Outlook
from consortium.registry.ahead import Trace as Trace
from consortium.registry.cases import Answered as Answered
from consortium.registry.cases import CaseEvent as CaseEvent
from consortium.registry.cases import CaseFact as CaseFact


@dataclass(frozen=True)
class Section:
    """A part of the charter: its code, its schema and how old versions are read.

    `schema` is a frozen pydantic model; `upgrade(body, version)` returns the
    body in the current version and is pure. `unready(section)` yields the
    problems a draft may have and a charter in force may not; `across(section,
    sections)` those between it and the charter's other sections, by their code.
    """

    code: str
    version: int
    schema: type
    upgrade: Callable[[dict[str, Any], int], dict[str, Any]] = lambda body, version: body
    unready: Callable[[Any], Iterable[Any]] = lambda section: ()
    across: Callable[[Any, Mapping[str, Any]], Iterable[Any]] = lambda section, sections: ()


@dataclass(frozen=True)
class Sweep:
    """Due work of one kind: `run(consortium=…, on=…)` does what is due on a day.

    Sweeps run in ascending `order`; each may run twice or be killed midway.
    `next_due(consortium=…, after=…)` returns the first later day with something
    to do (None: none in sight), so that idle days cost nothing; without it the
    sweep runs every day. `foreseen` stands in for `run` where days to come are only
    looked at: the same rows, without the files that would be written for nothing.
    """

    code: str
    order: int
    run: Callable[..., int]
    next_due: Callable[..., date | None] | None = None
    foreseen: Callable[..., int] | None = None


@dataclass(frozen=True)
class DocketItem:
    """One thing due: a code and values to word it, whose it is and where it is done."""

    code: str
    due_on: date
    values: dict[str, Any] = field(default_factory=dict)
    member_uid: str | None = None
    href: str = ""
    mine: bool = False


@dataclass(frozen=True)
class DocketSource:
    """`items(consortium=…, user=…, on=…, until=…)` lists what the user may see due.

    `rows`, of the same arguments, returns a query of everything items could be made from, or
    of more: a source without such rows is left out, and all are looked for in one query.
    Without `rows` a source is always asked.
    """

    code: str
    items: Callable[..., Iterable[DocketItem]]
    rows: Callable[..., Any] | None = None


@dataclass(frozen=True)
class PreviewLine:
    """One thing the end of a membership or consortium leads to: a code and values to word it."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """`lines(member=…, user=…, ends_on=…, on=…)` says what the end of a membership leads to.

    As far as the user may see it; whoever may ask at all is one of the member's people,
    the secretary, or reads its figures.
    """

    code: str
    lines: Callable[..., Iterable[PreviewLine]]


@dataclass(frozen=True)
class Ending:
    """`lines(consortium=…, user=…, ends_on=…, on=…)` says what the end of a consortium leads to.

    As far as the user may see it.
    """

    code: str
    lines: Callable[..., Iterable[PreviewLine]]


@dataclass(frozen=True)
class Ceasing:
    """`lines(consortium=…, organization=…, successor=…, user=…, ceased_on=…, on=…)`.

    What it leads to that an organization is no more, as far as the user may see it;
    `successor`: who succeeds to all it had, None for nobody.
    """

    code: str
    lines: Callable[..., Iterable[PreviewLine]]


@dataclass(frozen=True)
class ReportKind:
    """A report that can be asked for or scheduled.

    `content(consortium=…, period=…, on=…, known_at=…, parameters=…)` returns a
    `consortium.rules.content.Content` of a half-open period as it stood at the end
    of the day `on` by what was recorded up to `known_at`: the same arguments, the
    same content. `readers` are the roles entitled to it; `parameters` is a frozen
    pydantic model. A kind written once per member gives `members(consortium=…,
    period=…, on=…)`, and its content takes a further `member=…`. `labels` names the
    parameters to people; one without a label goes by its code.
    """

    code: str
    label: Any
    readers: frozenset[str]
    content: Callable[..., Any]
    parameters: type
    members: Callable[..., Iterable[Any]] | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """What a report was written as: the ending of its name and its type."""

    suffix: str
    content_type: str


@dataclass(frozen=True)
class ReportFormat:
    """How contents become a file: `write(content, frame, out)` says what it wrote.

    In the language of the `consortium.rules.content.Frame`: the same content and frame,
    the same bytes.
    """

    code: str
    write: Callable[[Any, Any, IO[bytes]], Written]


@dataclass(frozen=True)
class MemberFact:
    """A value per member on a day, for eligibility and weights."""

    code: str
    fn: Callable[..., dict[Any, Any]]


@dataclass(frozen=True)
class Settlement:
    """`until(consortium=…)` returns the first day not yet settled under the charters in force.

    None where nothing is. A new charter may not take effect before it.
    """

    code: str
    until: Callable[..., date | None]


@dataclass(frozen=True)
class Check:
    """`problems(consortium=…)` recomputes what must hold and names each row that fails."""

    code: str
    problems: Callable[..., Iterable["Failure"]]


@dataclass(frozen=True)
class Failure:
    """A stored row that is not what it must be."""

    code: str
    subject: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Registry[T]:
    """Contributions of one kind, by their code; a second one of a code is refused."""

    key: str = "code"
    _items: dict[str, T] = field(default_factory=dict)

    def add(self, *items: T) -> None:
        for item in items:
            code = getattr(item, self.key)
            if code in self._items:
                raise ValueError(f"{code} is contributed twice")
            self._items[code] = item

    def get(self, code: str) -> T | None:
        return self._items.get(code)

    def __getitem__(self, code: str) -> T:
        return self._items[code]

    def all(self) -> list[T]:
        return list(self._items.values())


sections: Registry[Section] = Registry()
sweeps: Registry[Sweep] = Registry()
traces: Registry[Trace] = Registry()
outlooks: Registry[Outlook] = Registry()
docket_sources: Registry[DocketSource] = Registry()
previews: Registry[Preview] = Registry()
report_kinds: Registry[ReportKind] = Registry()
endings: Registry[Ending] = Registry()
ceasings: Registry[Ceasing] = Registry()
report_formats: Registry[ReportFormat] = Registry()
case_events: Registry[CaseEvent] = Registry("kind")
case_facts: Registry[CaseFact] = Registry()
member_facts: Registry[MemberFact] = Registry()
settlements: Registry[Settlement] = Registry()
checks: Registry[Check] = Registry()
messages: dict[str, Any] = {}


def add_messages(texts: dict[str, Any]) -> None:
    """Add the sentence for each code; `%(name)s` stands for a value."""
    for code, text in texts.items():
        if code in messages:
            raise ValueError(f"{code} is worded twice")
        messages[code] = text
