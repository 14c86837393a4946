"""The charter's `ip` section: who owns results, how long they are exclusive, who may use them."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from consortium.rules.schema import LAX, Code, Problem, Recorded, Rule, Share, repeated
from consortium.rules.standards import Country
from funding.rules.choices import InstrumentKind
from ip.rules.choices import Grantor, Listing, Owner, Party, Succession
from ip.rules.clauses import Access, Clause, CoOwnership, Days, Exclusivity, Ownership, Tier


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
    granted_by: Annotated[Grantor, LAX] = Grantor.OWNERS
    by: Code | None = None
    portions: Annotated[tuple[Portion, ...], LAX] = ()
    barred: Annotated[tuple[Annotated[Party, LAX], ...], LAX] = ()

    def problems(self) -> Iterable[Problem]:
        if (self.granted_by == Grantor.BODY) != (self.by is not None):
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
        first: dict[str, str] = {}
        for path, clause in self.clauses():
            if (other := first.setdefault(clause.code, path)) != path:
                values = {"value": clause.code, "other": f"{other}.code"}
                yield Problem(f"{path}.code", "twice", values)
            for tier in clause.when.tiers if clause.when else ():
                if tier not in known:
                    yield Problem(f"{path}.when.tiers", "unknown_tier", {"value": tier})
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


def _never_reached(name: str, rules: Iterable[Clause]) -> Iterator[Problem]:
    """Yield each rule that stands behind one for every result."""
    closed = False
    for index, rule in enumerate(rules):
        if closed:
            yield Problem(f"{name}[{index}]", "never_reached")
        closed = closed or not _passes_on(rule)


def _passes_on(rule: Clause) -> bool:
    """Say whether a rule may leave a result to the next one.

    It has conditions, or who it names may be missing: a project without a lead, a result
    that is nobody's core business.
    """
    if rule.when is not None or not isinstance(rule, Ownership):
        return rule.when is not None
    return bool(rule.only) or rule.owner not in (Owner.GENERATOR, Owner.EMPLOYER)
