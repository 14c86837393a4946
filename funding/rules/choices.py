"""The choices of levies and declarations; the tables' choices are made from these."""

from enum import StrEnum


class Issue(StrEnum):
    """Whether charges leave by the sweep or wait for a second person."""

    AUTOMATIC = "automatic"
    CONFIRMED = "confirmed"


class Visibility(StrEnum):
    """Whether members see each other's charges of a levy."""

    MEMBERS = "members"
    SECRET = "secret"


class Grade(StrEnum):
    """How well founded a declared figure is."""

    ESTIMATED = "estimated"
    DECLARED = "declared"
    CERTIFIED = "certified"
    AUDITED = "audited"


class DecidedBy(StrEnum):
    """Which line of a rule decided an amount."""

    RATE = "rate"
    FLOOR = "floor"
    CAP = "cap"


class InputKind(StrEnum):
    """What an input asks for."""

    MONEY = "money"
    COUNT = "count"
    QUANTITY = "quantity"
    CHOICE = "choice"
    YES_NO = "yes_no"


class ReplyState(StrEnum):
    """What a round has of a member: its own figures, the charter's estimate, or nothing."""

    DECLARED = "declared"
    ESTIMATED = "estimated"
    MISSING = "missing"


class RunState(StrEnum):
    """Where a dues run stands: proposed → confirmed → done."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DONE = "done"


class Standing(StrEnum):
    """How a member stands, the worst that holds: good, late, rights suspended, exit proposed."""

    GOOD = "good"
    LATE = "late"
    SUSPENDED = "suspended"
    EXIT_PROPOSED = "exit_proposed"


class ConcessionState(StrEnum):
    """Where a concession stands: waiting → granted or refused; granted → revoked."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class PlanState(StrEnum):
    """Where a payment plan stands: waiting → running or refused; running → ended."""

    WAITING = "waiting"
    RUNNING = "running"
    REFUSED = "refused"
    PAID = "paid"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class Occasion(StrEnum):
    """What members are charged for when it happens, outside all rounds."""

    PATENT_FEE = "patent_fee"
    LICENCE_FEE = "licence_fee"
    ROYALTY = "royalty"


class InstrumentKind(StrEnum):
    """How research is paid; who paid may own what comes of it."""

    OWN_MONEY = "own_money"
    GRANT = "grant"
    RESEARCH_CONTRACT = "research_contract"
    INTEREST_FREE_LOAN = "interest_free_loan"
    CONDITIONAL_LOAN = "conditional_loan"
    BELOW_MARKET_LOAN = "below_market_loan"
