"""Declarations: a member's figures, by its signatory or from paper by the secretariat."""

from datetime import date
from typing import Any

from django.http import FileResponse, Http404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import clock
from consortium.access import in_one_transaction
from consortium.api.fields import DayField, UidField
from consortium.api.filters import Day, OfConsortium, Row
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfMember, PartySerializer
from consortium.api.renderers import AnyFile
from consortium.models import Document, Member
from consortium.operations.documents import file_document
from funding.api.figures import FigureSerializer, FiguresField, shown
from funding.api.levies import CHARTERS, sections
from funding.api.looks import Watched
from funding.models import Declaration
from funding.operations.declarations import Figures, declare, enter_declaration
from funding.rules.choices import Grade
from funding.states import GRADES, Channel, Screen

CODE = r"^[a-z][a-z0-9_]{0,49}$"


class DeclarationSerializer(OfMember):
    """A version of a member's figures for one period of a levy; never changed."""

    levy = serializers.SlugField(read_only=True)
    period_starts_on = serializers.DateField(read_only=True)
    period_ends_on = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    grade = serializers.ChoiceField(choices=GRADES, read_only=True)
    channel = serializers.ChoiceField(choices=Channel.choices, read_only=True)
    fiscal_year_ends_on = serializers.DateField(read_only=True, allow_null=True)
    declared_on = serializers.DateField(read_only=True)
    attested_by = PartySerializer(read_only=True, allow_null=True)
    signed_by = serializers.CharField(read_only=True, allow_blank=True)
    paper_on = serializers.DateField(read_only=True, allow_null=True)
    paper = serializers.SerializerMethodField(help_text="Where the scan is read, or null.")
    source = serializers.CharField(read_only=True, allow_blank=True)  # type: ignore[assignment]
    figures = serializers.SerializerMethodField()

    def get_paper(self, declaration: Declaration) -> str | None:
        if declaration.paper_id is None:
            return None
        return f"/api/v1/declarations/{declaration.uid}/paper/"

    def get_figures(self, declaration: Declaration) -> FigureSerializer(many=True):  # type: ignore[valid-type]
        levy = sections(self.context).levy_on(declaration, declaration.period_starts_on)
        return shown(declaration.figures.all(), levy)


class DeclareSerializer(serializers.Serializer[Any]):
    """Figures to declare. Finance staff give `signed_by` and `paper_on`, and a scan if they can."""

    member = UidField(model=Member)
    levy = serializers.RegexField(CODE)
    period_starts_on = DayField()
    figures = FiguresField()
    fiscal_year_ends_on = DayField(required=False, allow_null=True)
    grade = serializers.ChoiceField(choices=GRADES, default=Grade.DECLARED.value)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=300, default="", allow_blank=True
    )
    correction = serializers.BooleanField(
        default=False, help_text="True to replace an earlier version."
    )
    signed_by = serializers.CharField(max_length=150, required=False)
    paper_on = DayField(required=False)
    scan = serializers.FileField(required=False, help_text="Only in a multipart form.")


REFUSALS = """
What a round asks for stands in its `inputs`. Figures are taken from the day it opens until its
`final_on`; those declared after the assessment lead to the next version of it.

Refused with 422, each figure's path in `errors`: `round_not_open`, `round_final`; `not_liable`;
`missing_input`, `unknown_input`; `not_a_figure`, `negative_input`, `absurd_input`, `not_whole`,
`not_an_option`; `wrong_currency` where the charter does not take it; `lines_missing`,
`unknown_line` where it asks for lines, `not_in_lines` where not; `nothing_to_correct`;
`less_founded` for figures that are to replace certified or audited ones; `grade_not_yours`;
`paper_incomplete`. With 409: `already_declared`.
"""
DECLARED = {
    "member": "7b0f0d52-6c37-4a5e-9a57-0c6f3f1c0a11",
    "levy": "dues",
    "period_starts_on": "2027-01-01",
}
EXAMPLES = [
    OpenApiExample(
        name,
        request_only=True,
        media_type="application/json",
        value={**DECLARED, "figures": figures, **more},
    )
    for name, figures, more in (
        (
            "Semiconductor sales of a fiscal year",
            {"semiconductor_sales": "741300000"},
            {"fiscal_year_ends_on": "2027-01-01"},
        ),
        (
            "Every kind of figure",
            {
                "turnover": {"amount": "1200.50", "currency": "USD"},
                "employees": "240",
                "size": "large",
                "listed": True,
                "patents": None,
            },
            {},
        ),
        (
            "A figure in lines",
            {
                "relevant_sales": {
                    "lines": {"external_sales": "52000000.00", "exclusions": "1500000.00"}
                }
            },
            {"correction": True},
        ),
    )
]
"""Bodies to declare with."""


