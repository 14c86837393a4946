"""Decisions and consensus on proposals, recorded from the page of a call's screening."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import additions, shown
from consortium.admin.acts import Act, FigureField
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Consortium, Document
from consortium.papers import download
from projects.admin.acts import filed
from projects.models import Consensus, Decision, Proposal
from projects.operations.decisions import Resolution, decide, next_authority
from projects.operations.reviews import record_consensus
from projects.papers.feedback import feedback_letter
from projects.reports.terms import criteria_of, stage_of
from projects.rules.choices import Authority
from projects.states import PROJECT_READERS, Outcome
from projects.words import criterion, said

READERS = frozenset(PROJECT_READERS)
VOTES = {
    "for": pgettext_lazy("votes", "For"),
    "against": pgettext_lazy("votes", "Against"),
    "abstained": pgettext_lazy("votes", "Abstained"),
}


class OnProposal(Act):
    """An act on the proposal that the address names."""

    proposal = forms.ModelChoiceField(
        queryset=Proposal.objects.none(), label=_("proposal"), empty_label=None
    )

    def prepare(self) -> None:
        here, key = standing(self.request), self.request.GET.get("proposal", "")
        rows = Proposal.objects.visible_to(here.user, here.today).filter(submitted=True)
        rows = rows.filter(pk=int(key)) if key.isdecimal() and len(key) < 19 else rows.none()
        field: Any = self.fields["proposal"]
        field.queryset = rows.select_related("call__charter", "call__consortium", "consortium")
        self.chosen = field.queryset.first()

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["proposal"].consortium
        return found


class RecordConsensus(OnProposal):
    """Record the score that reviewers agreed on."""

    name, title, icon = "add", _("Record a consensus"), "handshake"
    operation = "projects.record_consensus"
    done = _("The consensus is recorded.")
    note = _("It stands in place of every reviewer's score of this criterion, and stays.")
    criterion = forms.ChoiceField(label=_("criterion"))
    score = FigureField(label=_("score"))
    reason = forms.CharField(label=_("reason"), max_length=500)

    def prepare(self) -> None:
        super().prepare()
        criteria = criteria_of(self.chosen.call) if self.chosen else ()
        field: Any = self.fields["criterion"]
        field.choices = [(each.code, said(each.label)) for each in criteria]
        field.initial = self.request.GET.get("criterion")

    def write(self) -> Consensus:
        stage = stage_of(self.cleaned_data["proposal"])
        return record_consensus(**self.plain(), stage=stage, **self.who)


class Decide(OnProposal):
    """Record what an authority decided."""

    name, title, icon = "add", _("Record a decision"), "gavel"
    operation = "projects.decide"
    done = _("The decision is recorded.")
    note = _("Granted by every authority the charter names, the proposal becomes a project.")
    authority = forms.ChoiceField(label=_("authority"))
    body = forms.CharField(label=pgettext_lazy("deciding", "body"), max_length=100, required=False)
    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices)
    decided_on = forms.DateField(label=_("decided on"))
    amount = FigureField(label=_("amount granted"), required=False)
    conditions = forms.CharField(label=_("conditions"), widget=forms.Textarea, required=False)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, required=False)
    votes_for = forms.IntegerField(label=VOTES["for"], min_value=0, required=False)
    votes_against = forms.IntegerField(label=VOTES["against"], min_value=0, required=False)
    votes_abstained = forms.IntegerField(label=VOTES["abstained"], min_value=0, required=False)
    scan = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        named = next_authority(self.chosen, stage_of(self.chosen)) if self.chosen else None
        field: Any = self.fields["authority"]
        if named is not None:
            names = dict(Decision._meta.get_field("authority").choices or ())
            called = said(named.label) if named.label else names[named.authority.value]
            field.choices = [(named.authority.value, called)]
            self.fields["body"].initial = named.by or ""

    def votes(self) -> dict[str, int] | None:
        given = {name: self.cleaned_data[f"votes_{name}"] for name in VOTES}
        if all(each is None for each in given.values()):
            return None
        return {name: each or 0 for name, each in given.items()}

    def write(self) -> Decision:
        return filed(self, "scan", self.recorded)

    def recorded(self, paper: Document | None) -> Decision:
        return decide(
            proposal=self.cleaned_data["proposal"],
            authority=Authority(self.cleaned_data["authority"]),
            resolution=Resolution(
                outcome=Outcome(self.cleaned_data["outcome"]),
                votes=self.votes(),
                paper=paper,
                **self.plain("body", "amount", "conditions", "reason"),
            ),
            decided_on=self.cleaned_data["decided_on"],
            **self.who,
        )


@admin.register(Consensus)
class ConsensusAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds = RecordConsensus
    list_display = ("proposal", "criterion_shown", "score", "on", "consortium")
    list_filter = (("consortium", ScopedFilter), "on")
    search_fields = ("proposal__number",)
    ordering = ("-on", "pk")
    select = ("consortium", "proposal__call__charter", "recorded_by")
    fields = (("proposal", "stage"), ("criterion_shown", "score"), "reason", ("on", "recorded_by"))
    readonly_fields = ("criterion_shown",)

    @display(description=_("criterion"), ordering="criterion")
    def criterion_shown(self, row: Consensus) -> str:
        return criterion(row.proposal.call, row.criterion)


@admin.register(Decision)
class DecisionAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds = Decide
    list_display = ("proposal", "authority", "body", "outcome", "on", "granted", "consortium")
    list_filter = (("consortium", ScopedFilter), "authority", "outcome", "on")
    search_fields = ("proposal__number",)
    ordering = ("-on", "-pk")
    select = ("consortium", "proposal__call", "recorded_by", "paper")
    fields = (
        ("proposal", "stage"), ("authority", "body_named"), ("outcome", "on"), "granted",
        "conditions", "reason", "votes_shown", ("recorded_by", "recorded_at"), "scan",
    )  # fmt: skip
    readonly_fields = ("body_named", "granted", "votes_shown", "scan")

    @display(description=_("body"))
    def body_named(self, row: Decision) -> str:
        return shown.body(row.proposal.call.charter, row.body) or "—"

    @display(description=_("amount granted"), ordering="amount")
    def granted(self, row: Decision) -> str:
        return words.amount(row.amount, row.proposal.call.unit) if row.amount is not None else "—"

    @display(description=_("votes"))
    def votes_shown(self, row: Decision) -> str:
        votes = row.votes or {}
        return " · ".join(f"{text} {votes[name]}" for name, text in VOTES.items() if name in votes)

    @display(description=_("scan"))
    def scan(self, row: Decision) -> str:
        if row.paper is None:
            return "—"
        address = f"/api/v1/decisions/{row.uid}/paper/"
        return format_html('<a class="desk-link" href="{}">{}</a>', address, row.paper.name)

    def buttons(self, request: HttpRequest, obj: Decision) -> list[dict[str, Any]]:
        address = reverse("admin:projects_decision_letter", args=[obj.pk])
        letter = additions.button(_("Letter to the participants (PDF)"), "mail", address)
        return [letter, *super().buttons(request, obj)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter)
        name = "projects_decision_letter"
        return [path("<int:object_id>/letter/", view, name=name), *super().get_urls()]

    def letter(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.row(request, str(object_id))
        language = get_language() or "en"
        pdf = feedback_letter(row, language=language)
        return download(pdf, name=f"{row.proposal.number}.pdf", language=language)
