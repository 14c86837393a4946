"""Who decides what another person has asked for."""

from datetime import date

from consortium.access import holds
from consortium.errors import DomainError
from consortium.models import Member, User
from consortium.states import Role
from funding.models import Concession, PaymentPlan
from funding.reports.concessions import asked_by, speaks_for


class ReasonMissing(DomainError):
    code = "concession_without_reason"


class AlreadyDecided(DomainError):
    code = "already_answered"


class SamePersonDecides(DomainError):
    """Who asked for it does not grant or refuse it."""

    code = "same_person_grants"


class OwnMember(DomainError):
    """Who speaks for the member does not decide for it."""

    code = "own_member_grants"


class NotTheAsker(DomainError):
    """Only who asked for it takes it back or changes it."""

    code = "not_the_asker"


class WrongDecider(DomainError):
    """The charter names another role for this."""

    code = "wrong_granter"


def locked(member: Member) -> Member:
    """Lock a member: who takes from a charge or a credit waits for who does already."""
    rows = Member.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("consortium", "organization").get(pk=member.pk)


def given(reason: str) -> str:
    """Return a reason without blanks around it. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def refuse_wrong_person(
    row: Concession | PaymentPlan, by: User | None, on: date, roles: set[Role]
) -> None:
    """Raise SamePersonDecides, OwnMember or WrongDecider for who may not decide it."""
    if by is None:
        return
    if row.needs_second and row.proposed_by_id == by.pk:
        raise SamePersonDecides(person=str(by))
    if speaks_for(row.member, by, on):
        raise OwnMember(person=str(by))
    if not holds(by, consortium=row.consortium, on=on, roles=roles, organization=None):
        raise WrongDecider(roles=sorted(roles))


def refuse_others(row: Concession | PaymentPlan, by: User | None, on: date) -> None:
    """Raise NotTheAsker for who did not ask for what waits."""
    if by is not None and not asked_by(row, by, on):
        raise NotTheAsker
