"""The charter's `ip` section: who owns results, for how long they are exclusive, who may use them.

Rules of a kind are tried in their order: the first that applies decides ownership and
exclusivity; for access, every rule that applies gives, and the most generous counts.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from consortium.rules.choices import OrganizationKind
from consortium.rules.schema import LAX, Code, Problem, Recorded, Rule, Share, Text, repeated
from consortium.rules.standards import Country
from funding.rules.choices import InstrumentKind
from ip.rules.choices import (
    Consent,
    Decider,
    Event,
    Listing,
    Owner,
    Party,
    ResultKind,
    Split,
    Subject,
    Succession,
    Terms,
    Use,
)

Months = Annotated[int, Field(ge=0, le=1200)]
Days = Annotated[int, Field(ge=0, le=3660)]

NEVER_GIVEN = (Party.OWNER,)
"""Owners have their right from owning; no access rule gives it."""


class Tier(Rule):
    """A class of results that a charter treats in its own way, such as imec's R0, R1, R2."""

    code: Code
    label: Text


class When(Rule):
    """The results a rule is about: of one of the kinds, tiers, ways of payment; empty means any."""

    kinds: Annotated[tuple[Annotated[ResultKind, LAX], ...], LAX] = ()
    tiers: Annotated[tuple[Code, ...], LAX] = ()
    paid_by: Annotated[tuple[Annotated[InstrumentKind, LAX], ...], LAX] = ()


class Clause(Recorded):
    """A rule that can be cited: its code, its name, and the clause of the agreement it is."""

    code: Code
    label: Text
    clause: Annotated[str, Field(max_length=200)] = ""
    when: When | None = None


class Ownership(Clause):
    """Who owns a result.

    `generator`: the organizations that did the work; `employer`: the inventors'
    employers; `core_business`: the participant whose business it is, as the project
    recorded it. `only`: where the owners are all of one of these kinds. `split`: by
    recorded contribution or equally, when there are several.
    """

    owner: Annotated[Owner, LAX]
    split: Annotated[Split, LAX] = Split.CONTRIBUTION
    only: Annotated[tuple[Annotated[OrganizationKind, LAX], ...], LAX] = ()


class CoOwnership(Recorded):
    """What one of several owners may do alone: freely, after telling, or with all the others.

    `notice_days`: how long before; `compensation`: whether the others get their shares
    of what it earns.
    """

    clause: Annotated[str, Field(max_length=200)] = ""
    exploit: Annotated[Consent, LAX] = Consent.FREE
    license: Annotated[Consent, LAX] = Consent.FREE
    transfer: Annotated[Consent, LAX] = Consent.ALL
    notice_days: Days = 0
    compensation: bool = False

    def problems(self) -> Iterable[Problem]:
        if self.notice_days and Consent.NOTICE not in (self.exploit, self.license, self.transfer):
            yield Problem("notice_days", "notice_unused")


class Opening(Recorded):
    """To whom and on which terms a result opens, so many months after its exclusivity ends."""

    to: Annotated[Party, LAX]
    terms: Annotated[Terms, LAX]
    after_months: Months = 0


class Exclusivity(Clause):
    """For how long results are kept to a class of parties, and what follows.

    Counted from an event, in months. `extend_by`, `release_by`: the body of the
    governance section that may prolong or end it early; nobody where empty.
    `earlier`: whether this charter also counts for what an earlier one promised.
    """

    to: Annotated[Party, LAX] = Party.MEMBER
    starts: Annotated[Event, LAX] = Event.COMPLETION
    months: Annotated[int, Field(ge=1, le=1200)]
    opens: Annotated[tuple[Opening, ...], LAX] = ()
    extend_by: Code | None = None
    release_by: Code | None = None
    earlier: bool = False

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.to.value for each in self.opens], "opens[{}].to")
        if self.to in (Party.DOMESTIC, Party.ANYONE):
            yield Problem("to", "exclusive_to_all", {"value": self.to.value})
        for index, each in enumerate(self.opens):
            if distance(each.to) <= distance(self.to):
                yield Problem(f"opens[{index}].to", "opens_to_nobody", {"value": each.to.value})


class Access(Clause):
    """What a class of parties may do with results or background, and on which terms.

    `needed`: only as far as its own work or results need it. `own_field`: only in its
    own field of business. `within_months`: to be asked for within so many months after
    the project's end (former members: after leaving). `sublicense`: may pass it on.
    """

    of: Annotated[Subject, LAX] = Subject.RESULTS
    to: Annotated[tuple[Annotated[Party, LAX], ...], LAX, Field(min_length=1)]
    uses: Annotated[tuple[Annotated[Use, LAX], ...], LAX, Field(min_length=1)]
    terms: Annotated[Terms, LAX]
    needed: bool = False
    own_field: bool = False
    within_months: Months | None = None
    sublicense: bool = False

    def problems(self) -> Iterable[Problem]:
        for index, party in enumerate(self.to):
            if party in NEVER_GIVEN:
                yield Problem(f"to[{index}]", "access_to_owner")
        yield from repeated([each.value for each in self.to], "to[{}]")
        yield from repeated([each.value for each in self.uses], "uses[{}]")
        if Use.TRANSFER in self.uses:
            yield Problem("uses", "access_to_transfer")


class Background(Recorded):
    """What members bring in: what counts, and whether it may only grow, with whose approval."""

    listing: Annotated[Listing, LAX] = Listing.LISTED
    add_only: bool = True
    approved_by: Code | None = None


