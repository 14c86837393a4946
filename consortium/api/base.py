"""The one base of every list and row: what you may not see is not there."""

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import translation
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from consortium import access, clock
from consortium.api.filters import Ordering, refuse_unknown
from consortium.api.pages import Pages


class MemberViewSet(viewsets.GenericViewSet[Any]):
    """Rows of a model as far as the caller may see them; every other view extends this.

    `model`: its `visible_to` decides. `related`, `prefetched`: what the answer
    shows besides. `orderings`: columns a list may be ordered by, the first one by
    default; `parameters`: query parameters of single actions. Writes call one
    operation and answer with `shown`.
    """

    model: ClassVar[Any]
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[Any, ...]] = ()
    orderings: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {}
    filterset_class: ClassVar[Any] = None
    lookup_field = "uid"
    lookup_value_converter = "uuid"
    pagination_class: Any = Pages
    filter_backends: Any = (DjangoFilterBackend, Ordering)
    http_method_names = ["get", "post", "head"]
    reader: Any = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS:
            self.reader = request.user
            access.take(self.reader)
        prefer_language(request)
        refuse_unknown(self, request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        if self.reader is not None:
            access.drop(self.reader)
        return response

    @property
    def today(self) -> date:
        return clock.today()

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows the caller may see today, with what the answer shows."""
        if getattr(self, "swagger_fake_view", False):
            none: QuerySet[Any] = self.model.objects.none()
            return none
        visible = self.model.objects.visible_to(self.request.user, self.today)
        rows: QuerySet[Any] = visible.select_related(*self.related)
        return rows.prefetch_related(*self.prefetched)

    def subject(self) -> Any:
        """Return the row an act is about, as the table has it now; 404 when it is not visible."""
        visible = self.model.objects.visible_to(self.request.user, self.today)
        key = {self.lookup_field: self.kwargs[self.lookup_field]}
        return get_object_or_404(visible.select_related(*self.related), **key)

    def ordering(self, request: Any) -> list[str]:
        """Return the order of a list: what was asked for, then the key."""
        choices = {sign + name for name in self.orderings for sign in ("", "-")}
        chosen = request.query_params.get("ordering") or next(iter(self.orderings), "")
        if chosen and chosen not in choices:
            wrong = serializers.ChoiceField(choices=sorted(choices))
            wrong.run_validation(chosen)
        sign = "-" if chosen.startswith("-") else ""
        return [chosen, f"{sign}pk"] if chosen else ["pk"]

    def checked(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return what the request says, checked. Raises ValidationError with every path."""
        given = serializer(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        return data

    def looked_at(self, rows: list[Any]) -> None:
        """Note that rows are about to be shown to the caller; nothing unless a view does."""

    def shown(self, row: Any, status: int = 200) -> Response:
        """Answer with a row as the caller may now see it; 204 when that is no more."""
        seen = self.get_queryset().filter(pk=row.pk).first()
        if seen is None:
            return Response(status=204)
        return Response(self.get_serializer(seen).data, status=status)


class Listed:
    """Adds the list."""

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        page = view.paginate_queryset(view.filter_queryset(view.get_queryset()))
        view.looked_at(page)
        response: Response = view.get_paginated_response(view.get_serializer(page, many=True).data)
        return response


class Retrieved:
    """Adds the single row."""

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        row = view.get_object()
        view.looked_at([row])
        return Response(view.get_serializer(row).data)


class ReadViewSet(Listed, Retrieved, MemberViewSet):
    """Rows that can be listed and read."""


def prefer_language(request: Any) -> None:
    """Speak the reader's own language where the request names none."""
    language = getattr(request.user, "language", "")
    if language and "Accept-Language" not in request.headers:
        translation.activate(language)
        request._request.LANGUAGE_CODE = language
