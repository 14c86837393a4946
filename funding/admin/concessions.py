"""Concessions: what was waived, written off, credited or paid back, and what waits for it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.admin.standing import standing
from consortium.papers.filed import attachment
from funding.admin.assessments import NAMES
from funding.admin.deciding import Decided, Waiting
from funding.admin.forgiving import (
    GrantConcession,
    ProposeConcession,
    RefuseConcession,
    RevokeConcession,
)
from funding.admin.named import levy_name, with_levy_name
from funding.models import Concession, Transfer
from funding.reports.concessions import is_revoked, key_of, with_revoked


@admin.register(Concession)
class ConcessionAdmin(Decided):
    adds = ProposeConcession
    acts = (GrantConcession, RefuseConcession, RevokeConcession)
    page_template = "funding/concession.html"
    list_display = ("named", "member", "granted_amount", "proposed", "decided", "state")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), Waiting, "kind", "proposed_on", "decided_on")
    search_fields = ("charge__number", *NAMES)
    ordering = ("-proposed_on", "-pk")
    select = (
        "consortium", "member__organization", "member__consortium", "proposed_by", "decided_by",
        "charge__assessment__charter", "credit_note",
    )  # fmt: skip
    fields = (
        ("kind", "consortium"), ("member_shown", "charge_shown"), ("granted_amount", "levy_shown"),
        "reason", ("proposed", "decided"), ("state", "refusal"), ("bank_reference", "scan"),
    )  # fmt: skip
    readonly_fields = (
        "member_shown", "charge_shown", "granted_amount", "levy_shown", "proposed", "decided",
        "state", "scan",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = with_revoked(super().get_queryset(request))
        return with_levy_name(rows, starts_on="proposed_on")

    def title_of(self, obj: Concession) -> str:
        of = obj.charge.number if obj.charge else shown.day(obj.proposed_on)
        return f"{obj.get_kind_display()} · {obj.member} · {of}"

    @display(description=pgettext_lazy("concession", "kind"), ordering="kind")
    def named(self, row: Concession) -> str:
        kind = row.get_kind_display()
        return f"{kind} · {row.charge.number}" if row.charge else kind

    @display(description=_("amount"), ordering="amount")
    def granted_amount(self, row: Concession) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("levy"))
    def levy_shown(self, row: Any) -> str:
        return levy_name(row) if row.levy else "—"

    @display(description=_("charge"))
    def charge_shown(self, row: Concession) -> str:
        return shown.link(row.charge)

    @display(description=_("scan"))
    def scan(self, row: Concession) -> str:
        return filed_link(row, row.paper)

    def get_urls(self) -> list[URLPattern]:
        return [filed_url(self, self.scan_view), *super().get_urls()]

    def scan_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the scan of a concession that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).paper)

    @display(description=_("state"))
    def state(self, row: Concession) -> str:
        return state_of(row)

    def page(self, request: HttpRequest, obj: Concession) -> dict[str, Any]:
        here = standing(request)
        keys = [key_of(obj), f"reverse:{key_of(obj)}"] if obj.granted else []
        moved = Transfer.objects.visible_to(here.user, here.today).filter(
            consortium=obj.consortium, key__in=keys
        )
        note = getattr(obj, "credit_note", None)
        return {
            **self.waiting(request, obj),
            "note": note and shown.link(note),
            "transfers": [
                {"transfer": each, "amount": words.amount(each.amount, each.unit)}
                for each in moved.select_related("debit", "credit").order_by("pk")
            ],
        }


def state_of(row: Concession) -> str:
    if row.decided_on is None:
        return shown.mark(_("Waits for a second person"), "warn")
    if not row.granted:
        return shown.mark(_("Refused"), "bad")
    if is_revoked(row):
        return shown.mark(_("Taken back"))
    return shown.mark(_("Granted"), "good")
