"""The comparison of consortia, row by row as in the source paper's table."""

from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import get_language, override
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from consortium.api.base import MemberViewSet, prefer_language
from consortium.api.fields import SLUG
from consortium.api.filters import known_parameters
from consortium.api.problems import UnknownParameter
from consortium.api.renderers import AnyFile
from consortium.models import Consortium
from consortium.papers.sheets import download
from consortium.reports import comparison
from consortium.rules.choices import Row
from consortium.rules.comparison import Cell, Line, Passage
from consortium.states import LANGUAGES, ROWS

MOST = 20
"""Consortia side by side."""


class ComparisonQuery(serializers.Serializer[Any]):
    consortium = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=MOST,
        required=False,
        help_text="Slugs, in their order; the reference cases if left out.",
    )
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of all texts; the reader's if left out."
    )


class ColumnSerializer(serializers.Serializer[Consortium]):
    slug = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True)
    is_reference = serializers.BooleanField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


class PassageSerializer(serializers.Serializer[Passage]):
    """What one phase says, and what that rests on."""

    phase = serializers.SlugField(source="phase.code", read_only=True)
    text = serializers.SerializerMethodField()
    basis = serializers.CharField(read_only=True, allow_null=True)
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]
    note = serializers.SerializerMethodField()

    def get_text(self, passage: Passage) -> str:
        return passage.text.pick(language())

    def get_note(self, passage: Passage) -> str:
        return passage.note.pick(language()) if passage.note else ""


class CellSerializer(serializers.Serializer[Cell]):
    """What a consortium says in a row; `facts`, `disagreements`: codes of what concerns it."""

    consortium = serializers.SlugField(source="slug", read_only=True)
    text = serializers.SerializerMethodField()
    choices = serializers.ListField(child=serializers.CharField(), read_only=True)
    passages = PassageSerializer(many=True, read_only=True)
    facts = serializers.ListField(child=serializers.CharField(), read_only=True)
    disagreements = serializers.ListField(child=serializers.CharField(), read_only=True)

    def get_text(self, cell: Cell) -> str:
        return comparison.said(self.context["row"], cell)


class LineSerializer(serializers.Serializer[Line]):
    row = serializers.CharField(read_only=True)
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    cells = serializers.SerializerMethodField()

    def get_label(self, line: Line) -> str:
        return str(dict(ROWS)[line.row])

    def get_cells(self, line: Line) -> CellSerializer(many=True):  # type: ignore[valid-type]
        context: dict[str, Row] = {"row": line.row}
        cells: Any = line.cells
        return CellSerializer(cells, many=True, context=context).data


class ComparisonSerializer(serializers.Serializer[Any]):
    """The table: a row per question, a cell per consortium in the order of `consortia`."""

    language = serializers.CharField(read_only=True)
    consortia = ColumnSerializer(many=True, read_only=True)
    rows = LineSerializer(many=True, read_only=True)


class ComparisonViewSet(MemberViewSet):
    """Reference cases, and consortia whose charters the caller may read, side by side."""

    model = Consortium
    serializer_class = ComparisonSerializer
    pagination_class = None
    filter_backends = ()
    parameters = {"list": ("consortium", "language"), "csv": ("consortium", "language")}

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Admit a caller as everywhere, but let `consortium` be repeated."""
        super(MemberViewSet, self).initial(request, *args, **kwargs)
        prefer_language(request)
        known = known_parameters(self)
        for name, values in request.query_params.lists():
            if name not in known or (len(values) > 1 and name != "consortium"):
                raise UnknownParameter(name, sorted(known))

    @extend_schema(
        summary="Consortia side by side",
        parameters=[ComparisonQuery],
        responses=forced_singular_serializer(ComparisonSerializer),
        examples=[
            OpenApiExample(
                "One cell",
                response_only=True,
                value={
                    "language": "en",
                    "consortia": [
                        {
                            "slug": "sematech",
                            "name": "SEMATECH",
                            "is_reference": True,
                            "starts_on": "1987-08-01",
                            "ends_on": None,
                        }
                    ],
                    "rows": [
                        {
                            "row": "country",
                            "label": "Country or region",
                            "cells": [
                                {
                                    "consortium": "sematech",
                                    "text": "United States",
                                    "choices": [],
                                    "passages": [],
                                    "facts": [],
                                    "disagreements": [],
                                }
                            ],
                        }
                    ],
                },
            )
        ],
    )
    def list(self, request: Any) -> Response:
        said, consortia = self.query()
        with override(said):
            rows = comparison.table(consortia=consortia)
            answer = {"language": said, "consortia": consortia, "rows": rows}
            return Response(ComparisonSerializer(answer).data)

    @extend_schema(
        summary="The same table as a file for spreadsheets",
        parameters=[ComparisonQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=False, renderer_classes=[AnyFile])
    def csv(self, request: Any) -> FileResponse:
        said, consortia = self.query()
        with override(said):
            sheet = comparison.sheet(consortia, comparison.table(consortia=consortia))
        return download(sheet, kind="csv", name="comparison")

    def query(self) -> tuple[str, Any]:
        """Return the language and the consortia asked for; 404 when one is not to be seen."""
        query = ComparisonQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data.get("consortium", [])
        slugs = [slug for slug in wanted if SLUG.fullmatch(slug)]
        if wanted and not slugs:
            raise Http404
        found = comparison.comparable(user=self.request.user, on=self.today, slugs=slugs)
        if wanted and len(found) != len(set(wanted)):
            raise Http404
        return query.validated_data.get("language") or language(), found


def language() -> str:
    """Return the reader's language as the documents name it."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"
