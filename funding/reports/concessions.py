"""What may be forgiven of a charge or paid back to a member, and who may decide it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Concat

from consortium import access
from consortium.models import Charter, Consortium, Member, NoCharterInForce, NoSuchSection
from consortium.periods import add_months
from consortium.states import Role
from funding.models import MEMBER_READERS, Charge, Concession, CreditNote, PaymentPlan, Transfer
from funding.reports.seconds import approvers
from funding.rules.collection import CollectionSection
from funding.rules.dues import DuesSection, Levy
from funding.states import AccountKind, ConcessionKind

MONTHS = 12
"""How long what was granted to a member, for no charge, counts towards the limit."""

NONE = Decimal(0)
PARTS = ("instalments", "charges__assessment__charter__sections")
"""What decides whether one person may agree to a plan."""

OPENING = "charge:"
"""How the key begins under which a charge was posted."""


def collection_of(charge: Charge) -> CollectionSection | None:
    """Return how a charge is collected: by the charter its assessment was made under."""
    return section_of(charge.assessment.charter)


def collection_on(consortium: Consortium, on: date) -> CollectionSection | None:
    """Return how a consortium collects on a day, or None where its charter does not say."""
    try:
        return section_of(Charter.objects.in_force(consortium=consortium, on=on))
    except NoCharterInForce:
        return None


def section_of(charter: Charter) -> CollectionSection | None:
    try:
        section: CollectionSection = charter.rules("collection")
    except NoSuchSection:
        return None
    return section


def needs_second(section: CollectionSection | None, amount: Decimal, unit: str) -> bool:
    """Say whether one person alone may not grant an amount."""
    return section is None or section.concessions.needs_second(amount, unit)


def granted_besides(row: Concession, granted: Iterable[Concession], on: date) -> Decimal:
    """Return what was granted besides: of the charge, else of this kind to the member in a year.

    It counts towards the limit, so that nothing passes it in parts.
    """
    since = add_months(on, -MONTHS)
    return sum(
        (
            each.amount
            for each in granted
            if (each.member_id, each.unit, each.charge_id)
            == (row.member_id, row.unit, row.charge_id)
            and each.pk != row.pk
            and (row.charge_id or (each.kind == row.kind and (each.decided_on or since) > since))
        ),
        NONE,
    )


def above_limit(row: Concession, on: date) -> bool:
    """Say whether a concession passes what one person of finance staff may grant."""
    return bool(above_limits([row], on))


def above_limits(rows: Sequence[Concession], on: date) -> list[Concession]:
    """Return the concessions of one consortium that pass it. As many queries for many as for one.

    What was granted and stands counts.
    """
    prefetch_related_objects(rows, "charge__assessment__charter__sections")
    members = {each.member_id for each in rows}
    granted = with_revoked(Concession.objects.filter(member__in=members, granted=True))
    standing = list(granted.filter(revoked=False))
    general = any(each.charge is None for each in rows)
    on_the_day = collection_on(rows[0].consortium, on) if general else None
    return [
        each
        for each in rows
        if needs_second(
            collection_of(each.charge) if each.charge else on_the_day,
            granted_besides(each, standing, on) + each.amount,
            each.unit,
        )
    ]


def deciders(row: Concession | PaymentPlan, on: date) -> set[Role]:
    """Return the roles that may grant what waits; within the limit, finance staff may too."""
    roles = approvers(consortium=row.consortium, on=on)
    above = above_limit(row, on) if isinstance(row, Concession) else plan_above_limit(row)
    return roles if above else roles | {Role.FINANCE}


def may_decide(row: Concession | PaymentPlan, user: Any, on: date) -> bool:
    """Say whether a user may grant what waits: another person, in the right role."""
    return row.pk in decidable([row], user, on)


def decidable(rows: Sequence[Any], user: Any, on: date) -> set[int]:
    """Return the keys of what waits in one consortium, all of a kind, that a user may grant.

    As many queries for many as for one.
    """
    if not rows:
        return set()
    consortium = rows[0].consortium
    own = access.spoken_for(user, consortium=consortium, on=on, roles=MEMBER_READERS)
    others = [
        each
        for each in rows
        if not (each.needs_second and each.proposed_by_id == user.pk)
        and each.member.organization_id not in own
    ]
    asked = {"consortium": consortium, "on": on, "organization": None}
    if not others or access.holds(user, roles=approvers(consortium=consortium, on=on), **asked):
        return {each.pk for each in others}
    if not access.holds(user, roles={Role.FINANCE}, **asked):
        return set()
    if isinstance(others[0], Concession):
        above = {each.pk for each in above_limits(others, on)}
    else:
        prefetch_related_objects(others, *PARTS)
        above = {each.pk for each in others if plan_above_limit(each)}
    return {each.pk for each in others} - above


def speaks_for(member: Member, user: Any, on: date) -> bool:
    """Say whether a person is one of the member's own."""
    own = {"consortium": member.consortium_id, "organization": member.organization_id}
    found: bool = user.appointments.on(on).filter(role__in=MEMBER_READERS, **own).exists()
    return found


