"""Credit notes: what a member owes less than it was charged."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from consortium.api.fields import amount
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.parties import OfMember
from consortium.models import Member
from funding.api.looks import Watched
from funding.models import CreditNote
from funding.states import CreditReason, Screen


class CreditNoteSerializer(OfMember):
    """An issued credit note with its parties as they were; never changed."""

    number = serializers.CharField(read_only=True)
    assessment = serializers.UUIDField(
        source="assessment.uid",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Of a true-up, or null.",
    )
    close = serializers.UUIDField(
        source="close.uid",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The year whose surplus it returns, or null.",
    )
    concession = serializers.UUIDField(
        source="concession.uid",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="What granted it, or null.",
    )
    reason = serializers.ChoiceField(choices=CreditReason.choices, read_only=True)
    levy = serializers.SlugField(read_only=True)
    amount = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    parties = serializers.DictField(read_only=True)

    def get_amount(self, note: CreditNote) -> str:
        return amount(note.amount, note.unit)


class CreditNoteFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    levy = filters.CharFilter(max_length=50)
    number = filters.CharFilter(max_length=40)
    issued_from = Day(field_name="issued_on", lookup_expr="gte", label="Issued on a day or later.")
    issued_until = Day(field_name="issued_on", lookup_expr="lte", label="On a day or earlier.")


@extend_schema_view(
    list=extend_schema(summary="Credit notes: your own, or as finance staff those of every member"),
    retrieve=extend_schema(summary="A credit note"),
)
class CreditNoteViewSet(Watched):
    one, many = Screen.CREDIT_NOTE, Screen.CREDIT_NOTES
    model = CreditNote
    related = ("consortium", "member__organization", "assessment", "close", "concession")
    orderings = ("issued_on", "number")
    serializer_class = CreditNoteSerializer
    filterset_class = CreditNoteFilters
