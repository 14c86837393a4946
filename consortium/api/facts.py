"""Recorded facts with their sources, and where sources disagree."""

import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.utils.urls import replace_query_param

from consortium.api.base import ReadViewSet
from consortium.api.filters import OfConsortium
from consortium.api.pages import Pages, after
from consortium.api.parties import PartySerializer
from consortium.models import Disagreement, Fact
from consortium.states import AGREEMENTS, CONFIDENCES, ROWS

SECTION = RegexValidator(r"^[\w. ()]+\Z")


class ByCode(Pages):
    """Pages of rows that are addressed by their code."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        ordering = view.ordering(request)
        size = self.page_size(request)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(after(self.last(view, cursor), ordering))
        rows = list(queryset.order_by(*ordering)[: size + 1])
        page, more = rows[:size], len(rows) > size
        address = request.build_absolute_uri()
        self.next = replace_query_param(address, "cursor", page[-1].code) if more else None
        return page

    def last(self, view: Any, cursor: str) -> Any:
        row = view.get_queryset().filter(code=cursor).first() if "\0" not in cursor else None
        if row is None:
            raise ValidationError({"cursor": _("Start again without a cursor.")})
        return row

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor, size = super().get_schema_operation_parameters(view)
        return [cursor | {"schema": {"type": "string"}}, size]


class InBody(serializers.JSONField):
    """What an entry says under a key, as written; null where it says nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return instance.body.get(self.field_name)


class RecordedSerializer(serializers.Serializer[Any]):
    """An entry of a case's document, or of the general one; texts by language."""

    said: ClassVar[str]

    code = serializers.SlugField(read_only=True)
    consortium = serializers.SerializerMethodField(help_text="The case's slug; null: general.")
    text = serializers.SerializerMethodField(help_text="In the reader's language.")
    from_memory = serializers.SerializerMethodField(help_text="Nobody has seen a source.")
    rows = serializers.SerializerMethodField(help_text="Rows of the comparison it concerns.")

    def get_consortium(self, row: Any) -> str | None:
        return row.consortium.slug if row.consortium else None

    def get_text(self, row: Any) -> str:
        words = row.body[self.said]
        chinese = (get_language() or "").startswith("zh")
        first, second = ("zh", "en") if chinese else ("en", "zh")
        return words.get(first) or words.get(second) or ""

    def get_from_memory(self, row: Any) -> bool:
        return bool(row.body.get("from_memory", False))

    def get_rows(self, row: Any) -> list[str]:
        return list(row.body.get("rows", []))


class FactSerializer(RecordedSerializer):
    """One recorded fact with its sources."""

    said = "claim"

    claim = InBody()
    value = InBody(help_text="Amounts and shares as text, counts as whole numbers.")
    unit = InBody()
    on = InBody()
    when = InBody(help_text="As the source puts it.")
    sources = InBody()
    section = InBody(help_text="Of the source paper.")
    agrees_with_paper = InBody(help_text=f"One of: {', '.join(dict(AGREEMENTS))}.")
    paper_says = InBody()
    note = InBody()
    organizations = PartySerializer(many=True, read_only=True, help_text="Whom it concerns.")


class DisagreementSerializer(RecordedSerializer):
    """A point on which sources contradict each other; the case keeps the paper's value."""

    said = "topic"

    topic = InBody()
    paper = InBody()
    found = InBody()
    confidence = InBody(help_text=f"One of: {', '.join(dict(CONFIDENCES))}.")
    facts = InBody(help_text="Codes of the facts it rests on.")


class RecordedFilters(filters.FilterSet):
    consortium = OfConsortium()
    general = filters.BooleanFilter(
        field_name="consortium", lookup_expr="isnull", label="Of no case, or of one."
    )
    row = filters.ChoiceFilter(choices=ROWS, method="concerning")

    def concerning(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.concerning(value)


class FactFilters(RecordedFilters):
    section = filters.CharFilter(
        max_length=40,
        validators=[SECTION],
        method="in_section",
        label="Of the source paper; 3 finds 3.1 as well.",
    )
    agrees_with_paper = filters.ChoiceFilter(
        choices=AGREEMENTS, field_name="body__agrees_with_paper"
    )

    def in_section(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(body__section__iregex=rf"(^|; ?){re.escape(value)}($|[.; ])")


class DisagreementFilters(RecordedFilters):
    confidence = filters.ChoiceFilter(choices=CONFIDENCES, field_name="body__confidence")
    fact = filters.CharFilter(max_length=60, method="resting_on", label="A fact's code.")

    def resting_on(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(body__facts__contains=[value])


@extend_schema_view(
    list=extend_schema(summary="Recorded facts with their sources"),
    retrieve=extend_schema(
        summary="A recorded fact",
        examples=[
            OpenApiExample(
                "A fact of a case",
                response_only=True,
                value={
                    "code": "airbus-founded",
                    "consortium": "airbus",
                    "text": "The alliance was founded",
                    "from_memory": False,
                    "rows": ["period"],
                    "claim": {"en": "The alliance was founded"},
                    "value": None,
                    "unit": None,
                    "on": "1970-12-18",
                    "when": None,
                    "sources": ["management-survival.com"],
                    "section": None,
                    "agrees_with_paper": "yes",
                    "paper_says": None,
                    "note": None,
                    "organizations": [],
                },
            )
        ],
    ),
)
class FactViewSet(ReadViewSet):
    """Facts of the reference cases, and those of none."""

    model = Fact
    related = ("consortium",)
    prefetched = ("organizations",)
    serializer_class = FactSerializer
    filterset_class = FactFilters
    lookup_field = "code"
    lookup_value_converter = "slug"
    pagination_class = ByCode


@extend_schema_view(
    list=extend_schema(summary="Points on which sources contradict each other"),
    retrieve=extend_schema(summary="A disagreement between sources"),
)
class DisagreementViewSet(ReadViewSet):
    """Where other sources, or the paper itself, contradict the paper."""

    model = Disagreement
    related = ("consortium",)
    serializer_class = DisagreementSerializer
    filterset_class = DisagreementFilters
    lookup_field = "code"
    lookup_value_converter = "slug"
    pagination_class = ByCode
