"""Assignments: who reviews what, by when; taken back, given more time, entered from paper."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act, FigureField
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Document
from projects.admin.lines import MomentField, placed
from projects.admin.paper import WithScan
from projects.models import Review, ReviewAssignment
from projects.operations.assignments import extend_assignment, release_assignment
from projects.operations.reviews import Opinion, enter_review
from projects.reports.terms import criteria_of
from projects.states import PROJECT_READERS
from projects.words import said

SCORE = "score_"
READERS = frozenset(PROJECT_READERS)


class Release(Act):
    """Take a proposal back from its reviewer."""

    name, title, icon = "release", _("Take the proposal back"), "undo"
    operation = "projects.release_assignment"
    submit, done = _("Take back"), _("The proposal is taken back.")
    reason = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: ReviewAssignment) -> bool:
        return waits(subject)

    def write(self) -> ReviewAssignment:
        return release_assignment(assignment=self.subject, **self.plain("reason"), **self.who)


class Extend(Act):
    """Give a reviewer more time."""

    name, title, icon = "extend", _("Give more time"), "more_time"
    operation = "projects.extend_assignment"
    done = _("The reviewer has more time.")
    note = _("After its last day a review is not taken, unless you give more time with a reason.")
    due_on = forms.DateField(label=_("due on"))
    reason = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: ReviewAssignment) -> bool:
        return waits(subject)

    def write(self) -> ReviewAssignment:
        data = self.plain("due_on", "reason")
        return extend_assignment(assignment=self.subject, **data, **self.who)


class EnterReview(WithScan):
    """Enter a review that came on paper, on its reviewer's behalf."""

    name, title, icon = "paper", _("Enter a review on paper"), "edit_document"
    operation = "projects.enter_review"
    submit, done = _("Enter and submit"), _("The review is submitted.")
    note = _("The paper is the legal act: enter what it says and when it came in.")
    paper_on = forms.DateField(label=_("date on the paper"))
    received_at = MomentField(label=_("received at"))
    comment = forms.CharField(
        label=_("for the consortium"), widget=forms.Textarea, required=False, max_length=20000
    )
    feedback = forms.CharField(
        label=_("for the participants"), widget=forms.Textarea, required=False, max_length=20000
    )

    @classmethod
    def fits(cls, subject: ReviewAssignment) -> bool:
        return waits(subject)

    def prepare(self) -> None:
        for each in criteria_of(self.subject.proposal.call):
            self.fields[f"{SCORE}{each.code}"] = FigureField(
                label=f"{said(each.label)} (0–{each.top})"
            )
        scores = [name for name in self.fields if name.startswith(SCORE)]
        self.order_fields(["paper_on", "received_at", *scores, "comment", "feedback", "scan"])

    def enter(self, paper: Document | None) -> Review:
        data = self.cleaned_data
        scores = {name.removeprefix(SCORE): data[name] for name in data if name.startswith(SCORE)}
        opinion = Opinion(scores=scores, comment=data["comment"], feedback=data["feedback"])
        received_at = placed(data["received_at"], self.consortium.time_zone)
        assert received_at is not None
        return enter_review(
            assignment=self.subject,
            opinion=opinion,
            paper_on=data["paper_on"],
            paper=paper,
            received_at=received_at,
            at=clock.now(),
            **self.who,
        )


def waits(row: ReviewAssignment) -> bool:
    """Say whether an assignment still waits for its review."""
    review = getattr(row, "review", None)
    return row.released_on is None and (review is None or review.submitted_at is None)


@admin.register(ReviewAssignment)
class ReviewAssignmentAdmin(ConsortiumAdmin):
    view_roles = READERS
    acts = (EnterReview, Release, Extend)
    list_display = ("proposal", "reviewer", "stage", "due_on", "state", "consortium")
    list_filter = (("consortium", ScopedFilter), "stage", "due_on")
    search_fields = ("proposal__number", "reviewer__username")
    ordering = ("due_on", "pk")
    select = (
        "consortium", "proposal__call__charter", "reviewer", "review__paper", "review__entered_by",
    )  # fmt: skip
    fields = (
        ("proposal", "reviewer"), ("stage", "state"), ("assigned_on", "due_on"), "extension",
        ("released_on", "release"), "scores", "comment", "feedback",
        "on_paper",
    )  # fmt: skip
    readonly_fields = ("state", "scores", "comment", "feedback", "on_paper")

    @display(description=_("state"))
    def state(self, row: ReviewAssignment) -> str:
        if row.released_on is not None:
            return shown.mark(pgettext_lazy("review", "Taken back"))
        if not waits(row):
            return shown.mark(pgettext_lazy("review", "Submitted"), "good")
        if row.due_on < clock.today(row.consortium):
            return shown.mark(pgettext_lazy("review", "Late"), "bad")
        return shown.mark(pgettext_lazy("review", "Waits"))

    @display(description=_("scores"))
    def scores(self, row: ReviewAssignment) -> str:
        review = sealed(row)
        return (
            ", ".join(f"{code} {score}" for code, score in review.scores.items()) if review else "—"
        )

    @display(description=_("for the consortium"))
    def comment(self, row: ReviewAssignment) -> str:
        review = sealed(row)
        return (review.comment if review else "") or "—"

    @display(description=_("for the participants"))
    def feedback(self, row: ReviewAssignment) -> str:
        review = sealed(row)
        return (review.feedback if review else "") or "—"

    @display(description=_("on paper"))
    def on_paper(self, row: ReviewAssignment) -> str:
        review = sealed(row)
        if review is None or review.paper_on is None:
            return "—"
        dated = gettext("dated %(day)s, entered by %(who)s") % {
            "day": shown.day(review.paper_on), "who": review.entered_by or "—",
        }  # fmt: skip
        scan = format_html(
            ' · <a class="desk-link" href="/api/v1/reviews/{}/paper/">{}</a>',
            review.uid, gettext("Scan"),
        ) if review.paper else ""  # fmt: skip
        return format_html("{}{}", dated, scan)


def sealed(row: ReviewAssignment) -> Any:
    """Return the review, once it is submitted; a draft is its writer's."""
    review = getattr(row, "review", None)
    return review if review is not None and review.submitted_at is not None else None
