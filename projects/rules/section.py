"""The charter's `projects` section: how research is proposed, screened, decided and run."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from consortium.rules.choices import Level
from consortium.rules.schema import (
    LAX,
    Amount,
    Code,
    Problem,
    Recorded,
    Rule,
    Share,
    Text,
    repeated,
)
from consortium.rules.standards import Country
from projects.rules.choices import (
    Authority,
    Handling,
    Initiative,
    Measure,
    Payer,
    Screeners,
    Site,
    Spread,
)

NEVER_SHARED = ("prices", "capacity", "customers", "procurement")
"""What competitors must not tell each other in a proposal, unless a charter says otherwise."""


class Requirement(Recorded):
    """What a proposal must be: a measure between bounds; `level` says whether it refuses.

    Counts are numbers, shares parts of 1, `budget` in the call's unit, `months` those of
    the project; `arrears_days` and `suspended` are of the worst participant.
    """

    code: Code
    label: Text
    measure: Annotated[Measure, LAX]
    at_least: Amount | None = None
    at_most: Amount | None = None
    level: Annotated[Level, LAX] = Level.HARD

    def problems(self) -> Iterable[Problem]:
        if self.at_least is None and self.at_most is None:
            yield Problem("", "no_bound")
        elif (
            self.at_least is not None and self.at_most is not None and self.at_most < self.at_least
        ):
            yield Problem("at_most", "below_other", {"other": "at_least"})


class Criterion(Rule):
    """What reviewers score: from 0 to `top`; under `threshold` a proposal falls.

    `halves`: whether half points may be given.
    """

    code: Code
    label: Text
    weight: Amount
    top: Annotated[int, Field(ge=1, le=100)] = 5
    threshold: Amount | None = None
    halves: bool = True

    def problems(self) -> Iterable[Problem]:
        if self.weight <= 0:
            yield Problem("weight", "not_positive", {"value": str(self.weight)})
        if self.threshold is not None and self.threshold > self.top:
            yield Problem("threshold", "too_large", {"limit": self.top})


class Screening(Recorded):
    """How proposals are judged before the decision.

    `by`: members, of whom every reviewer then is one's; experts or the institute, whoever
    they name; or nobody. `reviewers`: how many for each. `independent`: none of them of a
    member. `blind`: they are not told who proposes. `spread`: how scores are made comparable
    between reviewers; `flag_from`: a difference in a criterion, in its points, that calls
    for a consensus.
    """

    by: Annotated[Screeners, LAX]
    reviewers: Annotated[int, Field(ge=0, le=20)] = 0
    independent: bool = False
    blind: bool = False
    spread: Annotated[Spread, LAX] = Spread.NONE
    flag_from: Amount | None = None
    criteria: Annotated[tuple[Criterion, ...], LAX] = ()

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.criteria], "criteria[{}].code")
        if (self.by == Screeners.NOBODY) != (self.reviewers == 0):
            yield Problem("reviewers", "reviewers_differ", {"by": self.by.value})


class DecidedBy(Recorded):
    """One authority that must agree; `by` is a body of the governance section, where it is one."""

    authority: Annotated[Authority, LAX]
    by: Code | None = None
    label: Text | None = None


class SiteShare(Recorded):
    """The part of the work (by effort) that is done at a kind of site, with its tolerance."""

    site: Annotated[Site, LAX]
    share: Share
    tolerance: Share | None = None


class PartShare(Recorded):
    """A part of the product, and the country that does it."""

    part: Code
    label: Text
    country: Country
    share: Share | None = None


class SecondmentRule(Recorded):
    """For how long members' people are sent, in months, and who pays them.

    `extension_months`: by how much it may be extended in all, within `most_months`.
    """

    least_months: Annotated[int, Field(ge=1, le=120)] = 6
    most_months: Annotated[int, Field(ge=1, le=120)] = 30
    extension_months: Annotated[int, Field(ge=0, le=120)] = 0
    pays: Annotated[Payer, LAX] = Payer.HOME
    undertaking: bool = True

    def problems(self) -> Iterable[Problem]:
        if self.most_months < self.least_months:
            yield Problem("most_months", "below_other", {"other": "least_months"})


class Reporting(Rule):
    """Progress reports: one for every so many months, due so many days after them."""

    months: Annotated[int, Field(ge=1, le=60)]
    days: Annotated[int, Field(ge=0, le=366)] = 30


class Escalation(Rule):
    """Days after a deadline on which it is told, and whether to the secretariat too."""

    days: Annotated[int, Field(ge=0, le=3660)]
    secretariat: bool = False


class ProjectsSection(Recorded):
    """How the consortium's research is proposed, screened, decided and run.

    `members_only`: whether outsiders may take part. `contract_weeks`: within which a
    granted project's contract is signed. `never_shared`: what competitors must not tell
    each other, and whether a proposal that does is refused or flagged.
    """

    initiative: Annotated[Initiative, LAX]
    members_only: bool = True
    requirements: Annotated[tuple[Requirement, ...], LAX] = ()
    screening: Screening
    decisions: Annotated[tuple[DecidedBy, ...], LAX, Field(min_length=1)]
    contract_weeks: Annotated[int, Field(ge=1, le=104)] | None = None
    sites: Annotated[tuple[SiteShare, ...], LAX] = ()
    parts: Annotated[tuple[PartShare, ...], LAX] = ()
    secondment: SecondmentRule | None = None
    reporting: Reporting | None = None
    remind_days: Annotated[tuple[Annotated[int, Field(ge=0, le=366)], ...], LAX] = (30, 7)
    escalation: Annotated[tuple[Escalation, ...], LAX] = ()
    never_shared: dict[Code, Annotated[Handling, LAX]] = dict.fromkeys(NEVER_SHARED, Handling.FLAG)

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.requirements], "requirements[{}].code")
        yield from repeated([each.part for each in self.parts], "parts[{}].part")
        yield from repeated([each.site.value for each in self.sites], "sites[{}].site")
        total = sum((each.share for each in self.sites), start=0)
        if self.sites and total != 1:
            yield Problem("sites", "shares_differ", {"total": str(total)})
        keys = [f"{each.authority.value} {each.by or ''}" for each in self.decisions]
        yield from repeated(keys, "decisions[{}]")

    def bodies(self) -> dict[str, str]:
        """Return each body named here, by its path; the governance section must know them."""
        return {
            f"decisions[{index}].by": each.by
            for index, each in enumerate(self.decisions)
            if each.by is not None
        }
