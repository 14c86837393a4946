"""Questions about calls, and their answers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from projects.admin.paper import over
from projects.models import Call, Question
from projects.operations.questions import answer_question, ask_question
from projects.states import PROJECT_READERS


class AnswerQuestion(Act):
    """Answer a question for all to read."""

    name, title, icon = "answer", _("Answer"), "reply"
    operation, variant = "projects.answer_question", "primary"
    submit, done = _("Answer for all to read"), _("The question is answered.")
    note = _("Question and answer are published to everyone; who asked is not.")
    answer = forms.CharField(label=_("answer"), widget=forms.Textarea, max_length=20_000)

    @classmethod
    def fits(cls, subject: Question) -> bool:
        return subject.answered_at is None

    def write(self) -> Question:
        return answer_question(
            question=self.subject, **self.plain("answer"), at=clock.now(), **self.who
        )


class AskQuestion(Act):
    """Enter a question that a member puts on paper."""

    name, title, icon = "ask", _("Enter a question"), "help"
    operation = "projects.ask_question"
    submit, done = _("Enter"), _("The question is entered.")
    note = _("Everyone reads it with its answer; who asked is not told.")
    member = Scoped(Question._meta.get_field("member"), label=_("member"))
    text = forms.CharField(label=_("question"), widget=forms.Textarea, max_length=20_000)

    @classmethod
    def fits(cls, subject: Call) -> bool:
        return subject.published_at is not None and not over(subject)

    def write(self) -> Question:
        data = self.plain("member", "text")
        return ask_question(call=self.subject, **data, at=clock.now(), **self.who)


@admin.register(Question)
class QuestionAdmin(ConsortiumAdmin):
    view_roles = frozenset(PROJECT_READERS)
    acts = (AnswerQuestion,)
    list_display = ("__str__", "call", "member", "asked_at", "state")
    list_filter = (("call", ScopedFilter), "asked_at")
    search_fields = ("text", "answer")
    ordering = ("-asked_at", "pk")
    select = ("call__consortium", "member__organization")
    fields = (("call", "member"), "text", "asked_at", "answer", "answered_at")
    readonly_fields = ("asked_at", "answered_at")

    @display(description=_("state"))
    def state(self, row: Any) -> str:
        if row.answered_at is None:
            return shown.mark(_("Waits for an answer"), "warn")
        return shown.mark(_("Answered"), "good")
