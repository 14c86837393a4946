"""Vouchers as they are shown, and what is asked of finance staff."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from consortium.api.fields import AmountField, DayField, SlugField, UidField, amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfMember, PartySerializer
from consortium.models import Consortium, Member
from funding.models import Charge, Payment, Voucher, VoucherItem
from funding.operations.vouchers import NUMBER, PAYER
from funding.reports.vouchers import Missing
from funding.states import VoucherKind
from projects.api.files import InForm

FILE = "The PDF; only in a multipart form."


class VoucherItemSerializer(serializers.Serializer[VoucherItem]):
    """What of a voucher is for a charge, or for a payment as a whole."""

    charge = serializers.UUIDField(source="charge.uid", allow_null=True, default=None)
    payment = serializers.UUIDField(source="payment.uid", allow_null=True, default=None)
    reference = serializers.CharField(
        source="__str__", help_text="The charge's number, or the payment's bank reference."
    )
    amount = serializers.SerializerMethodField()

    def get_amount(self, item: VoucherItem) -> str:
        return amount(item.amount, item.voucher.unit)


class VoucherSerializer(OfMember):
    """A receipt or invoice that was issued elsewhere; never changed."""

    kind = serializers.ChoiceField(choices=VoucherKind.choices, read_only=True)
    number = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    amount = serializers.SerializerMethodField(help_text="Of a red voucher too above zero.")
    unit = serializers.CharField(read_only=True)
    payer = serializers.CharField(read_only=True)
    file = serializers.SerializerMethodField(help_text="Where the PDF is read, or null.")
    reverses = serializers.UUIDField(
        source="reverses.uid",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Of a red voucher: the one it undoes.",
    )
    reversed_by = serializers.UUIDField(
        source="reversed_by.uid",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The red voucher that undoes it, or null.",
    )
    items = VoucherItemSerializer(many=True, read_only=True)
    recorded_on = serializers.DateField(read_only=True)

    def get_amount(self, voucher: Voucher) -> str:
        return amount(voucher.amount, voucher.unit)

    def get_file(self, voucher: Voucher) -> str | None:
        return f"/api/v1/vouchers/{voucher.uid}/file/" if voucher.document_id else None


class Charges(InForm, serializers.ListField):
    child = UidField(model=Charge)


class Payments(InForm, serializers.ListField):
    child = UidField(model=Payment)


class RecordVoucherSerializer(serializers.Serializer[Any]):
    """A voucher as its issuer's system gave it, and what it is for."""

    member = UidField(model=Member)
    kind = serializers.ChoiceField(choices=VoucherKind.choices)
    number = serializers.CharField(max_length=NUMBER)
    issued_on = DayField()
    amount = AmountField(help_text="At most what is paid of it and has no voucher yet.")
    unit = serializers.RegexField(r"^[A-Za-z][A-Za-z0-9_]{0,19}$")
    payer = serializers.CharField(
        max_length=PAYER, default="", allow_blank=True, help_text="The member's name if left out."
    )
    charges = Charges(required=False, max_length=500, help_text="Covered in full in turn.")
    payments = Payments(required=False, max_length=500, help_text="As a whole, after the charges.")
    file = serializers.FileField(required=False, help_text=FILE)


class ReverseVoucherSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(max_length=NUMBER, help_text="Of the red voucher.")
    issued_on = DayField()
    file = serializers.FileField(required=False, help_text=FILE)


class VoucherFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


class VoucherListSerializer(serializers.Serializer[Any]):
    """A list with the columns kind, number, date, amount, and charges or payments."""

    consortium = SlugField(model=Consortium)
    file = serializers.FileField()


class RecordedSerializer(serializers.Serializer[Any]):
    recorded = serializers.IntegerField()


class MissingQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class MissingVoucherSerializer(serializers.Serializer[Any]):
    """A charge that is paid and misses a voucher for some of it."""

    charge = serializers.UUIDField(source="charge.uid")
    number = serializers.CharField(source="charge.number")
    member = PartySerializer(source="charge.member")
    paid = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    unit = serializers.CharField(source="charge.unit")
    paid_on = serializers.DateField(help_text="The last day something was paid of it.")
    days = serializers.IntegerField(help_text="Since then.")

    def get_paid(self, found: Missing) -> str:
        return amount(found.paid, found.charge.unit)

    def get_missing(self, found: Missing) -> str:
        return amount(found.missing, found.charge.unit)


class VoucherFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    kind = filters.ChoiceFilter(choices=VoucherKind.choices)
    number = filters.CharFilter(max_length=NUMBER)
    issued_from = Day(field_name="issued_on", lookup_expr="gte", label="Issued on a day or later.")
    issued_until = Day(field_name="issued_on", lookup_expr="lte", label="On a day or earlier.")
