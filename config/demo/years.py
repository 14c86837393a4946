"""The dues years of the demonstration alliance, day by day, as its people live them.

Three years are declared, proposed by one person and confirmed by another; the fourth is
open. Days are counted from a year's first day, or back from today.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from operator import itemgetter

from config.demo.members import Firm, admit_firm
from config.demo.people import signatory
from consortium.models import Consortium, Member, Organization, User
from consortium.operations.advance import advance
from consortium.operations.members import change_category
from consortium.periods import add_months, nth
from consortium.states import Role
from funding.models import Round
from funding.operations.declarations import Figures, declare, enter_declaration
from funding.operations.rates import record_rate
from funding.operations.runs import carry_out, confirm_run, propose_run
from funding.rules.choices import Grade

LEVY = "rd_contribution"
DAY = timedelta(days=1)
LAST, THIS = 2, 3
"""The year before this one, and this one, counted from 0."""

DECLARED_AFTER = (9, 29, 37)
"""Days of the year on which members declare, in turn; all but the first were reminded."""

PROPOSED_AFTER, CONFIRMED_AFTER = 52, 53

JOINERS = ("shenlan", "youce")
ON_PAPER = ("yuanda", "shenlan")
ESTIMATED = "tianhe"
"""Did not declare last year, so that the charter's estimate stood in."""

MISSING = ("huaxin", "xinyuan", "guangpu", "boyuan", ESTIMATED, "youce")
"""Have not declared this year yet."""

RATES = ("7.0120", "7.0835", "7.1270", "7.0950")
"""What a dollar was worth when the fiscal year before each dues year ended; made up."""


@dataclass
class Alliance:
    """The alliance while it is lived through; firms and members by login."""

    consortium: Consortium
    team: dict[Role, User]
    firms: dict[str, Firm]
    members: dict[str, Member] = field(default_factory=dict)
    reviewers: list[User] = field(default_factory=list)

    @property
    def secretary(self) -> User:
        return self.team[Role.SECRETARY]

    @property
    def finance(self) -> User:
        return self.team[Role.FINANCE]

    def login_of(self, organization: Organization) -> str:
        """Return whose signatory signs for an organization."""
        return next(
            login
            for login, member in self.members.items()
            if member.organization_id == organization.pk
        )

    def year(self, n: int) -> date:
        """Return the first day of a year, counted from 0."""
        return nth(self.consortium.starts_on, 12, n).starts_on


type Act = Callable[[Alliance, date], object]


def live(alliance: Alliance, today: date, more: Iterable[tuple[date, Act]] = ()) -> None:
    """Let everything happen in the order of days, with the sweeps of the days between."""
    for on, act in sorted([*events(alliance, today), *more], key=itemgetter(0)):
        advance(consortium=alliance.consortium, to=on - DAY)
        act(alliance, on)
    advance(consortium=alliance.consortium, to=today)


def events(alliance: Alliance, today: date) -> Iterator[tuple[date, Act]]:
    for n in range(THIS + 1):
        yield from ordinary_year(alliance, n)
    last, this = alliance.year(LAST), alliance.year(THIS)
    yield add_months(last, 5) + 9 * DAY, partial(join, "shenlan")
    yield add_months(last, 7), partial(rise, "hengyue", "council")
    yield this + 32 * DAY, partial(join, "youce")
    # Last year's figures as their auditors found them, and a member that was late.
    yield today - 29 * DAY, partial(correct, "ruide", LAST, Grade.AUDITED, "0.85")
    yield today - 29 * DAY, partial(correct, "huaxin", LAST, Grade.CERTIFIED, "1.05")
    yield today - 29 * DAY, partial(declare_for, "shenlan", LAST)
    yield today - 28 * DAY, partial(propose, LAST)
    yield today - 27 * DAY, partial(confirm, LAST)
    # What waits: one run for the auditor, another one to be proposed.
    yield today - 2 * DAY, partial(correct, "xinyuan", LAST, Grade.CERTIFIED, "1.10")
    yield today - 2 * DAY, partial(correct, "jingche", LAST, Grade.CERTIFIED, "0.96")
    yield today - 2 * DAY, partial(correct, "yuanda", LAST - 1, Grade.AUDITED, "1.07")
    yield today, partial(propose, LAST)


