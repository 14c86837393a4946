"""What is answered when it is asked what an organization may do with a result."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from consortium.periods import Period
from ip.rules.choices import Party, Terms


class Verdict(IntEnum):
    """Whether one may, the more the better."""

    NO = 0
    ON_TERMS = 1
    WITH_CONSENT = 2
    AFTER_NOTICE = 3
    WITHIN = 4
    YES = 5


class Reason(StrEnum):
    """Why: what gives the right, or what stands in its way."""

    OWNS = "owns"
    CO_OWNS = "co_owns"
    LICENSED = "licensed"
    ACCESS = "access"
    OPENED = "opened"
    NOT_ARISEN = "not_arisen"
    EXCLUSIVE = "exclusive"
    SUSPENDED = "suspended"
    TOO_LATE = "too_late"
    LICENSED_ELSEWHERE = "licensed_elsewhere"
    NO_RULE = "no_rule"


@dataclass(frozen=True)
class Answer:
    """What is allowed, why, and where it is written.

    `path`: the rule in the charter's `ip` section; `clause`: what it is in the agreement;
    `party`: as what; `within`: to which class, where only there; `terms`: where they are
    not free; `conditions`: codes such as `needed`, `own_field`, `compensation`; `charter`:
    the code of a later charter that says so, empty where the result's own does.
    """

    verdict: Verdict
    reason: Reason
    party: Party | None = None
    terms: Terms | None = None
    within: Party | None = None
    path: str = ""
    clause: str = ""
    conditions: tuple[str, ...] = ()
    charter: str = ""

    def rank(self) -> tuple[int, int, int]:
        """Return how generous it is; a greater one is better for who asks."""
        terms = -list(Terms).index(self.terms) if self.terms else self.party == Party.OWNER
        return self.verdict, terms, -len(self.conditions)


@dataclass(frozen=True)
class Segment:
    """A stretch of days with one answer."""

    period: Period
    answer: Answer
