"""Remembering under which name and account a member pays."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Member, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import PayerAlias, Payment
from funding.reports.receipts import matches


class PayerMissing(DomainError):
    """An alias is a name, an account, or both."""

    code = "payer_missing"


class AliasOfAnother(DomainError):
    """The member belongs to another consortium."""

    code = "alias_of_another"


def learn(payment: Payment, member: Member, *, by: User, on: date) -> None:
    """Remember that a member pays so, unless somebody is known to."""
    if payment.payer or payment.payer_account:
        alias = PayerAlias(
            consortium=payment.consortium,
            member=member,
            payer=payment.payer,
            payer_account=payment.payer_account,
            learned_on=on,
            learned_by=by,
        )
        PayerAlias.objects.bulk_create([alias], ignore_conflicts=True)


def forget(payment: Payment, member: Member, *, learned_on: date) -> None:
    """Forget what was learned of who pays so, where no other match of such a payment stands."""
    so = {"payer": payment.payer, "payer_account": payment.payer_account}
    others = list(Payment.objects.filter(consortium=payment.consortium, **so))
    standing = (
        match.member == member and not match.undone_on
        for found in matches(others).values()
        for match in found
    )
    if not any(standing):
        known = PayerAlias.objects.filter(consortium=payment.consortium, member=member, **so)
        known.filter(learned_on=learned_on).delete()


@operation(allow={Role.FINANCE})
def name_payer(
    *,
    consortium: Consortium,
    member: Member,
    payer: str = "",
    payer_account: str = "",
    by: User | None,
    on: date,
) -> PayerAlias:
    """Say under which name or account a member pays; replaces who was known to pay so.

    Raises PayerMissing, AliasOfAnother.
    """
    if not payer and not payer_account:
        raise PayerMissing
    if member.consortium_id != consortium.pk:
        raise AliasOfAnother(member=str(member))
    alias, _new = PayerAlias.objects.update_or_create(
        consortium=consortium,
        payer=payer,
        payer_account=payer_account,
        defaults={"member": member, "learned_on": on, "learned_by": by},
    )
    record(consortium=consortium, action="name_payer", by=by, on=on, subject=alias)
    return alias


@operation(allow={Role.FINANCE}, subject="alias")
def drop_alias(*, alias: PayerAlias, by: User | None, on: date) -> None:
    """Forget under which name and account a member pays."""
    record(consortium=alias.consortium, action="drop_alias", by=by, on=on, subject=alias)
    alias.delete()
