"""A reference case as a document: profile, organizations, members, charters, events."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import SerializeAsAny

from consortium import registry
from consortium.periods import Period
from consortium.rules.choices import (
    Basis,
    Initiator,
    LegalForm,
    OrganizationKind,
    Stage,
    Structure,
)
from consortium.rules.documents import CharterDocument, parse_charter
from consortium.rules.facts import Disagreements, Facts, fact_problems
from consortium.rules.profile import ProfileSection
from consortium.rules.schema import (
    LAX,
    Code,
    Day,
    InvalidDocument,
    MonthDay,
    Problem,
    Recorded,
    Rule,
    Share,
    Slug,
    Text,
    ends_before_start,
    joined,
    parse,
    plain,
    repeated,
)
from consortium.rules.standards import Country, Currency, TimeZone
from consortium.rules.toml import read_toml


class GoalEntry(Recorded):
    """What the consortium set out to reach, by when, and when it did."""

    text: Text
    starts_on: Day
    due_on: Day | None = None
    reached_on: Day | None = None

    def problems(self) -> Iterable[Problem]:
        for name, day in (("due_on", self.due_on), ("reached_on", self.reached_on)):
            if day is not None and day < self.starts_on:
                yield Problem(name, "before_start", {"starts_on": self.starts_on})


class OrganizationEntry(Recorded):
    """An organization the case names; `registration` is its number in its country."""

    key: Slug
    name: Text
    kind: Annotated[OrganizationKind, LAX]
    country: Country
    registration: str = ""


class MemberEntry(Recorded):
    """One term of membership: an organization in a category, `ends_on` exclusive.

    `share`: the part of the whole it holds in this term, such as "0.479"; a
    change of shares is a new term.
    """

    organization: Slug
    category: Code
    share: Share | None = None
    starts_on: Day
    ends_on: Day | None = None

    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    def problems(self) -> Iterable[Problem]:
        yield from ends_before_start(self.starts_on, self.ends_on)
        if self.share is not None and self.share == 0:
            yield Problem("share", "not_a_share", {"value": plain(self.share)})


class EventBody(Recorded):
    """What happened on a day; each kind's schema extends this."""

    kind: Code
    on: Day

    def problems_in(self, case: "CaseDocument") -> Iterable[Problem]:
        """Yield what is wrong with the event within its case, by path from the event."""
        return ()