class Portion(Rule):
    """A part of what a licence earns that goes elsewhere than to the owners."""

    to: Annotated[Party, LAX]
    share: Share


class Licensing(Recorded):
    """Who grants licences and how what they earn is divided.

    `by`: the body that grants, where a body does. `portions` go first; the rest goes to
    the owners by their recorded shares. `barred`: to whom no licence is granted.
    """

    clause: Annotated[str, Field(max_length=200)] = ""
    granted_by: Annotated[Decider, LAX] = Decider.OWNERS
    by: Code | None = None
    portions: Annotated[tuple[Portion, ...], LAX] = ()
    barred: Annotated[tuple[Annotated[Party, LAX], ...], LAX] = ()

    def problems(self) -> Iterable[Problem]:
        if (self.granted_by == Decider.BODY) != (self.by is not None):
            yield Problem("by", "licensing_body_differs")
        yield from repeated([each.to.value for each in self.portions], "portions[{}].to")
        total = sum((each.share for each in self.portions), start=0)
        if total > 1:
            yield Problem("portions", "portions_exceed", {"total": str(total)})


class Publication(Recorded):
    """How publishing is reviewed.

    Notice so many days before, objections within so many of them, publication put off
    by so many days at most. `deemed_consent`: silence agrees.
    """

    clause: Annotated[str, Field(max_length=200)] = ""
    notice_days: Days
    objection_days: Days
    delay_days: Days
    deemed_consent: bool = True

    def problems(self) -> Iterable[Problem]:
        if self.objection_days > self.notice_days:
            yield Problem("objection_days", "too_large", {"limit": self.notice_days})


class Leaving(Recorded):
    """What leaving ends.

    `forfeit_in_breach`: whether who leaves in breach gives its shares up to the other
    owners. `succession`: who takes over when the consortium or an owner ends.
    """

    clause: Annotated[str, Field(max_length=200)] = ""
    forfeit_in_breach: bool = False
    succession: Annotated[Succession, LAX] = Succession.OWNERS


class Diffusion(Recorded):
    """A duty to spread publicly funded results, and where it is written; it only warns."""

    paid_by: Annotated[tuple[Annotated[InstrumentKind, LAX], ...], LAX]
    clause: Annotated[str, Field(max_length=200)] = ""


class IPSection(Recorded):
    """Who owns results, for how long they are exclusive, and who may use them on which terms.

    `home`: the country whose organizations are domestic.
    """

    home: Country | None = None
    tiers: Annotated[tuple[Tier, ...], LAX] = ()
    ownership: Annotated[tuple[Ownership, ...], LAX, Field(min_length=1)]
    co_ownership: CoOwnership = CoOwnership()
    exclusivity: Annotated[tuple[Exclusivity, ...], LAX] = ()
    access: Annotated[tuple[Access, ...], LAX] = ()
    background: Background = Background()
    licensing: Licensing = Licensing()
    publication: Publication | None = None
    leaving: Leaving = Leaving()
    diffusion: Diffusion | None = None

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.tiers], "tiers[{}].code")
        known = {each.code for each in self.tiers}
        codes: list[str] = []
        for path, clause in self.clauses():
            codes.append(clause.code)
            for tier in clause.when.tiers if clause.when else ():
                if tier not in known:
                    yield Problem(f"{path}.when.tiers", "unknown_tier", {"value": tier})
        yield from repeated(codes, "clauses[{}].code")
        yield from _never_reached("ownership", self.ownership)
        yield from _never_reached("exclusivity", self.exclusivity)
        if any(self._domestic()) and self.home is None:
            yield Problem("home", "home_missing")

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Yield every rule that can be cited, with its path."""
        for name in ("ownership", "exclusivity", "access"):
            for index, each in enumerate(getattr(self, name)):
                yield f"{name}[{index}]", each

    def bodies(self) -> dict[str, str]:
        """Return each body named here, by its path; the governance section must know them."""
        named = {
            "background.approved_by": self.background.approved_by,
            "licensing.by": self.licensing.by,
        }
        for index, rule in enumerate(self.exclusivity):
            named[f"exclusivity[{index}].extend_by"] = rule.extend_by
            named[f"exclusivity[{index}].release_by"] = rule.release_by
        return {path: body for path, body in named.items() if body is not None}

    def _domestic(self) -> Iterator[bool]:
        yield from (Party.DOMESTIC in each.to for each in self.access)
        yield from (each.to == Party.DOMESTIC for rule in self.exclusivity for each in rule.opens)


def distance(party: Party) -> int:
    """Return how far a party stands from a result; those at one distance are alike."""
    return DISTANCE[party]


DISTANCE = {
    Party.OWNER: 0,
    Party.PARTICIPANT: 1,
    Party.ASSOCIATION: 1,
    Party.MEMBER: 2,
    Party.LATER_MEMBER: 2,
    Party.AFFILIATE: 2,
    Party.FORMER_MEMBER: 2,
    Party.EXPELLED: 2,
    Party.DOMESTIC: 3,
    Party.ANYONE: 4,
}


def _never_reached(name: str, rules: Iterable[Clause]) -> Iterator[Problem]:
    """Yield each rule that stands behind one for every result; an `only` may still pass on."""
    closed = False
    for index, rule in enumerate(rules):
        if closed:
            yield Problem(f"{name}[{index}]", "never_reached")
        if rule.when is None and not getattr(rule, "only", ()):
            closed = True
