"""Every address of the interface goes through the one base that narrows what is seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import api_urls
from consortium.api.base import MemberViewSet
from consortium.api.tokens import TokenViewSet
from consortium.api.views import NothingHere

WITHOUT_ROWS = {TokenViewSet, SpectacularAPIView, SpectacularSwaggerView, NothingHere}
"""One's own tokens, the documentation, and what answers 404."""


def views(patterns: list[Any]) -> Iterator[tuple[str, type]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            callback: Any = pattern.callback
            yield str(pattern.pattern), getattr(callback, "cls", None) or callback.view_class
        else:
            yield from views(pattern.url_patterns)


ALL = sorted(views(get_resolver(api_urls).url_patterns), key=str)


@pytest.mark.parametrize(("path", "view"), ALL, ids=[f"{path}" for path, _ in ALL])
def test_every_view_shows_visible_rows_only(path: str, view: Any) -> None:
    if view in WITHOUT_ROWS:
        return
    assert issubclass(view, MemberViewSet)
    assert callable(view.model.objects.none().visible_to)
    assert view.permission_classes == MemberViewSet.permission_classes


def test_there_are_views() -> None:
    assert len({view for _, view in ALL}) >= 18
