"""Assignments: who reviews what, by when; taken back or given more time."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from projects.models import ReviewAssignment
from projects.operations.assignments import extend_assignment, release_assignment
from projects.states import PROJECT_READERS

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


def waits(row: ReviewAssignment) -> bool:
    """Say whether an assignment still waits for its review."""
    review = getattr(row, "review", None)
    return row.released_on is None and (review is None or review.submitted_at is None)


@admin.register(ReviewAssignment)
class ReviewAssignmentAdmin(ConsortiumAdmin):
    view_roles = READERS
    acts = (Release, Extend)
    list_display = ("proposal", "reviewer", "stage", "due_on", "state", "consortium")
    list_filter = (("consortium", ScopedFilter), "stage", "due_on")
    search_fields = ("proposal__number", "reviewer__username")
    ordering = ("due_on", "pk")
    select = ("consortium", "proposal", "reviewer", "review")
    fields = (
        ("proposal", "reviewer"), ("stage", "state"), ("assigned_on", "due_on"), "extension",
        ("released_on", "release"), "scores", "comment", "feedback",
    )  # fmt: skip
    readonly_fields = ("state", "scores", "comment", "feedback")

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


def sealed(row: ReviewAssignment) -> Any:
    """Return the review, once it is submitted; a draft is its writer's."""
    review = getattr(row, "review", None)
    return review if review is not None and review.submitted_at is not None else None
