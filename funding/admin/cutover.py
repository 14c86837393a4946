"""Moving in: the workbook is checked and proposed by one person, carried over by another."""

from typing import IO, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.admin.standing import standing
from consortium.papers.filed import attachment
from consortium.papers.sheets import WRITERS, saved
from funding.admin.books import READERS, balanced
from funding.admin.runs import said
from funding.models import CUTOVER_ROLES, FINANCE_READERS, CutOver
from funding.operations.cutover import confirm_cutover, propose_cutover
from funding.papers.cutover import HEADERS, template
from funding.reports.books import trial_balance
from funding.rules.cutover import SHEETS


class ProposeCutOver(ActWithin):
    """Check a workbook, and propose it for a second person to carry over."""

    name, title, icon = "add", _("Move in from a workbook"), "moving"
    operation, submit = "funding.propose_cutover", _("Check and propose")
    done = _("The workbook comes over without a fault; a second person has to confirm it.")
    day = forms.DateField(label=_("cut-over day"))
    file = forms.FileField(label=_("workbook"), help_text=_("XLSX, at most 5 MB."))

    @property
    def note(self) -> str:
        said = gettext(
            "Nothing is written yet: the workbook is carried over as a rehearsal, and every"
            " mistake is told with its sheet and cell. Of the two people one is secretary, the"
            " other finance."
        )
        link = reverse("admin:funding_cutover_template")
        return format_html(
            '{} <a class="desk-link" href="{}">{}</a>', said, link, gettext("The empty workbook")
        )

    def write(self) -> CutOver:
        sent = self.cleaned_data["file"]
        return propose_cutover(
            consortium=self.consortium,
            name=sent.name,
            content=sent.read(),
            day=self.cleaned_data["day"],
            **self.who,
        )


class ConfirmCutOver(Act):
    """Carry the workbook over as the second person."""

    name, title, icon = "confirm", _("Confirm as second person"), "verified"
    operation, variant = "funding.confirm_cutover", "primary"
    submit, done = _("Carry it over"), _("The consortium has moved in.")
    note = _(
        "All of the workbook comes over, or nothing. It is done once: what turns out to be wrong"
        " later is corrected in the books, like anything else."
    )

    @classmethod
    def fits(cls, subject: CutOver) -> bool:
        return subject.done_on is None

    def write(self) -> CutOver:
        return confirm_cutover(cut_over=self.subject, **self.who)


@admin.register(CutOver)
class CutOverAdmin(ConsortiumAdmin):
    view_roles = frozenset({*CUTOVER_ROLES, *FINANCE_READERS})
    adds, acts = ProposeCutOver, (ConfirmCutOver,)
    page_template = "funding/cutover.html"
    list_display = ("consortium", "on", "state", "proposed", "carried")
    list_display_links = ("consortium",)
    list_filter = (("consortium", ScopedFilter), "on", "done_on")
    ordering = ("-on", "pk")
    select = ("consortium", "document", "proposed_by", "done_by")
    fields = (("consortium", "on"), ("file", "state"), ("proposed", "carried"))
    readonly_fields = ("file", "state", "proposed", "carried")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("template/", wrap(self.template_view), name="funding_cutover_template"),
            filed_url(self, self.file_view),
            *super().get_urls(),
        ]

    def template_view(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the empty workbook, with the levies of the desk's consortium."""
        where = standing(request).where("funding.propose_cutover")
        if not where:
            raise PermissionDenied
        slug = request.session.get("desk")
        consortium = next((each for each in where if each.slug == slug), where[0])
        content = template(consortium, clock.today(consortium))

        def write(out: IO[bytes]) -> None:
            out.write(content)

        return saved(write, name="cut-over.xlsx", content_type=WRITERS["xlsx"][1])

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the workbook of a cut-over that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).document)

    @display(description=_("file"))
    def file(self, row: CutOver) -> str:
        return filed_link(row, row.document)

    @display(description=_("proposed"), ordering="proposed_on")
    def proposed(self, row: CutOver) -> str:
        return said(row.proposed_on, row.proposed_by)

    @display(description=_("carried over"), ordering="done_on")
    def carried(self, row: CutOver) -> str:
        return said(row.done_on, row.done_by)

    @display(description=_("state"))
    def state(self, row: CutOver) -> str:
        if row.done_on is not None:
            return shown.mark(_("Carried over"), "good")
        return shown.mark(_("Waits for a second person"), "warn")

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Offer confirming to anybody but who proposed it."""
        confirm = reverse(self.url_name("confirm"), args=[obj.pk])
        mine = obj.proposed_by_id == request.user.pk
        return [
            each for each in super().buttons(request, obj) if not (mine and each["path"] == confirm)
        ]

    def page(self, request: HttpRequest, obj: CutOver) -> dict[str, Any]:
        reads = standing(request).has(obj.consortium, READERS)
        done, codes = obj.done_on is not None, [each.code for each in SHEETS]
        return {
            "mine": not done and obj.proposed_by_id == request.user.pk,
            "counts": [(HEADERS[code], obj.counts.get(code, 0)) for code in codes],
            "trial": [balanced(each) for each in trial_balance(obj.consortium, on=obj.on).values()]
            if done and reads
            else [],
        }
