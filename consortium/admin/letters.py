"""The paper of an act: asked for where staff act on a member's behalf, shown on its row's page."""

from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.models import PaperAct
from consortium.papers.filed import attachment


@admin.register(PaperAct)
class PaperActAdmin(ConsortiumAdmin):
    list_display = ("what", "organization", "signatory", "paper_on", "entered_on", "consortium")
    list_display_links = ("what",)
    list_filter = (("consortium", ScopedFilter), "paper_on", "entered_on")
    search_fields = ("organization__name_en", "organization__name_zh", "signatory")
    ordering = ("-entered_on", "-pk")
    select = ("consortium", "organization", "event", "document", "entered_by")
    fields = (
        ("what", "organization"), ("signatory", "paper_on"), ("scan", "consortium"),
        ("entered_on", "entered_by"),
    )  # fmt: skip
    readonly_fields = ("what", "scan")

    def get_urls(self) -> list[URLPattern]:
        return [filed_url(self, self.scan_view), *super().get_urls()]

    def scan_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the scan of a paper that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).document)

    @display(description=_("what was done"))
    def what(self, row: PaperAct) -> str:
        return words.say(f"did_{row.event.action}", row.event.facts)

    @display(description=_("scan"))
    def scan(self, row: PaperAct) -> str:
        return filed_link(row, row.document)
