"""Calls: drafted, published and changed; proposals and signatures that came on paper."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin, FigureField
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from projects.admin.lines import MomentField, placed, typed
from projects.admin.paper import EnterProposal, SignOnPaper, over
from projects.admin.questions import AskQuestion
from projects.admin.terms import TermsForm, initial_of, terms_of
from projects.models import Call, Question
from projects.operations.calls import Invitation, amend_call, create_call, publish_call
from projects.rules.moments import moment
from projects.states import PROJECT_READERS

TEXTS = ("name_en", "name_zh", "text_en", "text_zh")
MOMENTS = ("opens_at", "closes_at", "ends_at")


class CallForm(TermsForm):
    """What a call says."""

    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    opens_at = MomentField(label=_("opens at"))
    closes_at = MomentField(label=_("closes at"))
    ends_at = MomentField(label=_("second stage closes at"), required=False)
    budget = FigureField(label=_("budget"), required=False)
    text_en = forms.CharField(label=_("text (English)"), widget=forms.Textarea, required=False)
    text_zh = forms.CharField(label=_("text (Chinese)"), widget=forms.Textarea, required=False)

    field_order = (
        "consortium_choice", "reason", "code", "name_en", "name_zh", "opens_at", "closes_at",
        "ends_at", "budget", "text_en", "text_zh",
    )  # fmt: skip

    def said(self, time_zone: str) -> dict[str, Any]:
        """Return what the form says, as the operations take it."""
        data = self.cleaned_data
        stages = 2 if data["ends_at"] else 1
        return {
            **{name: data[name] for name in TEXTS},
            **{name: placed(data[name], time_zone) for name in MOMENTS},
            "budget": data["budget"],
            "terms": terms_of(data, stages=stages),
        }


class CreateCall(CallForm, ActWithin):
    """Draft a call."""

    name, title, icon = "add", _("Draft a call"), "campaign"
    operation, submit = "projects.create_call", _("Save the draft")
    done = _("The call is drafted. Nobody else sees it until it is published.")
    code = forms.SlugField(label=_("code"), max_length=40)

    def write(self) -> Call:
        said = self.said(self.consortium.time_zone)
        invitation = Invitation(code=self.cleaned_data["code"], **said)
        return create_call(consortium=self.consortium, invitation=invitation, **self.who)


class AmendCall(CallForm, Act):
    """Change a call; everyone is told of a change to a published one."""

    name, title, icon = "amend", _("Change the call"), "edit"
    operation, done = "projects.amend_call", _("The call is changed.")
    note = _("A change to a published call needs a reason, and everyone is told of both.")
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def prepare(self) -> None:
        call, zone = self.subject, self.subject.consortium.time_zone
        told: dict[str, Any] = {name: getattr(call, name) for name in TEXTS}
        told |= {name: typed(getattr(call, name), zone) for name in MOMENTS}
        told["budget"] = f"{call.budget.normalize():f}" if call.budget is not None else ""
        for name, value in (told | initial_of(call.terms)).items():
            self.fields[name].initial = value

    @classmethod
    def fits(cls, subject: Call) -> bool:
        return not over(subject)

    def write(self) -> Call:
        said = self.said(self.subject.consortium.time_zone)
        changed = set(self.changed_data) & said.keys()
        if set(self.changed_data) - said.keys() - {"reason"}:
            changed.add("terms")
        if "ends_at" in changed:
            changed.add("terms")
        return amend_call(
            call=self.subject,
            changes={name: said[name] for name in sorted(changed)},
            reason=self.cleaned_data["reason"],
            at=clock.now(),
            **self.who,
        )


class PublishCall(Act):
    """Publish a drafted call."""

    name, title, icon = "publish", _("Publish the call"), "campaign"
    operation, variant = "projects.publish_call", "primary"
    submit, done = _("Publish and tell everyone"), _("The call is published.")
    note = _("Members’ signatories and technical contacts are told. It can be changed later on.")

    @classmethod
    def fits(cls, subject: Call) -> bool:
        return subject.published_at is None and not over(subject)

    def write(self) -> Call:
        return publish_call(call=self.subject, at=clock.now(), **self.who)


@admin.register(Call)
class CallAdmin(ConsortiumAdmin):
    view_roles = frozenset(PROJECT_READERS)
    adds, acts = CreateCall, (PublishCall, AmendCall, EnterProposal, SignOnPaper, AskQuestion)
    page_template = "projects/call.html"
    page_first = False
    list_display = ("code", "__str__", "state", "closes", "submitted", "consortium")
    list_display_links = ("code", "__str__")
    list_filter = (("consortium", ScopedFilter), "initiative", "closes_at")
    search_fields = ("code", "name_en", "name_zh")
    ordering = ("-closes_at", "pk")
    select = ("consortium", "charter")
    fields = (
        ("code", "consortium"), ("name_en", "name_zh"), ("initiative", "charter"),
        ("opens", "closes", "ends"), ("state", "worth"), "text_en", "text_zh",
    )  # fmt: skip
    readonly_fields = ("opens", "closes", "ends", "state", "worth")

    @display(description=_("opens at"), ordering="opens_at")
    def opens(self, row: Call) -> str:
        return said_at(row, row.opens_at)

    @display(description=_("closes at"), ordering="closes_at")
    def closes(self, row: Call) -> str:
        return said_at(row, row.closes_at)

    @display(description=_("second stage closes at"), ordering="ends_at")
    def ends(self, row: Call) -> str:
        return said_at(row, row.ends_at)

    @display(description=_("budget"))
    def worth(self, row: Call) -> str:
        return words.amount(row.budget, row.unit) if row.budget is not None else "—"

    @display(description=_("state"))
    def state(self, row: Call) -> str:
        if row.published_at is None:
            return shown.mark(_("Draft"))
        if over(row):
            return shown.mark(pgettext("call", "Closed"), "note")
        if row.opens_at <= clock.now():
            return shown.mark(pgettext("call", "Open"), "good")
        return shown.mark(_("Published"), "note")

    @display(description=_("proposals"))
    def submitted(self, row: Any) -> int:
        return int(row.count)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count what is submitted, not what is being drafted."""
        return super().get_queryset(request).annotate(count=counted())

    def page(self, request: HttpRequest, obj: Call) -> dict[str, Any]:
        here = self.standing(request)
        questions = Question.objects.visible_to(here.user, here.today).filter(call=obj)
        proposals = reverse("admin:projects_proposal_changelist")
        return {
            "tables": tables(obj),
            "questions": questions.order_by("asked_at"),
            "changes": [
                {"at": said_at(obj, each.at), "reason": each.reason, "fields": list(each.after)}
                for each in obj.changes.order_by("-at")
            ],
            "proposals": f"{proposals}?call__id__exact={obj.pk}",
        }


def tables(call: Call) -> list[tuple[Any, list[str]]]:
    """Return what a call asks for, its charter's part included, as titled lists."""
    terms = call.rules().under(call.charter.rules("projects"))
    months = [str(terms.most_months)] if terms.most_months else []
    return [
        (_("Topics"), said(terms.themes)),
        (_("Budget categories"), said(terms.categories)),
        (_("What a proposal answers"), said(terms.fields)),
        (_("Criteria"), [f"{words.inside(each.label)} · {each.weight}" for each in terms.criteria]),
        (_("Requirements"), said(terms.requirements)),
        (_("Months at most"), months),
    ]


def said(entries: Iterable[Any]) -> list[str]:
    return [words.inside(each.label) for each in entries]


def said_at(call: Call, at: Any) -> str:
    return moment(at, call.consortium.time_zone) if at else "—"


def counted() -> Any:
    return Count("proposals", filter=Q(proposals__submitted=True))
