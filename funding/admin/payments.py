"""Payments: recorded by hand or from a statement, put to members, and that undone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Member
from funding.admin.payment_acts import (
    ChooseMember,
    PutToMember,
    RecordPayment,
    UndoMatch,
    WithdrawPayment,
)
from funding.admin.proposals import shown_proposal
from funding.models import FINANCE_READERS, Payment
from funding.reports.matching import proposed
from funding.reports.receipts import Matched, matches, with_left


class Assigned(admin.SimpleListFilter):
    """Payments by whether something of them is still to be put to a member."""

    title = _("assigned")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("To match")), ("yes", _("In full"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no":
                return queryset.filter(left__gt=0)
            case "yes":
                return queryset.filter(left=0)
        return queryset


@admin.register(Payment)
class PaymentAdmin(ConsortiumAdmin):
    view_roles = frozenset(FINANCE_READERS)
    adds = RecordPayment
    acts = (ChooseMember, PutToMember, UndoMatch, WithdrawPayment)
    page_template = "funding/payment.html"
    list_display = ("reference", "paid_on", "payer_shown", "paid", "left_shown", "consortium")
    list_filter = (("consortium", ScopedFilter), Assigned, "unit", "paid_on")
    search_fields = ("reference", "payer", "payer_account", "text")
    ordering = ("-paid_on", "-pk")
    select = ("consortium", "statement", "notice__member__organization", "recorded_by")
    fields = (
        ("reference", "consortium"), ("paid", "left_shown"), ("paid_on", "booked_on"),
        ("payer", "payer_account"), "text", ("account", "came_by"), ("notice_shown", "recorded_at"),
    )  # fmt: skip
    readonly_fields = ("paid", "left_shown", "came_by", "notice_shown", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_left(super().get_queryset(request))

    @display(description=_("payer"), ordering="payer")
    def payer_shown(self, row: Payment) -> str:
        return row.payer or row.payer_account or "—"

    @display(description=_("amount"), ordering="amount")
    def paid(self, row: Payment) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("to match"), ordering="left")
    def left_shown(self, row: Any) -> Any:
        if row.left > 0:
            return shown.mark(words.amount(row.left, row.unit), "warn")
        return shown.mark(pgettext_lazy("payment", "assigned"), "good")

    @display(description=_("came by"))
    def came_by(self, row: Payment) -> str:
        return shown.link(row.statement) if row.statement else str(row.recorded_by or "—")

    @display(description=_("payment notice"))
    def notice_shown(self, row: Payment) -> str:
        return shown.link(row.notice)

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return ways in, without what is done beside a match or after a member is chosen."""
        quiet = {self.act_path(act, obj) for act in (PutToMember, UndoMatch)}
        return [each for each in super().buttons(request, obj) if each["path"] not in quiet]

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        made = matches([obj]).get(obj.pk, [])
        found = proposed(obj.consortium, [obj]) if obj.left > 0 else []
        return {
            "payment": obj,
            "matches": [shown_match(each, obj) for each in made],
            "may_undo": standing(request).may(UndoMatch.operation, obj),
            "undo": self.act_path(UndoMatch, obj),
            "proposal": shown_proposal(found[0]) if found else None,
            "may_match": standing(request).may(PutToMember.operation, obj),
            "desk": f"{reverse('admin:matching')}?consortium={obj.consortium.slug}",
        }

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: from a chosen member to what its payment pays."""
        if isinstance(result, Member):
            return f"{self.act_path(PutToMember, obj)}?member={result.uid}"
        return super().after(request, obj, result)


def shown_match(match: Matched, payment: Payment) -> dict[str, Any]:
    """Return a match as its line on the payment's page."""
    return {
        "number": match.number,
        "on": shown.day(match.on),
        "member": shown.link(match.member),
        "amount": words.amount(match.amount, payment.unit),
        "allocations": [
            {"charge": shown.link(charge), "amount": words.amount(amount, payment.unit)}
            for charge, amount in match.allocations
        ],
        "credit": words.amount(match.credit, payment.unit) if match.credit else "",
        "undone": shown.day(match.undone_on) if match.undone_on else "",
    }