class CaseDocument(Recorded):
    """A reference consortium: who it was, under which charters, and what happened.

    `lead` is an organization's key. Days are in `time_zone`, `ends_on` exclusive;
    `basis` and `ends_basis` say what the two days rest on.
    """

    slug: Slug
    name: Text
    legal_form: Annotated[LegalForm, LAX]
    stage: Annotated[Stage, LAX]
    structure: Annotated[Structure, LAX]
    initiator: Annotated[Initiator, LAX]
    lead: Slug | None = None
    field: Text
    currency: Currency
    time_zone: TimeZone
    fiscal_year: MonthDay
    starts_on: Day
    ends_on: Day | None = None
    ends_basis: Annotated[Basis | None, LAX] = None
    goals: Annotated[tuple[GoalEntry, ...], LAX] = ()
    organizations: Annotated[tuple[OrganizationEntry, ...], LAX] = ()
    members: Annotated[tuple[MemberEntry, ...], LAX] = ()
    charters: Annotated[tuple[CharterDocument, ...], LAX] = ()
    events: Annotated[tuple[SerializeAsAny[EventBody], ...], LAX] = ()
    facts: Facts = ()
    disagreements: Disagreements = ()

    def charter_on(self, on: date) -> CharterDocument | None:
        """Return the charter in force on a day, or None in a gap."""
        for charter in self.charters:
            period = charter.period()
            if period is not None and period.contains(on):
                return charter
        return None

    def member_on(self, organization: str, on: date) -> MemberEntry | None:
        """Return an organization's term on a day, or None if it was no member."""
        for member in self.members:
            if member.organization == organization and member.period().contains(on):
                return member
        return None

    def problems(self) -> Iterable[Problem]:
        yield from ends_before_start(self.starts_on, self.ends_on)
        yield from self._organization_problems()
        yield from self._member_problems()
        yield from self._share_problems()
        yield from self._charter_problems()
        keys = {organization.key for organization in self.organizations}
        yield from fact_problems(self.facts, self.disagreements, keys)
        for index, event in enumerate(self.events):
            for problem in (*self._outside(event.on, "on"), *event.problems_in(self)):
                yield problem.under(f"events[{index}]")

    def _organization_problems(self) -> Iterator[Problem]:
        keys = [organization.key for organization in self.organizations]
        yield from repeated(keys, "organizations[{}].key")
        if self.lead is not None and self.lead not in keys:
            yield Problem("lead", "unknown_organization", {"organization": self.lead})

    def _member_problems(self) -> Iterator[Problem]:
        keys = {organization.key for organization in self.organizations}
        for index, member in enumerate(self.members):
            path = f"members[{index}]"
            if member.organization not in keys:
                values = {"organization": member.organization}
                yield Problem(f"{path}.organization", "unknown_organization", values)
            yield from (each.under(path) for each in self._life_problems(member.period()))
            for number, other in enumerate(self.members[:index]):
                same = other.organization == member.organization
                if same and member.period().overlaps(other.period()):
                    values = {"other": f"members[{number}]"}
                    yield Problem(f"{path}.starts_on", "overlaps", values)

    def _share_problems(self) -> Iterator[Problem]:
        """Yield each first day on which the shares of the members do not make a whole."""
        held = [(n, member) for n, member in enumerate(self.members) if member.share is not None]
        edges = {day for _, each in held for day in (each.starts_on, each.ends_on) if day}
        for on in sorted(edges):
            then = [(n, each.share) for n, each in held if each.period().contains(on)]
            total = sum((share for _, share in then if share is not None), Decimal(0))
            if then and total != 1:
                values = {"on": on, "total": plain(total)}
                yield Problem(f"members[{then[0][0]}].share", "shares_not_whole", values)

    def _lead_problems(self, index: int, charter: CharterDocument) -> Iterator[Problem]:
        profile = charter.sections.get("profile")
        lead = profile.lead if isinstance(profile, ProfileSection) else None
        keys = [organization.key for organization in self.organizations]
        if lead is not None and lead.organization is not None and lead.organization not in keys:
            values = {"organization": lead.organization}
            path = f"charters[{index}].profile.lead.organization"
            yield Problem(path, "unknown_organization", values)

    def _charter_problems(self) -> Iterator[Problem]:
        yield from repeated([charter.code for charter in self.charters], "charters[{}].code")
        periods = [charter.period() for charter in self.charters]
        for index, (charter, period) in enumerate(zip(self.charters, periods, strict=True)):
            path = f"charters[{index}]"
            if charter.basis is None:
                yield Problem(f"{path}.basis", "missing")
            if period is None:
                yield Problem(f"{path}.starts_on", "missing")
                continue
            yield from (each.under(path) for each in self._life_problems(period))
            for number, other in enumerate(periods[:index]):
                if other is not None and period.overlaps(other):
                    values = {"other": f"charters[{number}]"}
                    yield Problem(f"{path}.starts_on", "overlaps", values)
            yield from self._lead_problems(index, charter)

    def _life_problems(self, period: Period) -> Iterator[Problem]:
        """Yield what of a period lies outside the consortium's life."""
        yield from self._outside(period.starts_on, "starts_on")
        if self.ends_on is not None and (period.ends_on is None or period.ends_on > self.ends_on):
            yield Problem("ends_on", "outside_life", self._life())

    def _outside(self, day: date, path: str) -> Iterator[Problem]:
        if not Period(self.starts_on, self.ends_on).contains(day):
            yield Problem(path, "outside_life", self._life())

    def _life(self) -> dict[str, Any]:
        return {"starts_on": self.starts_on, "ends_on": self.ends_on}


def parse_event(body: object, path: str = "") -> EventBody:
    """Return an event's object by its kind.

    Raises InvalidDocument: unknown_event, or what the kind's schema finds.
    """
    if not isinstance(body, Mapping):
        return parse(EventBody, body, path)
    kind = body.get("kind")
    if kind is None:
        raise InvalidDocument([Problem(joined(path, "kind"), "missing")])
    kind = str(kind)
    event = registry.case_events.get(kind)
    if event is None:
        choices = [known.kind for known in registry.case_events.all()]
        values = {"kind": kind[:40], "choices": choices}
        raise InvalidDocument([Problem(joined(path, "kind"), "unknown_event", values)])
    return parse(event.schema, body, path)


def parse_case(body: Mapping[str, Any]) -> CaseDocument:
    """Return the case a document describes. Raises InvalidDocument with all problems."""
    problems: list[Problem] = []
    parsed = dict(body)
    _each(parsed, "charters", parse_charter, problems)
    _each(parsed, "events", parse_event, problems)
    if problems:  # what only hangs together with the broken parts is not judged
        parsed |= {"events": []}
    try:
        case = parse(CaseDocument, parsed)
    except InvalidDocument as error:
        raise InvalidDocument([*error.errors, *problems]) from None
    if problems:
        raise InvalidDocument(problems)
    return case


def _each(
    body: dict[str, Any],
    name: str,
    parser: Callable[[object, str], Rule],
    problems: list[Problem],
) -> None:
    """Replace a list's bodies by their objects, or by none if one is refused."""
    bodies = body.get(name)
    if not isinstance(bodies, list):
        return
    found: list[Problem] = []
    objects = []
    for index, item in enumerate(bodies):
        try:
            objects.append(parser(item, f"{name}[{index}]"))
        except InvalidDocument as error:
            found += error.errors
    body[name] = [] if found else objects
    problems += found


def read_case(text: str) -> CaseDocument:
    """Return the case of a TOML text. Raises InvalidDocument."""
    return parse_case(read_toml(text))