class DeclarationFilters(filters.FilterSet):
    consortium = OfConsortium()
    member = Row(model=Member)
    levy = filters.CharFilter(max_length=50)
    period_starts_on = Day(label="For the period that starts on a day.")
    latest = filters.BooleanFilter(method="only_latest", label="Only the last versions.")

    def only_latest(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.current() if value else queryset


@extend_schema_view(
    list=extend_schema(summary="Declarations: your own, or as finance staff those of every member"),
    retrieve=extend_schema(summary="A declaration"),
)
class DeclarationViewSet(Watched):
    model = Declaration
    one, many = Screen.DECLARATION, Screen.DECLARATIONS
    related = ("consortium", "member__organization", "attested_by")
    prefetched = (CHARTERS, "figures")
    orderings = ("period_starts_on", "declared_on")
    serializer_class = DeclarationSerializer
    filterset_class = DeclarationFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="Declare figures (signatory), or enter them from paper (finance)",
        description=REFUSALS,
        request={"application/json": DeclareSerializer, "multipart/form-data": DeclareSerializer},
        responses={201: DeclarationSerializer},
        examples=EXAMPLES,
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(DeclareSerializer)
        member = data.pop("member")
        paper = {name: data.pop(name, None) for name in ("signed_by", "paper_on", "scan")}
        figures = figures_of(data)
        on = clock.today(member.consortium)
        if any(paper.values()):
            declaration = from_paper(member, figures, **paper, by=request.user, on=on)
        else:
            declaration = declare(member=member, figures=figures, by=request.user, on=on)
        return self.shown(declaration, 201)

    @extend_schema(
        summary="The scan of a declaration made on paper",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The file, as an attachment."
            )
        },
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        declaration: Declaration = self.get_object()
        document: Document | None = declaration.paper
        if document is None:
            raise Http404
        self.looked_at([declaration])
        try:
            content = document.file.open("rb")
        except OSError:
            raise Http404 from None
        response = FileResponse(
            content, as_attachment=True, filename=document.name, content_type=document.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        return response


def figures_of(data: dict[str, Any]) -> Figures:
    return Figures(
        values=data.pop("figures"),
        grade=Grade(data.pop("grade")),
        **data,
    )


def from_paper(
    member: Member,
    figures: Figures,
    *,
    signed_by: str | None,
    paper_on: date | None,
    scan: Any,
    by: Any,
    on: date,
) -> Declaration:
    """Enter a declaration from paper, with its scan in the same transaction."""
    given = {"signed_by": signed_by or "", "paper_on": paper_on, "by": by, "on": on}
    if scan is None:
        return enter_declaration(member=member, figures=figures, **given)
    content = scan.read()

    def enter() -> Declaration:
        paper = file_document(
            consortium=member.consortium, name=scan.name, content=content, by=by, on=on
        )
        try:
            return enter_declaration(member=member, figures=figures, paper=paper, **given)
        except BaseException:
            # The row is rolled back with the transaction; the file is not.
            paper.file.delete(save=False)
            raise

    return in_one_transaction(enter)
