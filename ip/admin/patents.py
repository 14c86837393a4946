"""Patents: families, applications with what is due for each, fees, and what owners want."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.states import Role
from ip.admin.patent_acts import (
    ChargeOwners,
    EnterInstruction,
    RecordEvent,
    RecordFee,
    RegisterApplication,
    RegisterFamily,
    UndoFee,
)
from ip.admin.patent_correction import Correct, corrections_of
from ip.admin.patent_picture import timeline
from ip.models import (
    Instruction,
    PatentApplication,
    PatentCorrection,
    PatentEvent,
    PatentFamily,
    PatentFee,
)
from ip.reports.patents import Due, called, due_of, with_all
from ip.rules.patent_docket import State
from ip.states import CHOICES, DUE_STATES, IP_READERS

READERS = frozenset(IP_READERS)
MARKS = {State.OPEN: "note", State.LATE: "warn", State.MISSED: "bad", State.PAID: "good"}


@admin.register(PatentFamily)
class PatentFamilyAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds, acts = RegisterFamily, (RegisterApplication,)
    page_template = "ip/patent.html"
    list_display = ("title", "result", "priority_on", "consortium_shown")
    list_filter = (("result__consortium", ScopedFilter), "priority_on")
    search_fields = ("title", "result__number")
    ordering = ("-pk",)
    select = ("result__consortium", "result__disclosed_by")
    fields = (("title", "priority_on"), ("result", "uid"))
    readonly_fields = ("uid",)

    @display(description=gettext_lazy("consortium"))
    def consortium_shown(self, row: PatentFamily) -> str:
        return str(row.consortium)

    def page(self, request: HttpRequest, obj: PatentFamily) -> dict[str, Any]:
        rows = list(with_all(obj.applications.order_by("pk")))
        on = clock.today(obj.consortium)
        return {
            "family": obj,
            "timeline": timeline(obj, rows, on),
            "due": None,
            "applications": rows,
        }

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return the application that was registered, or the family."""
        if isinstance(result, PatentApplication):
            return reverse("admin:ip_patentapplication_change", args=[result.pk])
        return super().after(request, obj, result)


@admin.register(PatentApplication)
class PatentApplicationAdmin(ConsortiumAdmin):
    view_roles = READERS
    acts = (RecordEvent, EnterInstruction, RecordFee, Correct)
    page_template = "ip/patent.html"
    list_display = ("title_shown", "office", "kind", "number_shown", "next_shown", "consortium")
    list_filter = (("consortium", ScopedFilter), "office", "kind", "registered_on")
    search_fields = ("family__title", "events__number", "family__result__number")
    ordering = ("-pk",)
    select = ("consortium", "family__result__disclosed_by", "watch")
    fields = (
        ("family_shown", "number_shown"), ("office", "kind"), ("route", "priority_on"),
        ("priority_restored", "registered_on"), ("applicants", "size"), ("consortium", "uid"),
    )  # fmt: skip
    readonly_fields = ("family_shown", "number_shown", "uid")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("events")

    @display(description=gettext_lazy("title"), ordering="family__title")
    def title_shown(self, row: PatentApplication) -> str:
        return row.family.title

    @display(description=gettext_lazy("patent family"))
    def family_shown(self, row: PatentApplication) -> str:
        return shown.link(row.family)

    @display(description=gettext_lazy("number"))
    def number_shown(self, row: PatentApplication) -> str:
        return row.number or "—"

    @display(description=gettext_lazy("looked at next on"), ordering="watch__next_on")
    def next_shown(self, row: PatentApplication) -> str:
        return shown.day(row.watch.next_on)

    def page(self, request: HttpRequest, obj: PatentApplication) -> dict[str, Any]:
        on = clock.today(obj.consortium)
        rows = list(with_all(obj.family.applications.order_by("pk")))
        own = next(each for each in rows if each.pk == obj.pk)
        return {
            "family": obj.family,
            "timeline": timeline(obj.family, rows, on),
            "due": [line(each) for each in due_of(own, on)],
            "events": obj.events.order_by("happened_on", "pk"),
            "counting": {each.pk for each in obj.last_events.values()},
            "corrections": corrections_of(obj),
            "fees": [fee_line(each) for each in obj.fees.order_by("paid_on", "pk")],
        }

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return to the application: what was recorded stands on its page."""
        assert isinstance(result, PatentEvent | Instruction | PatentFee | PatentCorrection)
        return reverse("admin:ip_patentapplication_change", args=[result.application_id])


def line(due: Due) -> dict[str, Any]:
    """Return one thing due as a row of the table."""
    deadline = due.deadline
    return {
        "what": called(deadline.code, deadline.part),
        "due_on": deadline.due_on,
        "falls_on": deadline.falls_on,
        "last_on": deadline.last_on if deadline.late else None,
        "provisional": deadline.provisional and deadline.act,
        "state": shown.mark(dict(DUE_STATES)[due.state], MARKS.get(due.state, ""))
        if deadline.act
        else "—",
        "instruction": dict(CHOICES)[due.choice] if due.choice else "—",
        "costs": words.amount(due.fee.total, due.fee.unit) if due.fee else "—",
        "idle": due.state in (State.PAID, State.DROPPED),
    }


def fee_line(fee: PatentFee) -> dict[str, Any]:
    what = called(fee.code, fee.part)
    return {
        "row": fee,
        "paid_on": fee.paid_on,
        "what": gettext("%(what)s, undone") % {"what": what} if fee.undoes_id else what,
        "amount": words.amount(fee.amount, fee.unit),
        "by": str(fee.payer) if fee.payer else gettext("the consortium"),
    }


class OfApplicationAdmin(ConsortiumAdmin):
    """What is kept for an application: what owners want, what was paid."""

    list_filter: Any = (("application__consortium", ScopedFilter), "code")
    search_fields = ("application__family__title",)
    ordering = ("-pk",)
    readonly_fields: Any = ("application_shown", "what_shown", "amount_shown", "uid")

    @display(description=gettext_lazy("patent application"))
    def application_shown(self, row: Any) -> str:
        return shown.link(row.application)

    @display(description=gettext_lazy("what is due"), ordering="code")
    def what_shown(self, row: Any) -> str:
        return called(row.code, row.part)

    @display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, row: Any) -> str:
        return words.amount(row.amount, row.unit)


@admin.register(PatentFee)
class PatentFeeAdmin(OfApplicationAdmin):
    view_roles = READERS | {Role.FINANCE, Role.ACCOUNTANT}
    acts = (ChargeOwners, UndoFee)
    list_display = ("application_shown", "what_shown", "paid_on", "amount_shown", "payer")
    list_filter = (*OfApplicationAdmin.list_filter, "paid_on")
    select = ("application__consortium", "application__family", "payer", "undoes")
    fields = (
        ("application_shown", "what_shown"), ("paid_on", "amount_shown"), ("payer", "undoes"),
        "uid",
    )  # fmt: skip


@admin.register(Instruction)
class InstructionAdmin(OfApplicationAdmin):
    view_roles = READERS
    list_display = ("application_shown", "what_shown", "owner", "choice", "instructed_on")
    list_filter = (*OfApplicationAdmin.list_filter, "choice", "instructed_on")
    select = ("application__consortium", "application__family", "owner")
    fields = (
        ("application_shown", "what_shown"), ("owner", "choice"), ("instructed_on", "uid"),
    )  # fmt: skip
    readonly_fields = ("application_shown", "what_shown", "uid")
