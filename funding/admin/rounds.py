"""Rounds: who has declared, what each was assessed and charged."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ScopedFilter
from consortium.admin.facts import told_of
from consortium.admin.standing import standing
from consortium.models import Member
from consortium.states import Role
from funding.admin.acts import AssessNow, EnterDeclaration, ProposeRun, due_of, schedule_days
from funding.admin.named import levy_name, with_levy_name
from funding.admin.requests import RequestsAdmin
from funding.models import FINANCE_READERS, Assessment, Charge, CreditNote, Declaration, Round
from funding.reports.liability import liable
from funding.reports.rounds import Due
from funding.rules.choices import Visibility
from funding.words import figure as figure_words
from funding.words import label

CHASERS = frozenset({Role.SECRETARY, *FINANCE_READERS})
"""Who may know which members have not declared."""


@admin.register(Round)
class RoundAdmin(RequestsAdmin):
    requests_title = _("Payment requests (PDF)")
    acts = (EnterDeclaration, AssessNow, ProposeRun)
    page_template = "funding/round.html"
    list_display = ("levy_shown", "consortium", "period_shown", "opened_on", "closed")
    list_filter = (("consortium", ScopedFilter), "levy", "starts_on")
    search_fields = ("levy",)
    ordering = ("-starts_on", "levy", "pk")
    select = ("consortium",)
    fields = (("consortium", "levy_shown"), ("period_shown", "opened_on"))
    readonly_fields = ("period_shown", "levy_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        return with_levy_name(super().get_queryset(request), starts_on="starts_on")

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Round) -> str:
        return levy_name(row)

    @display(description=_("period"), ordering="starts_on")
    def period_shown(self, row: Round) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("state"))
    def closed(self, row: Round) -> str:
        if row.ends_on and row.ends_on <= clock.today(row.consortium):
            return shown.mark(_("Period over"))
        return shown.mark(_("Running"), "good")

    def title_of(self, obj: Round) -> str:
        return f"{levy_name(obj)} · {shown.period(obj.starts_on, obj.ends_on)}"

    def charges(self, request: HttpRequest, obj: Round) -> QuerySet[Charge]:
        """Return what finance staff may send; others find nothing to send here."""
        here = standing(request)
        if not here.has(obj.consortium, frozenset(FINANCE_READERS)):
            return Charge.objects.none()
        return Charge.objects.visible_to(here.user, here.today).of_round(obj)

    def file_name(self, obj: Round) -> str:
        return f"{obj.levy}-{obj.starts_on.isoformat()}.pdf"

    def page(self, request: HttpRequest, obj: Round) -> dict[str, Any]:
        due = due_of(obj)
        if due is None:
            return {"due": None}
        here = standing(request)
        entitled = here.has(obj.consortium, frozenset(FINANCE_READERS))
        lines = list(Lines(request, obj, due).lines())
        return {
            "due": due,
            "levy": label(due.levy.label),
            "days": schedule_days(due, clock.today(obj.consortium)),
            "inputs": [label(each.label) for each in due.levy.inputs.values()],
            "lines": lines,
            "entitled": entitled or due.levy.visibility != Visibility.SECRET,
            "chasing": here.has(obj.consortium, CHASERS),
            "declared": sum(1 for line in lines if line["declaration"]),
            "may_enter": here.may("funding.enter_declaration", obj),
            "paper": self.act_path(EnterDeclaration, obj),
            "total": total(lines, due.levy.unit),
        }


class Lines:
    """A round's liable members, each with what the reader may see of it, in few queries."""

    def __init__(self, request: HttpRequest, round: Round, due: Due) -> None:
        self.user, self.on = request.user, standing(request).today
        self.round, self.due = round, due
        self.where = {"consortium": round.consortium, "levy": round.levy}
        period = {"period_starts_on": round.starts_on}
        seen = Declaration.objects.visible_to(self.user, self.on).filter(**self.where, **period)
        self.declared = by_member(seen.order_by("version").prefetch_related("figures"))
        assessed = Assessment.objects.visible_to(self.user, self.on)
        self.assessed = by_member(assessed.filter(**self.where, **period).order_by("version"))
        charges = Charge.objects.visible_to(self.user, self.on).of_round(round)
        self.charged = by_member(charges.order_by("number"))
        notes = CreditNote.objects.visible_to(self.user, self.on).filter(
            **self.where, assessment__period_starts_on=round.starts_on
        )
        self.credited = by_member(notes.order_by("number"))
        self.all_declared = set(
            Declaration.objects.filter(**self.where, **period).values_list("member", flat=True)
        )

    def lines(self) -> Iterable[dict[str, Any]]:
        members = liable(consortium=self.round.consortium, due=self.due)
        self.recorded = told_of(each.organization_id for each in members)
        for member in sorted(members, key=lambda each: str(each.organization).lower()):
            yield self.line(member)

    def line(self, member: Member) -> dict[str, Any]:
        declaration = self.declared.get(member.pk)
        assessment = self.assessed.get(member.pk)
        figures = declaration.inputs() if declaration else {}
        return {
            "member": member,
            "declaration": member.pk in self.all_declared,
            "seen": declaration,
            "recorded": self.recorded.get(member.organization_id, ()),
            "figures": [
                figure_words(name, figures[name], self.due.levy) if name in figures else "—"
                for name in self.due.levy.inputs
            ],
            "assessment": assessment,
            "amount": words.amount(assessment.amount, assessment.unit) if assessment else "—",
            "value": assessment.amount if assessment else None,
            "charge": self.charged.get(member.pk),
            "credit": self.credited.get(member.pk),
        }


def by_member(rows: Iterable[Any]) -> dict[int, Any]:
    """Return the last row of each member."""
    return {row.member_id: row for row in rows}


def total(lines: list[dict[str, Any]], unit: str) -> str:
    values = [line["value"] for line in lines if line["value"] is not None]
    return words.amount(sum(values), unit) if values else ""