def ordinary_year(alliance: Alliance, n: int) -> Iterator[tuple[date, Act]]:
    """Yield a rate, what the members declare, and the run unless the year is still open."""
    start = alliance.year(n)
    yield start + DAY, partial(publish_rate, n)
    for position, firm in enumerate(declaring(alliance, n)):
        after = DECLARED_AFTER[position % len(DECLARED_AFTER)]
        yield start + after * DAY, partial(declare_for, firm.login, n)
    if n < THIS:
        yield start + PROPOSED_AFTER * DAY, partial(propose, n)
        yield start + CONFIRMED_AFTER * DAY, partial(confirm, n)


def declaring(alliance: Alliance, n: int) -> list[Firm]:
    """Return the firms that declare for a year in time."""
    missing = {THIS: {*MISSING}, LAST: {*JOINERS, ESTIMATED}}.get(n, {*JOINERS})
    return [each for each in alliance.firms.values() if each.amounts and each.login not in missing]


# What people do


def join(login: str, alliance: Alliance, on: date) -> None:
    firm = alliance.firms[login]
    alliance.members[login] = admit_firm(alliance.consortium, firm, by=alliance.secretary, on=on)


def rise(login: str, category: str, alliance: Alliance, on: date) -> None:
    change_category(
        member=alliance.members[login],
        category=category,
        from_on=on,
        by=alliance.secretary,
        on=on,
    )


def publish_rate(n: int, alliance: Alliance, on: date) -> None:
    record_rate(
        consortium=alliance.consortium,
        rate="central_parity",
        unit="USD",
        into="CNY",
        published_on=date(alliance.year(n).year - 1, 12, 31),
        value=Decimal(RATES[n]),
        source="made up for the demonstration",
        by=alliance.finance,
        on=on,
    )


def declare_for(login: str, n: int, alliance: Alliance, on: date) -> None:
    """Let a member declare for a year, online or on paper."""
    firm, member = alliance.firms[login], alliance.members[login]
    figures = Figures(
        levy=LEVY,
        period_starts_on=alliance.year(n),
        values={"relevant_sales": firm.figures(n)},
    )
    if login in ON_PAPER:
        enter(firm, member, figures, alliance, on)
    else:
        declare(member=member, figures=figures, by=signatory(login), on=on)


def correct(login: str, n: int, grade: Grade, factor: str, alliance: Alliance, on: date) -> None:
    """Enter a member's figures as its auditors found them: so many times what it declared."""
    firm = alliance.firms[login]
    figures = Figures(
        levy=LEVY,
        period_starts_on=alliance.year(n),
        values={"relevant_sales": firm.figures(n, Decimal(factor))},
        grade=grade,
        correction=True,
    )
    enter(firm, alliance.members[login], figures, alliance, on)


def enter(firm: Firm, member: Member, figures: Figures, alliance: Alliance, on: date) -> None:
    enter_declaration(
        member=member,
        figures=figures,
        signed_by=firm.person,
        paper_on=on - 2 * DAY,
        by=alliance.finance,
        on=on,
    )


def round_of(alliance: Alliance, n: int) -> Round:
    found: Round = alliance.consortium.rounds.get(levy=LEVY, starts_on=alliance.year(n))
    return found


def propose(n: int, alliance: Alliance, on: date) -> None:
    propose_run(round=round_of(alliance, n), by=alliance.finance, on=on)


def confirm(n: int, alliance: Alliance, on: date) -> None:
    """Confirm the proposed run as the charter's second person, and carry it out."""
    proposed = round_of(alliance, n).runs.get(confirmed_on=None)
    run = confirm_run(run=proposed, by=alliance.team[Role.AUDITOR], on=on)
    carry_out(run, on=on)