def asked_by(row: Concession | PaymentPlan, user: Any, on: date) -> bool:
    """Say whether a person may take back what waits: who asked for it, or one of the same member.

    What nobody in particular asked for is open to whoever could.
    """
    if row.proposed_by is None or row.proposed_by_id == user.pk:
        return True
    return speaks_for(row.member, user, on) and speaks_for(row.member, row.proposed_by, on)


def plan_above_limit(plan: PaymentPlan) -> bool:
    """Say whether one person alone may not agree to a plan of this sum."""
    prefetch_related_objects([plan], *PARTS)
    amount = sum((each.amount for each in plan.instalments.all()), NONE)
    return sum_above_limit(plan.charges.all(), amount, plan.unit)


def sum_above_limit(charges: Iterable[Charge], amount: Decimal, unit: str) -> bool:
    return any(needs_second(collection_of(each), amount, unit) for each in charges)


def creditable(charge: Charge) -> Decimal:
    """Return how much of a charge can still be credited: neither forgiven nor credited before.

    What was paid of it can be: it then stands on the member's account.
    """
    receivable, on_account = AccountKind.RECEIVABLE, AccountKind.ON_ACCOUNT
    own = Transfer.objects.filter(charge=charge)
    left = own.aggregate(
        owed=Sum(
            "amount", filter=Q(debit__kind=receivable) & ~Q(credit__kind=on_account), default=NONE
        ),
        less=Sum(
            "amount", filter=Q(credit__kind=receivable) & ~Q(debit__kind=on_account), default=NONE
        ),
    )
    return left["owed"] - left["less"] - credited_on_account(charge)


def credited_on_account(charge: Charge) -> Decimal:
    """Return what credit notes for a charge have put on the member's account."""
    notes = CreditNote.objects.filter(concession__charge=charge).values_list("number", flat=True)
    keys = [f"credit:{number}" for number in notes]
    legs = Transfer.objects.filter(
        consortium=charge.consortium_id,
        key__in=keys,
        credit__kind=AccountKind.ON_ACCOUNT,
        reversed_by=None,
    )
    total: Decimal = legs.aggregate(sum=Sum("amount", default=NONE))["sum"]
    return total


def income_of(charge: Charge) -> AccountKind:
    """Return the income that a credit for a charge lessens: the one it was posted to.

    One brought over at the cut-over was income of other books; ours bear the loss.
    """
    posted = charge.transfers.filter(key__startswith=OPENING).select_related("credit").first()
    kind = AccountKind(posted.credit.kind) if posted else AccountKind.LEVY_INCOME
    return AccountKind.LEVY_INCOME if kind == AccountKind.OPENING else kind


def levy_on(row: Concession, on: date) -> Levy:
    """Return the levy a concession for no charge is of, as the charter of a day has it."""
    charter = Charter.objects.in_force(consortium=row.consortium, on=on)
    dues: DuesSection = charter.rules("dues")
    return dues.levy(row.levy)


def key_of(row: Concession) -> str:
    """Return the key under which a granted concession is posted."""
    if row.kind == ConcessionKind.CREDIT:
        return f"credit:{row.credit_note.number}"
    return f"concession:{row.uid}"


def is_revoked(row: Concession) -> bool:
    """Say whether what a granted concession posted was reversed."""
    known = getattr(row, "revoked", None)
    if known is None:
        known = with_revoked(Concession.objects.filter(pk=row.pk)).get().revoked
    return bool(known)


def with_revoked(rows: QuerySet[Concession]) -> QuerySet[Any]:
    """Annotate concessions with `revoked`: whether what they posted was reversed."""
    reversal = Case(
        When(
            kind=ConcessionKind.CREDIT,
            then=Concat(Value("reverse:credit:"), "credit_note__number"),
        ),
        default=Concat(Value("reverse:concession:"), Cast("uid", TextField())),
        output_field=TextField(),
    )
    opposite = Transfer.objects.filter(consortium=OuterRef("consortium"), key=OuterRef("reversal"))
    return rows.annotate(reversal=reversal).annotate(revoked=Exists(opposite))
