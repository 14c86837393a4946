"""The rules of an `ip` section that can be cited: ownership, exclusivity, access.

Rules of a kind are tried in their order: the first that applies decides ownership and
exclusivity; for access, every rule that applies gives, and the most generous counts.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from consortium.rules.choices import OrganizationKind
from consortium.rules.schema import LAX, Code, Problem, Recorded, Rule, Text, repeated
from funding.rules.choices import InstrumentKind
from ip.rules.choices import (
    Consent,
    Event,
    LicenceKind,
    Owner,
    Party,
    ResultKind,
    Split,
    Subject,
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

    `notice_days`: how long before; `compensation`, `accounting`: whether the others get
    their shares of what a licence, or one's own exploitation, earns.
    """

    clause: Annotated[str, Field(max_length=200)] = ""
    exploit: Annotated[Consent, LAX] = Consent.FREE
    license: Annotated[Consent, LAX] = Consent.FREE
    transfer: Annotated[Consent, LAX] = Consent.ALL
    notice_days: Days = 0
    compensation: bool = False
    accounting: bool = False

    def consent_to(self, kind: LicenceKind) -> Consent:
        """Return what a licence asks of the others.

        `license` is about ordinary ones; an exclusive or a sole one takes the result from
        the others as a transfer does, and asks for the stricter of both.
        Source: Patent Law of China, article 14.
        """
        if kind == LicenceKind.NON_EXCLUSIVE:
            return self.license
        return max(self.license, self.transfer, key=list(Consent).index)

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
