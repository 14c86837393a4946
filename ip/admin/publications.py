"""Planned publications: who may object, what they said, and whether the text may appear."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Document, Member
from ip.admin.results import READERS
from ip.models import PublicationAnswer, PublicationNotice, PublicationParty, Result
from ip.operations.publishing import Planned, enter_answer, enter_notice
from ip.reports.publications import stands
from ip.rules.choices import Review, Stance
from ip.states import REVIEWS, STANCES
from projects.admin.acts import filed
from projects.models import Project

TONES = {
    Review.OBJECTED: "warn",
    Review.SILENT: "warn",
    Review.CONSENTED: "good",
    Review.DEEMED: "good",
    Review.DELAYED: "good",
}


class EnterNotice(ActWithin):
    name, title, icon = "add", _("Enter a planned publication"), "article"
    operation = "ip.enter_notice"
    submit, done = _("Enter"), _("The notice is entered; those who may object are told.")
    note = _("The charter says how many days before publication notice is given.")
    member = forms.ModelChoiceField(Member.objects.none(), label=_("author’s organization"))
    title_given = forms.CharField(label=_("title"), max_length=300)
    project = forms.ModelChoiceField(Project.objects.none(), label=_("project"), required=False)
    results = forms.ModelMultipleChoiceField(
        Result.objects.none(), label=_("results"), required=False
    )
    planned_on = forms.DateField(label=_("planned for"))
    noticed_on = forms.DateField(label=pgettext_lazy("publication", "notice given on"))
    text = forms.CharField(label=_("abstract"), widget=forms.Textarea, required=False)
    file = forms.FileField(label=pgettext_lazy("file", "text"), required=False)
    paper = forms.FileField(label=_("scan of the notice"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["results"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.widget = UnfoldAdminSelectMultipleWidget(choices=field.choices)
        field.widget.choices = field.choices

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        for name, model in (("member", Member), ("project", Project), ("results", Result)):
            rows = model._default_manager.filter(consortium__in=here).order_by("pk")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        member = self.cleaned_data.get("member")
        if member is not None and member.consortium != self.cleaned_data.get("consortium_choice"):
            self.add_error("member", _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> PublicationNotice:
        return filed(
            self, "file", lambda file: filed(self, "paper", lambda paper: self.entered(file, paper))
        )

    def entered(self, file: Document | None, paper: Document | None) -> PublicationNotice:
        data = self.cleaned_data
        planned = Planned(
            title=data["title_given"],
            results=tuple(data["results"]),
            file=file,
            **self.plain("planned_on", "text", "project"),
        )
        given = {"planned": planned, "noticed_on": data["noticed_on"], "paper": paper}
        return enter_notice(member=data["member"], **given, **self.who)


class EnterAnswer(Act):
    name, title, icon = "answer", _("Enter an answer"), "reply"
    operation = "ip.enter_answer"
    done = _("The answer is entered; the author is told.")
    party = forms.ModelChoiceField(PublicationParty.objects.none(), label=_("organization"))
    stance = forms.ChoiceField(label=_("answer"), choices=STANCES)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, required=False)
    answered_on = forms.DateField(label=_("answered on"))
    paper = forms.FileField(label=_("scan"), required=False)

    @classmethod
    def fits(cls, subject: PublicationNotice) -> bool:
        return subject.publicationpartys.exists()

    def prepare(self) -> None:
        rows = self.subject.publicationpartys.select_related("body", "notice").order_by("pk")
        self.fields["party"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> PublicationAnswer:
        given = {
            **self.plain("party", "reason", "answered_on"),
            "stance": Stance(self.cleaned_data["stance"]),
        }
        return filed(self, "paper", lambda paper: enter_answer(**given, paper=paper, **self.who))


@admin.register(PublicationNotice)
class PublicationNoticeAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds, acts = EnterNotice, (EnterAnswer,)
    page_template = "ip/publication.html"
    list_display = ("number", "title", "author", "planned_on", "closes_on", "state", "consortium")
    list_filter = (("consortium", ScopedFilter), "closes_on", "planned_on")
    search_fields = ("number", "title")
    ordering = ("-noticed_on", "-pk")
    select = ("consortium", "charter", "author", "project")
    fields = (
        ("number", "author"), "title", ("project", "state"), ("noticed_on", "closes_on"),
        ("planned_on", "may_appear_on"), "text",
    )  # fmt: skip
    readonly_fields = ("state", "may_appear_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.prefetch_related(
            "charter__sections", "publicationpartys__body", "publicationanswers"
        )

    @display(description=pgettext_lazy("publication", "review"))
    def state(self, row: PublicationNotice) -> str:
        found = stands(row, clock.today(row.consortium)).review
        return shown.mark(dict(REVIEWS)[found.value], TONES.get(found, "plain"))

    @display(description=_("may appear from"))
    def may_appear_on(self, row: PublicationNotice) -> str:
        return shown.day(stands(row, clock.today(row.consortium)).from_on)

    def title_of(self, obj: PublicationNotice) -> str:
        return f"{obj.number} · {obj.title}"

    def page(self, request: HttpRequest, obj: PublicationNotice) -> dict[str, Any]:
        answers = obj.publicationanswers.select_related("party__body").order_by("answered_on", "pk")
        said: dict[int, list[PublicationAnswer]] = {}
        for each in answers:
            said.setdefault(each.party_id, []).append(each)
        return {
            "parties": [(party, said.get(party.pk, [])) for party in obj.publicationpartys.all()],
            "results": obj.results.order_by("pk"),
        }
