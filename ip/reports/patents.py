"""What is due for patents: each application's deadlines, how they stand, what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import override

from consortium.models import Organization
from ip.models import Instruction, OwnershipShare, PatentApplication
from ip.rules.offices import Route
from ip.rules.patent_deadlines import deadlines
from ip.rules.patent_docket import Choice, State, Telling, chosen, is_paid, state, tellings
from ip.rules.patent_fees import Fee, FeeUnknown, PaidTooEarly, PaidTooLate, fee
from ip.rules.patents import Deadline, Filing
from ip.states import PATENT_DUE


@dataclass(frozen=True)
class Due:
    """Something due for an application, how it stands, and what is to be done about it.

    `fee`: what it would cost today; None where no source says, or nothing can be paid.
    """

    deadline: Deadline
    state: State
    choice: Choice | None
    fee: Fee | None

    @property
    def waits(self) -> bool:
        """Say whether somebody has yet to act, or to decide that nobody will."""
        return self.deadline.act and self.state in (State.TO_COME, State.OPEN, State.LATE)


def with_all(applications: QuerySet[PatentApplication]) -> QuerySet[PatentApplication]:
    """Return applications with what their deadlines are computed from, in constant queries."""
    return applications.select_related("consortium", "family__result").prefetch_related(
        "events", "fees__undone_by", "instructions", "family__applications",
        "family__result__shares__owner",
    )  # fmt: skip


def owners_on(application: PatentApplication, on: date) -> dict[Organization, Fraction]:
    """Return who owns which part on a day, in the order in which the shares were recorded."""
    shares = sorted(application.family.result.shares.all(), key=lambda each: each.pk)
    return {each.owner: each.part for each in shares if each.period.contains(on)}


def shares_of(application: PatentApplication, on: date) -> QuerySet[OwnershipShare]:
    return application.family.result.shares.on(on).select_related("owner").order_by("pk")


def filing_of(application: PatentApplication) -> Filing:
    """Return an application as the rules see it, its family's other applications included."""
    entered = {
        each.office
        for each in application.family.applications.all()
        if each.route == Route.PCT and each.pk != application.pk
    }
    return application.filing(entered=frozenset(entered))


def paid(application: PatentApplication) -> set[tuple[str, str]]:
    """Return what was paid and not undone."""
    return {
        (each.code, each.part)
        for each in application.fees.all()
        if each.undoes_id is None and not hasattr(each, "undone_by")
    }


def choice_for(application: PatentApplication, deadline: Deadline, on: date) -> Choice | None:
    """Return what the owners of a day want done about something due."""
    owners = {each.pk for each in owners_on(application, on)}
    rows = sorted(application.instructions.all(), key=lambda each: each.pk)
    last: dict[int, Instruction] = {
        each.owner_id: each
        for each in rows
        if (each.code, each.part) == (deadline.code, deadline.part) and each.owner_id in owners
    }
    return chosen((Choice(each.choice) for each in last.values()), len(owners))


def due_of(application: PatentApplication, on: date) -> list[Due]:
    """Return what is due for an application, soonest first; what is over and harmless is not.

    Of yearly fees none is shown after the first one missed: the right is gone.
    """
    filing, settled = filing_of(application), paid(application)
    found: list[Due] = []
    for each in deadlines(filing):
        choice = choice_for(application, each, on)
        stands = state(each, paid=is_paid(each, settled), choice=choice, on=on)
        if stands == State.MISSED and not each.fatal:
            continue
        found.append(Due(each, stands, choice, _cost(filing, each, stands, on)))
        if stands == State.MISSED and each.code == "annuity":
            break
    return found


def _cost(filing: Filing, deadline: Deadline, stands: State, on: date) -> Fee | None:
    if stands in (State.PAID, State.MISSED):
        return None
    try:
        return fee(filing, deadline, paid_on=on)
    except (FeeUnknown, PaidTooEarly, PaidTooLate):
        return None


def told(due: Iterable[Due]) -> list[tuple[Due, list[Telling]]]:
    """Return what people are told of, with the days, unless it is paid."""
    return [
        (each, tellings(each.deadline, each.choice)) for each in due if each.state != State.PAID
    ]


def called(code: str, part: str) -> str:
    """Return what is due in the reader's language: `Annual fee 6`."""
    return f"{dict(PATENT_DUE).get(code, code)} {part}".strip()


def in_both(deadline: Deadline) -> dict[str, str]:
    """Return what is due in both languages, for notices."""
    found = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            found[key] = called(deadline.code, deadline.part)
    return found
