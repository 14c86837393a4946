"""Admitting members, changing their terms, suspending and restoring rights."""

from datetime import date, timedelta
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError, Several
from consortium.models import (
    Charter,
    Consortium,
    Member,
    MembershipTerm,
    Organization,
    Suspension,
    User,
)
from consortium.operations.audit import record
from consortium.operations.seats import vacate
from consortium.periods import Period
from consortium.reports.eligibility import admission_of, judge_applicant
from consortium.reports.leaving import leaving
from consortium.rules.choices import Left, Level
from consortium.states import Role


class TermOverlaps(DomainError):
    """The organization is a member already in part of this period."""

    code = "term_overlaps"


class TermOutsideConsortium(DomainError):
    """The consortium does not exist for the whole term."""

    code = "term_outside_consortium"


class NotEligible(DomainError):
    """An admission rule of the charter is not met; `path` says which."""

    code = "not_eligible"


class NotAMember(DomainError):
    code = "not_a_member"


class AlreadySuspended(DomainError):
    code = "already_suspended"


class NoticeTooShort(DomainError):
    """The notice that the charter asks for has not run out by then."""

    code = "notice_too_short"


class ToldInTheFuture(DomainError):
    """Notice was given today at the latest."""

    code = "told_in_the_future"


@operation(allow={Role.SECRETARY})
def admit(
    *,
    consortium: Consortium,
    organization: Organization,
    category: str,
    starts_on: date,
    ends_on: date | None = None,
    share: Decimal | None = None,
    by: User | None,
    on: date,
) -> MembershipTerm:
    """Admit an organization for a term; the first term makes it a member.

    The charter in force on the term's first day says who may be one; a day without
    charter, or a charter without admission rules, refuses nobody. Raises
    NotEligible, TermOverlaps, TermOutsideConsortium.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    refuse_ineligible(consortium, organization, starts_on)
    member, _ = Member.objects.get_or_create(consortium=consortium, organization=organization)
    term = add_term(member, category, Period(starts_on, ends_on), share)
    record(consortium=consortium, action="admit", by=by, on=on, subject=term)
    return term


@operation(allow={Role.SECRETARY}, subject="member")
def change_category(
    *, member: Member, category: str, from_on: date, by: User | None, on: date
) -> MembershipTerm:
    """Move a member to another category from a day on, as a new term. Raises NotAMember."""
    term = locked_term(member, from_on)
    ends_on, left, told_on = term.ends_on, term.left, term.told_on
    if term.starts_on == from_on:
        raise TermOverlaps(member=str(member), starts_on=from_on)
    term.ends_on, term.left, term.told_on = from_on, "", None
    term.save(update_fields=["ends_on", "left", "told_on"])
    changed = add_term(
        member, category, Period(from_on, ends_on), term.share, left=left, told_on=told_on
    )
    record(
        consortium=member.consortium,
        action="change_category",
        by=by,
        on=on,
        subject=changed,
        category=category,
        from_on=from_on.isoformat(),
    )
    return changed


@operation(allow={Role.SECRETARY}, subject="member", on_behalf=True)
def end_membership(
    *,
    member: Member,
    ends_on: date,
    left: Left | None = None,
    told_on: date | None = None,
    by: User | None,
    on: date,
) -> MembershipTerm:
    """End the term in force the day before `ends_on`, and with it the member's seats.

    `left`: how, None where it is not said; who has told of it gave notice. Notice given on
    `told_on`, today if left out, has run out by the end. Raises NotAMember,
    EndsBeforeStart, NoticeTooShort, ToldInTheFuture.
    """
    term = locked_term(member, ends_on - timedelta(days=1))
    Period(term.starts_on, ends_on).checked()
    if told_on is not None and told_on > on:
        raise ToldInTheFuture(told_on=told_on)
    if left == Left.NOTICE or (left is None and told_on is not None):
        left, told_on = Left.NOTICE, told_on or on
        leaves_on = leaving(consortium=member.consortium, told_on=told_on).leaves_on
        if ends_on < leaves_on:
            raise NoticeTooShort(told_on=told_on, leaves_on=leaves_on)
    term.ends_on, term.left, term.told_on = ends_on, left or "", told_on
    term.save(update_fields=["ends_on", "left", "told_on"])
    vacate([member.pk], ends_on)
    record(
        consortium=member.consortium,
        action="end_membership",
        by=by,
        on=on,
        subject=term,
        ends_on=ends_on.isoformat(),
        left=term.left,
    )
    return term


@operation(allow={Role.SECRETARY}, subject="member")
def suspend(
    *,
    member: Member,
    right: str,
    cause: str,
    reason: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    on: date,
) -> Suspension:
    """Suspend one right of a member for a cause. Raises AlreadySuspended."""
    period = Period(starts_on, ends_on).checked()
    Member.objects.select_for_update().get(pk=member.pk)
    same = member.suspensions.filter(right=right, cause=cause)
    if any(other.period.overlaps(period) for other in same):
        raise AlreadySuspended(member=str(member), right=right)
    suspension = Suspension.objects.create(
        member=member,
        right=right,
        cause=cause,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(consortium=member.consortium, action="suspend", by=by, on=on, subject=suspension)
    return suspension


@operation(allow={Role.SECRETARY}, subject="member")
def reinstate(
    *, member: Member, suspension: Suspension, from_on: date, by: User | None, on: date
) -> Suspension:
    """Give a suspended right back from a day on. Raises NotAMember, AlreadyEnded."""
    if suspension.member_id != member.pk:
        raise NotAMember(organization=str(member), on=from_on)
    suspension = Suspension.objects.select_for_update().get(pk=suspension.pk)
    suspension.ends_on = suspension.period.ended(from_on).ends_on
    suspension.save(update_fields=["ends_on"])
    record(consortium=member.consortium, action="reinstate", by=by, on=on, subject=suspension)
    return suspension


def refuse_ineligible(consortium: Consortium, organization: Organization, on: date) -> None:
    """Raise each hard admission rule the organization does not meet on a day."""
    charter = Charter.objects.adopted().on(on).filter(consortium=consortium).first()
    rules = admission_of(charter)
    if rules is None:
        return
    failures = judge_applicant(rules=rules, consortium=consortium, organization=organization, on=on)
    errors: list[DomainError] = [
        NotEligible(organization=str(organization), rule=failure, path=f"admission.{failure.path}")
        for failure in failures
        if failure.level == Level.HARD
    ]
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def add_term(
    member: Member,
    category: str,
    period: Period,
    share: Decimal | None,
    *,
    left: str = "",
    told_on: date | None = None,
) -> MembershipTerm:
    """Add a term inside the consortium's life that overlaps none of the member's others."""
    period.checked()
    life = member.consortium.period
    ends_late = life.ends_on is not None and (
        period.ends_on is None or period.ends_on > life.ends_on
    )
    if period.starts_on < life.starts_on or ends_late:
        raise TermOutsideConsortium(
            member=str(member),
            starts_on=period.starts_on,
            founded_on=life.starts_on,
            ended_on=life.ends_on,
        )
    Member.objects.select_for_update().get(pk=member.pk)
    others = MembershipTerm.objects.filter(member=member)
    if any(term.period.overlaps(period) for term in others):
        raise TermOverlaps(member=str(member), starts_on=period.starts_on)
    return MembershipTerm.objects.create(
        member=member,
        category=category,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        share=share,
        left=left,
        told_on=told_on,
    )


def locked_term(member: Member, on: date) -> MembershipTerm:
    """Return the member's term in force on a day, locked. Raises NotAMember."""
    Member.objects.select_for_update().get(pk=member.pk)
    term = member.terms.on(on).first()
    if term is None:
        raise NotAMember(organization=str(member), on=on)
    return term
