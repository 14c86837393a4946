"""The language the admin opens in: the reader's own, or else the consortium's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from consortium.admin.standing import Standing, standing
from consortium.models import User

PAGES = ("/admin/", "/accounts/")


class LanguageMiddleware:
    """Choose the language of the staff's pages; a switch by cookie comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request)
        if not language:
            return self.get_response(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen(request: HttpRequest) -> str:
    """Return what to open a page in, or nothing where the reader has switched."""
    switched = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    if switched or not request.path.startswith(PAGES) or not isinstance(request.user, User):
        return ""
    return language_of(standing(request), request.session.get("desk"))


def language_of(here: Standing, desk: str | None) -> str:
    """Return a person's language, or that of the consortium last looked at, or of the first."""
    if here.user.language:
        own: str = here.user.language
        return own
    consortia = sorted((each.consortium for each in here.appointed), key=lambda each: each.slug)
    found = {each.slug: each.language for each in consortia}
    return found.get(desk or "") or next(iter(found.values()), "")
