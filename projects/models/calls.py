"""Calls for proposals, and what is asked and changed while they are open."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Charter, Consortium, Member, User
from consortium.models.base import Addressed, Named, has_a_name
from consortium.rules.schema import parse
from consortium.states import Role
from projects.rules.call import CallTerms
from projects.states import INITIATIVES, PROJECT_READERS

INSIDERS = tuple(set(Role) - {Role.SUPERVISOR})
"""Who reads calls: members' people, reviewers, funders and staff."""


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """A published call is open to everyone in the consortium, a draft to project staff."""
        published = Q(access.in_consortium(user, on, *INSIDERS), published_at__isnull=False)
        return self.filter(published | access.as_staff(user, on, *PROJECT_READERS))


class Call(Addressed, Named):
    """An invitation to propose: topics, budget, dates, criteria. Sealed when it has closed.

    `terms` is what `CallTerms` describes; a change to a published call is announced to
    everyone. Moments are the server's; `closes_at` is of the first stage, `ends_at` of the
    second where there are two.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="calls", verbose_name=_("consortium")
    )
    code = models.SlugField(_("code"), max_length=40)
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    initiative = models.CharField(_("initiative"), max_length=20, choices=INITIATIVES)
    text_en = models.TextField(_("text (English)"), blank=True)
    text_zh = models.TextField(_("text (Chinese)"), blank=True)
    terms = models.JSONField(pgettext_lazy("call", "terms"), default=dict)
    budget = models.DecimalField(
        _("budget"), max_digits=20, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    ends_at = models.DateTimeField(_("second stage closes at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "code"], name="projects_call_code"),
            models.CheckConstraint(
                name="projects_call_times",
                condition=Q(closes_at__gt=F("opens_at"))
                & (Q(ends_at=None) | Q(ends_at__gt=F("closes_at"))),
            ),
            models.CheckConstraint(
                name="projects_call_budget", condition=Q(budget=None) | Q(budget__gt=0)
            ),
            has_a_name("projects_call_name"),
        ]

    def rules(self) -> CallTerms:
        """Return the call's terms as its schema reads them."""
        return parse(CallTerms, self.terms)


class OfCallQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(call__in=Call.objects.visible_to(user, on))


class CallChange(Addressed):
    """A change to a published call, as it was announced. Sealed."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="changes", verbose_name=_("call"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    reason = models.CharField(_("reason"), max_length=300)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    objects = OfCallQuerySet["CallChange"].as_manager()

    class Meta:
        verbose_name = _("change of a call")
        verbose_name_plural = _("changes of calls")

    def __str__(self) -> str:
        return f"{self.call}: {self.reason}"

    @property
    def consortium(self) -> Consortium:
        return self.call.consortium


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """An answered one is visible to all; before, to who asked it and to project staff."""
        seen = Q(call__in=Call.objects.visible_to(user, on)) & (
            Q(answered_at__isnull=False) | Q(asked_by=user)
        )
        staff = access.as_staff(user, on, *PROJECT_READERS, at="call__consortium")
        return self.filter(seen | staff)


class Question(Addressed):
    """A question about a call and its answer; who asked is told to nobody but staff."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="questions", verbose_name=_("call"))
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("member")
    )
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), db_default=Now(), editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                name="projects_question_answer",
                condition=Q(answered_at=None, answer="")
                | Q(~Q(answer=""), answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def consortium(self) -> Consortium:
        return self.call.consortium
