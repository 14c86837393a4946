"""Assessments with their explanation, and the charges made from them."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ReadOnlyInline, ScopedFilter
from consortium.admin.standing import standing
from funding.admin.looks import Watched
from funding.admin.named import levy_name, with_levy_name
from funding.admin.requests import RequestsAdmin
from funding.models import Assessment, Charge, CreditNote, Round
from funding.rules.dues import Levy
from funding.rules.engine import steps_from_trace
from funding.rules.outcome import restored
from funding.states import Screen
from funding.words import explanation, figure, input_label, label

NAMES = ("member__organization__name_en", "member__organization__name_zh")


def levy_of(assessment: Assessment) -> Levy:
    levy: Levy = assessment.charter.rules("dues").levy(assessment.levy)
    return levy


class ChargeInline(ReadOnlyInline):
    model = Charge
    fields = readonly_fields = ("number", "instalment", "owed", "issued_on", "due_on")
    ordering = ("number",)
    show_change_link = True

    @display(description=_("amount"))
    def owed(self, row: Charge) -> str:
        return words.amount(row.amount, row.unit)


@admin.register(Assessment)
class AssessmentAdmin(Watched):
    screen, list_screen = Screen.ASSESSMENT, Screen.ASSESSMENTS
    page_template = "funding/assessment.html"
    inlines = (ChargeInline,)
    list_display = (
        "member", "levy_shown", "period_shown", "category", "assessed", "version", "assessed_on",
    )  # fmt: skip
    list_filter = (
        ("consortium", ScopedFilter), "levy", "category", "period_starts_on", "assessed_on",
    )  # fmt: skip
    search_fields = NAMES
    ordering = ("-period_starts_on", "member__organization__name_en", "-version", "pk")
    select = ("consortium", "member__organization", "member__consortium", "charter", "declaration")
    fields = (
        ("member_shown", "consortium"), ("levy_shown", "period_shown"),
        ("category", "version"), ("charter_shown", "assessed_on"), ("round_link", "recorded_at"),
    )  # fmt: skip
    readonly_fields = (
        "member_shown",
        "levy_shown",
        "period_shown",
        "charter_shown",
        "round_link",
        "recorded_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_levy_name(super().get_queryset(request), starts_on="period_starts_on")

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Any) -> str:
        return levy_name(row)

    @display(description=_("period"), ordering="period_starts_on")
    def period_shown(self, row: Assessment) -> str:
        return shown.period(row.period_starts_on, row.period_ends_on)

    @display(description=_("assessed"), ordering="amount")
    def assessed(self, row: Assessment) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("member"))
    def member_shown(self, row: Assessment) -> str:
        return shown.link(row.member)

    @display(description=_("charter"))
    def charter_shown(self, row: Assessment) -> str:
        return shown.link(row.charter)

    @display(description=_("round"))
    def round_link(self, row: Assessment) -> str:
        where = {"levy": row.levy, "starts_on": row.period_starts_on}
        return shown.link(Round.objects.filter(consortium=row.consortium, **where).first())

    def title_of(self, obj: Assessment) -> str:
        return f"{obj.member} · {levy_name(obj)} {obj.period_starts_on.year}"

    def page(self, request: HttpRequest, obj: Assessment) -> dict[str, Any]:
        levy = levy_of(obj)
        lines = explanation(steps_from_trace(obj.trace), levy)
        return {
            "levy": label(levy.label),
            "inputs": [
                (
                    input_label(name, levy),
                    figure(name, restored(levy, name, value), levy),
                    name in levy.inputs,
                )
                for name, value in obj.inputs.items()
            ],
            "lines": [
                (line["label"], words.amount(Decimal(line["amount"]), obj.unit)) for line in lines
            ],
            "result": words.amount(obj.amount, obj.unit),
            "declaration": obj.declaration,
            "versions": self.versions(request, obj),
        }

    def versions(self, request: HttpRequest, obj: Assessment) -> list[dict[str, Any]]:
        """Return the assessments of the same period, each with what it changed and led to."""
        here = standing(request)
        seen = Assessment.objects.visible_to(here.user, here.today).filter(
            member=obj.member,
            levy=obj.levy,
            subject=obj.subject,
            period_starts_on=obj.period_starts_on,
        )
        rows = seen.select_related("declaration", "credit_note").prefetch_related("charges")
        found, before = [], Decimal(0)
        for each in rows.order_by("version"):
            change, before = each.amount - before, each.amount
            note = getattr(each, "credit_note", None)
            found.append(
                {
                    "row": each,
                    "this": each.pk == obj.pk,
                    "on": shown.day(each.assessed_on),
                    "grade": each.declaration.get_grade_display() if each.declaration else "—",
                    "amount": words.amount(each.amount, each.unit),
                    "change": f"{'+' if change > 0 else ''}{words.amount(change, each.unit)}",
                    "papers": [shown.link(paper) for paper in (*each.charges.all(), note) if paper],
                }
            )
        return found


def sides(row: Charge | CreditNote) -> list[tuple[str, dict[str, str]]]:
    """Return the parties of a paper, as they were when it was issued."""
    named = (
        (_("Issuer and payee"), "issuer"),
        (_("On behalf of"), "on_behalf_of"),
        (_("Payer"), "payer"),
    )
    return [(str(title), row.parties.get(side, {})) for title, side in named]


@admin.register(Charge)
class ChargeAdmin(Watched, RequestsAdmin):
    screen, list_screen = Screen.CHARGE, Screen.CHARGES
    requests_title = _("Payment request (PDF)")
    page_template = "funding/charge.html"
    list_display = ("number", "member", "levy_shown", "owed", "issued_on", "due_on", "late")
    list_filter = (("consortium", ScopedFilter), "levy", "issued_on", "due_on")
    search_fields = ("number", "opening__number", *NAMES)
    ordering = ("-issued_on", "-number", "pk")
    select = ("consortium", "member__organization", "member__consortium", "assessment", "opening")
    fields = (
        ("number", "consortium"), ("member_shown", "levy_shown"), ("owed", "part"),
        ("issued_on", "due_on"), ("assessment_shown", "recorded_at"),
        ("former_number", "former_voucher"),
    )  # fmt: skip
    readonly_fields = (
        "member_shown", "levy_shown", "owed", "part", "assessment_shown", "recorded_at",
        "former_number", "former_voucher",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return with_levy_name(rows, starts_on="assessment__period_starts_on")

    @display(description=_("former number"))
    def former_number(self, row: Charge) -> str:
        return row.opening.number if hasattr(row, "opening") else "—"

    @display(description=_("former voucher"))
    def former_voucher(self, row: Charge) -> str:
        return (row.opening.voucher if hasattr(row, "opening") else "") or "—"

    @display(description=_("instalment"))
    def part(self, row: Charge) -> str:
        values = {"number": row.instalment, "count": row.assessment.charges.count()}
        return gettext("%(number)s of %(count)s") % values

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Any) -> str:
        return levy_name(row)

    @display(description=_("amount"), ordering="amount")
    def owed(self, row: Charge) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("due"))
    def late(self, row: Charge) -> str:
        past = row.due_on < clock.today(row.consortium)
        return shown.mark(_("Due day past"), "warn") if past else shown.mark(_("Not due"), "good")

    @display(description=_("member"))
    def member_shown(self, row: Charge) -> str:
        return shown.link(row.member)

    @display(description=_("assessment"))
    def assessment_shown(self, row: Charge) -> str:
        return shown.link(row.assessment)

    def charges(self, request: HttpRequest, obj: Charge) -> QuerySet[Charge]:
        return Charge.objects.filter(pk=obj.pk)

    def page(self, request: HttpRequest, obj: Charge) -> dict[str, Any]:
        return {"sides": sides(obj)}
