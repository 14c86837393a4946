"""Requests for payment from the desk: of one charge, or of all of a round in one file."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.enums import ActionVariant

from consortium.admin.base import ConsortiumAdmin
from consortium.papers import download
from consortium.states import LANGUAGES
from funding.admin.looks import note
from funding.models import Charge
from funding.papers.request import payment_requests
from funding.states import Screen

MOST = 1000
"""Requests in one file: more take longer than a browser waits."""


class RequestsAdmin(ConsortiumAdmin):
    """A screen on whose rows' pages requests for payment are downloaded."""

    requests_title: ClassVar[Any]

    def charges(self, request: HttpRequest, obj: Any) -> QuerySet[Charge]:
        """Return the charges of a row whose requests the reader may have."""
        raise NotImplementedError

    def file_name(self, obj: Any) -> str:
        return f"{obj}.pdf"

    def get_urls(self) -> list[URLPattern]:
        name = self.url_name("request").removeprefix("admin:")
        view = self.admin_site.admin_view(self.requests_view)
        return [path("<int:object_id>/request/", view, name=name), *super().get_urls()]

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Add one for the reader's language, and beside it each other language."""
        found = super().buttons(request, obj)
        if not self.charges(request, obj).exists():
            return found
        address = reverse(self.url_name("request"), args=[obj.pk])
        look = {"variant": ActionVariant.DEFAULT, "attrs": {}}
        first = {"title": self.requests_title, "icon": "picture_as_pdf", "path": address}
        others = [
            {"title": name, "path": f"{address}?language={code}"}
            for code, name in LANGUAGES
            if code != get_language()
        ]
        return found + [{**look, **each} for each in (first, *others)]

    def requests_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the requests, in the reader's language or the one asked for."""
        obj = self.row(request, str(object_id))
        language = request.GET.get("language") or get_language() or "en"
        charges = list(self.charges(request, obj).order_by("number")[: MOST + 1])
        if not charges or language not in dict(LANGUAGES):
            raise Http404
        if len(charges) > MOST:
            said = _("One file holds at most %(most)s requests; download these charge by charge.")
            messages.error(request, said % {"most": MOST})
            return HttpResponseRedirect(reverse(self.url_name("change"), args=[obj.pk]))
        note(request, Screen.EXPORT, charges, obj.uid)
        pdf = payment_requests(charges, language=language)
        return download(pdf, name=self.file_name(obj), language=language)
