"""Bank statements: uploaded by finance staff, each line taken in once."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from consortium import clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import SlugField, UidField
from consortium.api.filters import Day, OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.models import Consortium
from funding.models import BankStatement, StatementLayout
from funding.operations.statements import import_statement


class BankStatementSerializer(OfConsortiumSerializer):
    """A statement as it was read, and what it brought; never changed."""

    name = serializers.CharField(read_only=True)
    account = serializers.CharField(read_only=True, allow_blank=True)
    unit = serializers.CharField(read_only=True)
    lines = serializers.IntegerField(read_only=True, help_text="Money that went included.")
    received = serializers.IntegerField(read_only=True, help_text="New payments.")
    known = serializers.IntegerField(read_only=True, help_text="Payments known before.")
    imported_on = serializers.DateField(read_only=True)
    imported_by = PartySerializer(read_only=True, allow_null=True)


class ImportSerializer(serializers.Serializer[Any]):
    """A file of the bank: XLSX, XLS, CSV, camt.053 or MT940."""

    consortium = SlugField(model=Consortium)
    file = serializers.FileField()
    layout = UidField(model=StatementLayout, required=False)
    account = serializers.CharField(
        max_length=60, default="", allow_blank=True, help_text="Where the file does not say."
    )
    unit = serializers.RegexField(
        r"^([A-Z]{3})?$", default="", allow_blank=True, help_text="Where the file does not say."
    )


class BankStatementFilters(filters.FilterSet):
    consortium = OfConsortium()
    imported_from = Day(field_name="imported_on", lookup_expr="gte", label="On a day or later.")


@extend_schema_view(
    list=extend_schema(summary="Bank statements (finance, auditor, accountant)"),
    retrieve=extend_schema(summary="A bank statement"),
)
class BankStatementViewSet(ReadViewSet):
    model = BankStatement
    related = ("consortium", "imported_by")
    orderings = ("imported_on",)
    serializer_class = BankStatementSerializer
    filterset_class = BankStatementFilters
    parser_classes = (Form,)

    @extend_schema(
        summary="Import a bank statement, all of it or nothing (finance)",
        description=(
            "The same file again is answered with what it brought. What is wrong is told by"
            " cell: `statement_not_a_day`, `statement_not_an_amount`, `statement_no_side`,"
            " `statement_both_sides`, `statement_line_refused`; of the whole file:"
            " `statement_unreadable`, `statement_too_large`, `statement_no_header`,"
            " `statement_no_column`, `statement_several`, `statement_other_unit`."
        ),
        request={"multipart/form-data": ImportSerializer},
        responses={201: BankStatementSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(ImportSerializer)
        where: Consortium = data["consortium"]
        file, layout = data["file"], data.get("layout")
        statement = import_statement(
            consortium=where,
            name=file.name,
            content=file.read(),
            columns=layout.columns if layout else None,
            account=data["account"],
            unit=data["unit"] or (layout.unit if layout else ""),
            by=request.user,
            on=clock.today(where),
        )
        return self.shown(statement, 201)
