"""What the menu shows to whom, and the switch of languages."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language
from unfold.views import UnfoldSiteViewMixin


def listed(request: HttpRequest, label: str) -> bool:
    """Say whether the reader finds a table's screen in the menu."""
    screen: Any = admin.site.get_model_admin(apps.get_model(label))
    allowed: bool = screen.has_view_permission(request)
    return allowed


class LanguageSwitch(UnfoldSiteViewMixin):
    """Keep the language someone chose in a cookie."""

    title = ""

    def has_permission(self) -> bool:
        return True

    def post(self, request: HttpRequest) -> HttpResponse:
        return set_language(request)
