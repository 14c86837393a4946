"""Moving in over REST: a workbook is checked, proposed by one person, carried over by another."""

from typing import IO, Any

from django.http import FileResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.base import ReadViewSet
from consortium.api.fields import DayField, SlugField
from consortium.api.filters import OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.errors import Denied
from consortium.models import Consortium
from consortium.papers.filed import attachment
from consortium.papers.sheets import WRITERS, saved
from funding.models import CUTOVER_ROLES, CutOver
from funding.operations.cutover import check_cutover, confirm_cutover, propose_cutover
from funding.papers.cutover import template
from projects.api.files import BINARY

FAULTS = (
    "Every fault is told at once, each with its `path` such as `open_items!C4`:"
    " `cutover_cell`. Of the whole file: `cutover_unreadable`, `cutover_too_large`,"
    " `cutover_sheet_missing`; of the books: `already_cut_over`, `books_begun`."
)


class CutOverSerializer(OfConsortiumSerializer):
    """A cut-over; until `done_on` it is a proposal that waits for a second person."""

    on = serializers.DateField(read_only=True, help_text="The cut-over day.")
    name = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    counts = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="Rows of each sheet."
    )
    proposed_on = serializers.DateField(read_only=True)
    proposed_by = PartySerializer(read_only=True, allow_null=True)
    done_on = serializers.DateField(read_only=True, allow_null=True)
    done_by = PartySerializer(read_only=True, allow_null=True)


class WorkbookSerializer(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)
    day = DayField(help_text="The cut-over day.")
    file = serializers.FileField(help_text="XLSX, at most 5 MB.")


class CheckedSerializer(serializers.Serializer[Any]):
    """What a workbook without a fault would bring."""

    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows of each sheet."
    )


class TemplateQuery(serializers.Serializer[Any]):
    consortium = SlugField(model=Consortium)


class CutOverFilters(filters.FilterSet):
    consortium = OfConsortium()


@extend_schema_view(
    list=extend_schema(summary="Cut-overs (secretary, finance, auditor, accountant)"),
    retrieve=extend_schema(summary="A cut-over"),
)
class CutOverViewSet(ReadViewSet):
    model = CutOver
    related = ("consortium", "proposed_by", "done_by")
    orderings = ("on",)
    serializer_class = CutOverSerializer
    filterset_class = CutOverFilters
    parser_classes = (StrictJSON, Form)
    parameters = {"template": ("consortium",)}

    def movers(self, consortium: Consortium) -> Consortium:
        """Return a consortium to who may move it in. Raises Denied."""
        on, roles = clock.today(consortium), set(CUTOVER_ROLES)
        here: dict[str, Any] = {"consortium": consortium, "on": on, "organization": None}
        if not access.holds(self.request.user, roles=roles, **here):
            raise Denied(roles=sorted(roles))
        return consortium

    @extend_schema(
        summary="The empty workbook, with the levies of the charter (secretary, finance)",
        parameters=[TemplateQuery],
        responses=BINARY,
        filters=False,
    )
    @action(detail=False, renderer_classes=[AnyFile], pagination_class=None, filter_backends=())
    def template(self, request: Any) -> FileResponse:
        query = TemplateQuery(data=request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        consortium = self.movers(query.validated_data["consortium"])
        content = template(consortium, clock.today(consortium))

        def write(out: IO[bytes]) -> None:
            out.write(content)

        return saved(write, name="cut-over.xlsx", content_type=WRITERS["xlsx"][1])

    @extend_schema(
        summary="Check a workbook and write nothing (secretary, finance)",
        description=f"Also for a day to come. {FAULTS}",
        request={"multipart/form-data": WorkbookSerializer},
        responses=CheckedSerializer,
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def check(self, request: Any) -> Response:
        data = self.checked(WorkbookSerializer)
        consortium = self.movers(data["consortium"])
        book = check_cutover(
            consortium=consortium,
            content=data["file"].read(),
            day=data["day"],
            by=request.user,
            on=clock.today(consortium),
        )
        return Response(CheckedSerializer(book).data)

    @extend_schema(
        summary="Propose to move in with a workbook without a fault (secretary, finance)",
        description=f"It replaces one that waits. Before the day: `cutover_ahead`. {FAULTS}",
        request={"multipart/form-data": WorkbookSerializer},
        responses={201: CutOverSerializer},
    )
    @idempotent
    def create(self, request: Any) -> Response:
        data = self.checked(WorkbookSerializer)
        consortium, file = data["consortium"], data["file"]
        proposed = propose_cutover(
            consortium=consortium,
            name=file.name,
            content=file.read(),
            day=data["day"],
            by=request.user,
            on=clock.today(consortium),
        )
        return self.shown(proposed, 201)

    @extend_schema(
        summary="Carry it over as the second person, all or nothing (secretary, finance)",
        description=(
            "Refused besides: `same_person_confirms`, `cutover_other_half`,"
            " `cutover_file_changed`. What the books say then: `ledger/trial-balance/`."
        ),
        request=None,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Any, uid: Any) -> Response:
        row: CutOver = self.subject()
        on = clock.today(row.consortium)
        return self.shown(confirm_cutover(cut_over=row, by=request.user, on=on))

    @extend_schema(summary="The workbook of a cut-over, as it was sent", responses=BINARY)
    @action(detail=True, renderer_classes=[AnyFile])
    def file(self, request: Any, uid: Any) -> FileResponse:
        return attachment(self.get_object().document)
