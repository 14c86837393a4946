"""What licences earned: what came in, what goes back, and who gets which part of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from consortium.models import Consortium, Member, Organization
from consortium.registry import Failure
from funding.models import CreditNote, Transfer
from funding.reports.open_items import NONE
from funding.states import AccountKind
from ip.models import Distribution, Licence, LicenceCharge, OwnershipShare, RoyaltyStatement
from ip.rules.choices import Party
from ip.rules.royalties import Portion, distributed
from ip.rules.section import IPSection
from projects.models import ProjectParticipant

RECEIVABLE, ON_ACCOUNT = AccountKind.RECEIVABLE, AccountKind.ON_ACCOUNT


@dataclass(frozen=True)
class PartOf:
    """What one organization gets: as what, which part of it, how much."""

    recipient: Organization
    party: Party
    share: Fraction
    amount: Decimal


def received(earned: LicenceCharge) -> Decimal:
    """Return what the licensee paid of a charge, from money on its account."""
    sums = Transfer.objects.filter(charge=earned.charge_id).aggregate(
        paid=Sum("amount", filter=Q(debit__kind=ON_ACCOUNT, credit__kind=RECEIVABLE), default=NONE),
        back=Sum("amount", filter=Q(debit__kind=RECEIVABLE, credit__kind=ON_ACCOUNT), default=NONE),
    )
    found: Decimal = sums["paid"] - sums["back"]
    return found


def recoverable(licence: Licence) -> Decimal:
    """Return what was given back of a licence's royalties on account and not yet withheld."""
    stated = RoyaltyStatement.objects.filter(licence=licence).values("uid")
    notes = CreditNote.objects.filter(assessment__subject__in=stated).values_list(
        "number", flat=True
    )
    back = Transfer.objects.filter(
        consortium=licence.consortium,
        key__in=[f"credit:{number}" for number in notes],
        credit__kind=ON_ACCOUNT,
    ).aggregate(sum=Sum("amount", default=NONE))["sum"]
    kept = Distribution.objects.filter(earned__licence=licence)
    found: Decimal = back - kept.aggregate(sum=Sum("withheld", default=NONE))["sum"]
    return found


def divided(earned: LicenceCharge, amount: Decimal) -> tuple[list[PartOf], Decimal]:
    """Return who gets what of an amount, by the charter's portions and the owners of the day.

    And what the consortium keeps: the association's portion, and a portion of nobody.
    """
    result, on = earned.licence.result, earned.counts_on
    section: IPSection = result.charter.rules("ip")
    rules = section.licensing.portions
    portions = [Portion(Fraction(each.share), recipients(earned, each.to, on)) for each in rules]
    shares = {
        each.owner: each.part
        for each in OwnershipShare.objects.on(on)
        .filter(result=result)
        .select_related("owner")
        .order_by("pk")
    }
    if not amount:
        return [], NONE
    first, rest, kept = distributed(amount, portions, shares, unit=earned.licence.unit)
    parts = [
        PartOf(recipient, rule.to, portion.share / len(portion.to), part)
        for rule, portion, row in zip(rules, portions, first, strict=True)
        for recipient, part in row
    ]
    parts += [PartOf(owner, Party.OWNER, shares[owner], part) for owner, part in rest.items()]
    return parts, kept


def recipients(earned: LicenceCharge, party: Party, on: date) -> list[Organization]:
    """Return whom a portion goes to, in equal parts: the project's participants or the members.

    What goes to the association stays in the books of its consortium.
    """
    result = earned.licence.result
    if party == Party.PARTICIPANT:
        rows = ProjectParticipant.objects.filter(project=result.project_id)
        return list(Organization.objects.filter(pk__in=rows.values("body")).order_by("pk"))
    if party == Party.MEMBER:
        members = Member.objects.on(on).filter(consortium=result.consortium_id)
        return list(
            Organization.objects.filter(pk__in=members.values("organization")).order_by("pk")
        )
    return []


def waiting(consortium: Consortium) -> QuerySet[LicenceCharge]:
    """Return the charges that are settled and not yet divided."""
    settled = Transfer.objects.filter(charge=OuterRef("charge")).order_by().values("charge")
    sums = settled.annotate(
        open=Sum("amount", filter=Q(debit__kind=RECEIVABLE), default=NONE)
        - Sum("amount", filter=Q(credit__kind=RECEIVABLE), default=NONE)
    )
    rows = LicenceCharge.objects.filter(
        licence__result__consortium=consortium, distribution__isnull=True
    )
    return (
        rows.annotate(still=Subquery(sums.values("open")))
        .filter(still=0)
        .select_related("charge", "licence__result__consortium", "licence__result__charter")
        .order_by("pk")
    )


def distributions(*, consortium: Consortium | None) -> Iterator[Failure]:
    """What came in is what was withheld, kept and credited, to the smallest amount."""
    found = Distribution.objects.filter(earned__licence__result__consortium=consortium)
    rows = found.annotate(given=Sum("parts__amount", default=NONE)).select_related("earned__charge")
    for each in rows.order_by("pk").iterator(chunk_size=500):
        subject = f"distribution:{each.uid}"
        if each.received != each.withheld + each.kept + each.given:
            yield Failure("distribution_uneven", subject)
        posted = Transfer.objects.filter(
            consortium=consortium,
            key=f"distribution:{each.earned.charge.number}",
            debit__kind=AccountKind.LEVY_INCOME,
            credit__kind=ON_ACCOUNT,
        ).aggregate(sum=Sum("amount", default=NONE))["sum"]
        if posted != each.given:
            yield Failure("distribution_not_posted", subject)
