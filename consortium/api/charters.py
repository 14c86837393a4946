"""Charters with the bodies of their sections: read, compared, cloned into a draft."""

from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium import access, clock, words
from consortium.api.base import ReadViewSet
from consortium.api.drafts import SLUG, Drafting
from consortium.api.fields import DayField, SlugField, UidField
from consortium.api.filters import InForceOn, OfConsortium
from consortium.api.idempotency import idempotent
from consortium.api.parsers import Form, StrictJSON
from consortium.api.parties import OfConsortium as OfConsortiumSerializer
from consortium.api.parties import PartySerializer
from consortium.api.renderers import AnyFile
from consortium.errors import Denied
from consortium.models import Charter, CharterSection, Consortium, Document
from consortium.operations.charters import clone_charter
from consortium.reports.comparison import changes, predecessor
from consortium.reports.eligibility import consequences
from consortium.rules.admission import Failure
from consortium.rules.toml import write_toml
from consortium.states import BASES, Role

KNOW_CONTROLS = {Role.SECRETARY, Role.AUDITOR}
"""Who may see who controls whom, hence who is eligible."""


class CharterSectionSerializer(serializers.ModelSerializer[CharterSection]):
    body = serializers.DictField(read_only=True, help_text="As written and adopted.")

    class Meta:
        model = CharterSection
        fields = ["code", "version", "body"]
        read_only_fields = fields


class CharterSerializer(OfConsortiumSerializer):
    code = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the reader's language.")
    name_en = serializers.CharField(read_only=True)
    name_zh = serializers.CharField(read_only=True)
    basis = serializers.ChoiceField(choices=BASES, read_only=True, allow_blank=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    adopted_on = serializers.DateField(read_only=True, allow_null=True)
    revision = serializers.IntegerField(read_only=True, help_text="Counts a draft's edits.")
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    decided_by_body = serializers.CharField(read_only=True)
    proposed_by = serializers.SerializerMethodField(help_text="Of a draft only.")
    sections = CharterSectionSerializer(many=True, read_only=True)

    def get_proposed_by(self, charter: Charter) -> PartySerializer(allow_null=True):  # type: ignore[valid-type]
        if charter.proposed_by is None or not charter.is_draft:
            return None
        return PartySerializer(charter.proposed_by).data


class CloneSerializer(serializers.Serializer[Any]):
    """Where the draft is to stand, and from when it is to hold."""

    consortium = SlugField(model=Consortium)
    code = serializers.RegexField(SLUG)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True)


class DiffQuery(serializers.Serializer[Any]):
    against = UidField(
        model=Charter, required=False, help_text="Another charter; the predecessor if left out."
    )


class OnQuery(serializers.Serializer[Any]):
    on = DayField(required=False, help_text="The charter's first day if left out.")


class ChangeSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True, help_text="added, removed or changed")
    before = serializers.JSONField(read_only=True, allow_null=True)
    after = serializers.JSONField(read_only=True, allow_null=True)


class AgainstSerializer(OfConsortiumSerializer):
    code = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="In the reader's language.")


class DiffSerializer(serializers.Serializer[Any]):
    """What changes, in the later charter's order; without `against` everything is new."""

    against = AgainstSerializer(read_only=True, allow_null=True)
    changes = ChangeSerializer(many=True, read_only=True)


class FailureSerializer(serializers.Serializer[Failure]):
    """A rule that is not met; `level` hard refuses, warning only tells."""

    code = serializers.CharField(read_only=True)
    path = serializers.SerializerMethodField()
    level = serializers.CharField(read_only=True)
    detail = serializers.SerializerMethodField()

    def get_path(self, failure: Failure) -> str:
        return f"admission.{failure.path}"

    def get_detail(self, failure: Failure) -> str:
        return words.say(failure.code, failure.values)


class JudgedSerializer(serializers.Serializer[Any]):
    member = PartySerializer(read_only=True)
    failures = FailureSerializer(many=True, read_only=True)


