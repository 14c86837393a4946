"""What may be forgiven of a charge or paid back to a member, and who may decide it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Sum, TextField, Value, When
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


def granted_besides(row: Concession, on: date) -> Decimal:
    """Return what was granted besides: of the charge, else of this kind to the member in a year.

    It counts towards the limit, so that nothing passes it in parts.
    """
    rows = Concession.objects.filter(
        member=row.member_id, unit=row.unit, granted=True, charge=row.charge_id
    ).exclude(pk=row.pk)
    if row.charge_id is None:
        rows = rows.filter(kind=row.kind, decided_on__gt=add_months(on, -MONTHS))
    standing = with_revoked(rows).filter(revoked=False)
    total: Decimal = standing.aggregate(sum=Sum("amount", default=NONE))["sum"]
    return total


def above_limit(row: Concession, on: date) -> bool:
    """Say whether a concession passes what one person of finance staff may grant."""
    section = collection_of(row.charge) if row.charge else collection_on(row.consortium, on)
    return needs_second(section, granted_besides(row, on) + row.amount, row.unit)


def deciders(row: Concession | PaymentPlan, on: date) -> set[Role]:
    """Return the roles that may grant what waits; within the limit, finance staff may too."""
    roles = approvers(consortium=row.consortium, on=on)
    above = above_limit(row, on) if isinstance(row, Concession) else plan_above_limit(row)
    return roles if above else roles | {Role.FINANCE}


def may_decide(row: Concession | PaymentPlan, user: Any, on: date) -> bool:
    """Say whether a user may grant what waits: another person, in the right role."""
    if (row.needs_second and row.proposed_by_id == user.pk) or speaks_for(row.member, user, on):
        return False
    return access.holds(
        user, consortium=row.consortium, on=on, roles=deciders(row, on), organization=None
    )


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
    amount = plan.instalments.aggregate(sum=Sum("amount", default=NONE))["sum"]
    return sum_above_limit(plan.charges.select_related("assessment__charter"), amount, plan.unit)


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
