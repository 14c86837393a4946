"""Vouchers: receipts and invoices that were issued elsewhere, and what each is for."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import words
from consortium.admin import additions, shown
from consortium.admin.additions import Box
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.filed import filed_link, filed_url
from consortium.admin.standing import standing
from consortium.papers.filed import attachment
from funding.admin.voucher_acts import FileVoucher, RecordVoucher, ReverseVoucher, UploadVouchers
from funding.models import FINANCE_READERS, Charge, Payment, Voucher

NAMES = ("member__organization__name_en", "member__organization__name_zh")


class Undone(admin.SimpleListFilter):
    """Vouchers by whether they count."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("standing", _("Valid")), ("undone", _("Reversed")), ("red", _("Red vouchers"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "standing":
                return queryset.filter(reverses=None, reversed_by=None)
            case "undone":
                return queryset.filter(reversed_by__isnull=False)
            case "red":
                return queryset.filter(reverses__isnull=False)
        return queryset


class WithFile(admin.SimpleListFilter):
    """Vouchers by whether their PDF is here."""

    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Without file")), ("yes", _("With file"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("no", "yes"):
            return queryset.filter(document__isnull=self.value() == "no")
        return queryset


@admin.register(Voucher)
class VoucherAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    adds = RecordVoucher
    acts = (ReverseVoucher, FileVoucher)
    page_template = "funding/voucher.html"
    list_display = ("number", "kind", "member", "over", "issued_on", "state", "has_file")
    list_filter = (("consortium", ScopedFilter), Undone, WithFile, "kind", "issued_on")
    search_fields = ("number", "payer", "items__charge__number", *NAMES)
    ordering = ("-issued_on", "-pk")
    select = (
        "consortium", "member__organization", "member__consortium", "document", "reverses",
        "reversed_by", "recorded_by",
    )  # fmt: skip
    fields = (
        ("number", "kind"), ("member_shown", "payer"), ("over", "issued_on"),
        ("state", "file"), ("recorded_on", "recorded_by"), "consortium",
    )  # fmt: skip
    readonly_fields = ("member_shown", "over", "state", "file")

    def title_of(self, obj: Voucher) -> str:
        return f"{obj.get_kind_display()} {obj.number}"

    @display(description=_("amount"), ordering="amount")
    def over(self, row: Voucher) -> str:
        signed = -row.amount if row.reverses_id else row.amount
        return words.amount(signed, row.unit)

    @display(description=_("member"))
    def member_shown(self, row: Voucher) -> str:
        return shown.link(row.member)

    @display(description=_("state"))
    def state(self, row: Voucher) -> Any:
        return state_of(row)

    @display(description=_("file"), boolean=True)
    def has_file(self, row: Voucher) -> bool:
        return row.document_id is not None

    @display(description=_("file"))
    def file(self, row: Voucher) -> str:
        return filed_link(row, row.document)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        upload = path("upload/", wrap(self.upload), name="funding_voucher_upload")
        return [upload, filed_url(self, self.send), *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Record a list of vouchers from a file."""
        if not standing(request).may(UploadVouchers.operation):
            raise PermissionDenied
        return self.perform(request, UploadVouchers, None)

    def send(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the PDF of a voucher that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).document)

    def page(self, request: HttpRequest, obj: Voucher) -> dict[str, Any]:
        items = obj.items.select_related("charge", "payment").order_by("pk")
        return {
            "items": [
                {
                    "charge": shown.link(each.charge) if each.charge else "",
                    "payment": shown.link(each.payment) if each.payment else "",
                    "amount": words.amount(each.amount, obj.unit),
                }
                for each in items
            ],
            "reverses": shown.link(obj.reverses) if obj.reverses else "",
        }


def state_of(row: Voucher) -> Any:
    """Return whether a voucher counts, with the one that undoes it or that it undoes."""
    red = getattr(row, "reversed_by", None)
    if red is not None:
        return shown.mark(_("Reversed by %(number)s") % {"number": red.number}, "bad")
    if row.reverses is not None:
        return shown.mark(_("Red voucher of %(number)s") % {"number": row.reverses.number}, "warn")
    return shown.mark(_("Valid"), "good")


def vouchers_of(request: HttpRequest, row: Charge | Payment) -> Box | None:
    """Return the vouchers for a charge or a payment, to those who may see them."""
    here = standing(request)
    if not here.has(row.consortium, frozenset(FINANCE_READERS)):
        return None
    mine = Q(items__charge=row) if isinstance(row, Charge) else Q(items__payment=row)
    seen = Voucher.objects.visible_to(here.user, here.today).filter(mine)
    found = seen.select_related("reverses", "reversed_by").order_by("issued_on", "pk")
    lines = [
        {
            "link": shown.link(each),
            "kind": each.get_kind_display(),
            "on": shown.day(each.issued_on),
            "amount": words.amount(each.amount, each.unit),
            "state": state_of(each),
        }
        for each in found
    ]
    return Box("funding/vouchers_of.html", {"lines": lines}) if lines else None


def record_button(request: HttpRequest, row: Charge) -> list[dict[str, Any]]:
    """Return the way from a charge to recording its voucher."""
    if not standing(request).may(RecordVoucher.operation, row):
        return []
    href = f"{reverse('admin:funding_voucher_add')}?charge={row.uid}"
    return [additions.button(pgettext_lazy("button", "Voucher"), "receipt_long", href)]


for kind in (Charge, Payment):
    additions.boxes[kind].append(vouchers_of)
additions.buttons[Charge].append(record_button)