class ConsequencesSerializer(serializers.Serializer[Any]):
    """Members that do not meet the charter's admission rules, and what the whole does not."""

    on = serializers.DateField(read_only=True)
    members = JudgedSerializer(many=True, read_only=True)
    whole = FailureSerializer(many=True, read_only=True)


class CharterFilters(filters.FilterSet):
    consortium = OfConsortium()
    on = InForceOn(label="With this day in its period.")
    adopted = filters.BooleanFilter(
        field_name="adopted_on", lookup_expr="isnull", exclude=True, label="Adopted or draft."
    )


@extend_schema_view(
    list=extend_schema(summary="Charters with their sections"),
    retrieve=extend_schema(summary="A charter with its sections"),
)
class CharterViewSet(Drafting, ReadViewSet):
    """Charters: adopted ones for the whole consortium, drafts for its secretariat."""

    model = Charter
    related = ("consortium", "proposed_by")
    prefetched = (Prefetch("sections", CharterSection.objects.order_by("pk")),)
    orderings = ("starts_on",)
    parameters = {"diff": ("against",), "consequences": ("on",)}
    serializer_class = CharterSerializer
    filterset_class = CharterFilters
    parser_classes = (StrictJSON, Form)

    @extend_schema(
        summary="A charter as a TOML document",
        responses={(200, "application/toml"): OpenApiTypes.STR},
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def document(self, request: Any, uid: Any) -> HttpResponse:
        charter = self.get_object()
        text = write_toml(charter.document().body())
        name = f"{charter.consortium.slug}-{charter.code}.toml"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)

    @extend_schema(
        summary="The paper on which the adoption was decided",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True, renderer_classes=[AnyFile])
    def paper(self, request: Any, uid: Any) -> FileResponse:
        decision: Document | None = self.get_object().decision
        if decision is None:
            raise Http404
        try:
            content = decision.file.open("rb")
        except OSError:
            raise Http404 from None
        kind = decision.content_type
        response = FileResponse(
            content, as_attachment=True, filename=decision.name, content_type=kind
        )
        response["X-Content-Type-Options"] = "nosniff"
        return response

    @extend_schema(
        summary="What a charter changes against its predecessor, or against another charter",
        parameters=[DiffQuery],
        responses=DiffSerializer,
    )
    @action(detail=True, filterset_class=None)
    def diff(self, request: Any, uid: Any) -> Response:
        charter = self.get_object()
        given = self.query(DiffQuery)
        against = given.get("against") or predecessor(charter)
        answer = {"against": against, "changes": changes(charter, against)}
        return Response(DiffSerializer(answer).data)

    @extend_schema(
        summary="Who would not be eligible under a charter (secretary, auditor)",
        parameters=[OnQuery],
        responses=ConsequencesSerializer,
    )
    @action(detail=True, filterset_class=None)
    def consequences(self, request: Any, uid: Any) -> Response:
        charter = self.get_object()
        consortium, user = charter.consortium, request.user
        today = clock.today(consortium)
        if not access.holds(
            user, consortium=consortium, on=today, roles=KNOW_CONTROLS, organization=None
        ):
            raise Denied(roles=sorted(KNOW_CONTROLS))
        on = self.query(OnQuery).get("on") or charter.starts_on
        found = consequences(charter=charter, on=on)
        answer = {"on": on, "members": found.members, "whole": found.whole}
        return Response(ConsequencesSerializer(answer).data)

    @extend_schema(
        summary="Make a draft that says what this charter says (secretary)",
        request=CloneSerializer,
        responses={201: CharterSerializer},
        examples=[
            OpenApiExample(
                "A phase of a case as a template",
                request_only=True,
                value={"consortium": "demo", "code": "charter-2027", "starts_on": "2027-01-01"},
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def clone(self, request: Any, uid: Any) -> Response:
        source = self.subject()
        data = self.checked(CloneSerializer)
        on = clock.today(data["consortium"])
        return self.shown(clone_charter(source=source, **data, by=request.user, on=on), 201)

    def query(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the query's parameters, checked. Raises ValidationError with every path."""
        given = serializer(data=self.request.query_params, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        return data
