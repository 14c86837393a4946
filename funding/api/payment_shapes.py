"""Payments as they are shown, and what is asked of finance staff."""

from typing import Any

from rest_framework import serializers

from consortium.api.fields import AmountField, DayField, SlugField, UidField, amount
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium, Member
from funding.models import Charge, Payment, PaymentNotice
from funding.reports.receipts import Matched

REFERENCE = 100


class AllocatedSerializer(serializers.Serializer[Any]):
    charge = serializers.UUIDField(help_text="The charge's `uid`.")
    number = serializers.CharField()
    amount = serializers.CharField()


class MatchedSerializer(serializers.Serializer[Any]):
    """What of a payment was put to a member: to charges, and the rest on its account."""

    number = serializers.IntegerField()
    member = PartySerializer()
    on = serializers.DateField()
    amount = serializers.CharField()
    credit = serializers.CharField()
    allocations = AllocatedSerializer(many=True)
    undone_on = serializers.DateField(allow_null=True)


class PaymentSerializer(OfConsortiumSerializer):
    """Money that came in; never changed. A member reads what was put to it, and no more."""

    reference = serializers.CharField(read_only=True)
    account = serializers.SerializerMethodField(help_text="Ours; to finance staff only.")
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    left = serializers.SerializerMethodField(
        help_text="To be matched; to finance staff only, else null."
    )
    paid_on = serializers.DateField(read_only=True)
    booked_on = serializers.DateField(read_only=True)
    payer = serializers.SerializerMethodField()
    payer_account = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    statement = serializers.SerializerMethodField(help_text="The bank statement's, or null.")
    notice = serializers.SerializerMethodField(help_text="The payment notice it settles, or null.")
    matches = serializers.SerializerMethodField()

    def staff(self, payment: Payment) -> bool:
        found: bool = payment.pk in self.context["view"].for_staff
        return found

    def own(self, payment: Payment) -> list[Matched]:
        found: list[Matched] = self.context["view"].own_matches.get(payment.pk, [])
        return found

    def get_account(self, payment: Payment) -> str:
        return payment.account if self.staff(payment) else ""

    def get_amount(self, payment: Payment) -> str:
        if self.staff(payment):
            return amount(payment.amount, payment.unit)
        put = sum(each.amount for each in self.own(payment) if each.undone_on is None)
        return amount(payment.amount * 0 + put, payment.unit)

    def get_left(self, payment: Any) -> str | None:
        return amount(payment.left, payment.unit) if self.staff(payment) else None

    def whole(self, payment: Payment, text: str) -> str:
        """Return what the bank says of a payment, unless a part of it is another member's."""
        view = self.context["view"]
        return text if self.staff(payment) or payment.pk not in view.shared else ""

    def get_payer(self, payment: Payment) -> str:
        return self.whole(payment, payment.payer)

    def get_payer_account(self, payment: Payment) -> str:
        return self.whole(payment, payment.payer_account)

    def get_text(self, payment: Payment) -> str:
        return self.whole(payment, payment.text)

    def get_statement(self, payment: Payment) -> str | None:
        if payment.statement is None or not self.staff(payment):
            return None
        return str(payment.statement.uid)

    def get_notice(self, payment: Payment) -> str | None:
        if payment.notice is None:
            return None
        own = self.staff(payment) or payment.notice_id in self.context["view"].own_notices
        return str(payment.notice.uid) if own else None

    def get_matches(self, payment: Payment) -> MatchedSerializer(many=True):  # type: ignore[valid-type]
        return [shown_match(each, payment.unit) for each in self.own(payment)]


def shown_match(match: Matched, unit: str) -> dict[str, Any]:
    return {
        "number": match.number,
        "member": PartySerializer(match.member).data,
        "on": match.on,
        "amount": amount(match.amount, unit),
        "credit": amount(match.credit, unit),
        "allocations": [
            {"charge": charge.uid, "number": charge.number, "amount": amount(part, unit)}
            for charge, part in match.allocations
        ],
        "undone_on": match.undone_on,
    }


class RecordPaymentSerializer(serializers.Serializer[Any]):
    """Money that came in, as the bank shows it."""

    consortium = SlugField(model=Consortium)
    amount = AmountField()
    unit = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217.")
    paid_on = DayField(help_text="The value date; not in the future.")
    reference = serializers.CharField(
        max_length=REFERENCE, help_text="The bank's own; the same again is answered, not repeated."
    )
    account = serializers.CharField(max_length=60, default="", allow_blank=True)
    payer = serializers.CharField(max_length=200, default="", allow_blank=True)
    payer_account = serializers.CharField(max_length=60, default="", allow_blank=True)
    text = serializers.CharField(max_length=500, default="", allow_blank=True)
    notice = UidField(model=PaymentNotice, required=False, allow_null=True)


class AllocationSerializer(serializers.Serializer[Any]):
    charge = UidField(model=Charge)
    amount = AmountField()


class MatchSerializer(serializers.Serializer[Any]):
    """Whose a payment is and what it pays; what goes to no charge stays on the account."""

    member = UidField(model=Member)
    amount = AmountField(required=False, help_text="Of the payment; all that is left if not given.")
    allocations = AllocationSerializer(many=True, required=False)


class UndoSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=10_000)


class OfOneConsortiumSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class ConfirmedSerializer(serializers.Serializer[Any]):
    """What became of the safe proposals."""

    matched = serializers.IntegerField()
    refused = serializers.IntegerField()
    rest = serializers.IntegerField(help_text="Payments that wait for a person.")
