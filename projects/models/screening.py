"""Who judges proposals, what they find, and what is decided."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Member, Organization, User
from consortium.models.base import Addressed, Dated, DatedQuerySet, ends_after_start
from consortium.states import Role
from projects.models.proposals import SPEAKERS, Proposal
from projects.states import AUTHORITIES, PROJECT_READERS, Outcome


class StaffQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.as_staff(user, on, *PROJECT_READERS))


class CompetitorQuerySet(DatedQuerySet["Competitor"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Whom a member fears is its own affair and project staff's."""
        return self.filter(
            access.own(user, on, *SPEAKERS) | access.as_staff(user, on, *PROJECT_READERS)
        )


class Competitor(Addressed, Dated):
    """An organization a member declares to compete with, for a period."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="competitors", verbose_name=_("consortium")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="competitors", verbose_name=_("member")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("competitor")
    )
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("declared by")
    )

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared competitor")
        verbose_name_plural = _("declared competitors")
        constraints = [
            ends_after_start("projects_competitor_period"),
            models.UniqueConstraint(
                fields=["member", "organization", "starts_on"], name="projects_competitor_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} ↔ {self.organization}"


class AssignmentQuerySet(models.QuerySet["ReviewAssignment"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """One's own as a reviewer, and project staff; who reviews is told to no participant."""
        mine = Q(access.as_staff(user, on, Role.REVIEWER), reviewer=user)
        return self.filter(mine | access.as_staff(user, on, *PROJECT_READERS))


class ReviewAssignment(Addressed):
    """A proposal given to a reviewer, until a day; `extension`: why that was moved.

    A conflict the reviewer declares, or that is found later, releases it with the reason.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="assignments", verbose_name=_("consortium")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="assignments", verbose_name=_("proposal")
    )
    reviewer = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", verbose_name=_("reviewer")
    )
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    assigned_on = models.DateField(_("assigned on"))
    assigned_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by")
    )
    due_on = models.DateField(_("due on"))
    extension = models.CharField(_("why given more time"), max_length=300, blank=True)
    next_on = models.DateField(_("reminded next on"), null=True, editable=False)
    released_on = models.DateField(_("released on"), null=True)
    release = models.CharField(_("why released"), max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("review assignment")
        verbose_name_plural = _("review assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "reviewer", "stage"], name="projects_assignment_once"
            ),
            models.CheckConstraint(
                name="projects_assignment_released",
                condition=Q(released_on=None, release="")
                | Q(~Q(release=""), released_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="projects_assignment_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.reviewer}"


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """One's own and project staff's; participants read the feedback letter instead."""
        mine = Q(access.as_staff(user, on, Role.REVIEWER), assignment__reviewer=user)
        return self.filter(mine | access.as_staff(user, on, *PROJECT_READERS))


class Review(Addressed):
    """What a reviewer found, with a score for each criterion. Sealed once submitted.

    `paper_on`, `paper`, `entered_by`: where it came on paper, its date, scan, and who
    entered it on the reviewer's behalf.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="reviews", verbose_name=_("consortium")
    )
    assignment = models.OneToOneField(
        ReviewAssignment, models.PROTECT, related_name="review", verbose_name=_("assignment")
    )
    scores = models.JSONField(_("scores"), default=dict)
    comment = models.TextField(_("for the consortium"), blank=True)
    feedback = models.TextField(_("for the participants"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    digest = models.CharField(max_length=64, blank=True)
    paper_on = models.DateField(_("date on the paper"), null=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("scan")
    )
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                name="projects_review_paper",
                condition=Q(paper_on__isnull=False) | Q(paper=None, entered_by=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.assignment)


class Consensus(Addressed):
    """What reviewers agreed on where their scores of a criterion lay far apart. Sealed."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="consensus", verbose_name=_("proposal")
    )
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    criterion = models.SlugField(_("criterion"), max_length=50)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=500)
    on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = StaffQuerySet["Consensus"].as_manager()

    class Meta:
        verbose_name = _("consensus")
        verbose_name_plural = _("consensus scores")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "stage", "criterion"], name="projects_consensus_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.criterion}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """As its proposal; its words may name those whom a blind reviewer is not told of."""
        seen = self.filter(proposal__in=Proposal.objects.visible_to(user, on))
        named = Proposal.objects.filter(Proposal.objects.named_to(user, on))
        return seen.filter(proposal__in=named.values("pk"))


class Decision(Addressed):
    """What one authority of the charter decided about a proposal, with its paper. Sealed.

    `votes`: for, against, abstained, where it was voted on. `amount`: what it grants.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="project_decisions", verbose_name=_("consortium")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="decisions", verbose_name=_("proposal")
    )
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    authority = models.CharField(_("authority"), max_length=20, choices=AUTHORITIES)
    body = models.CharField(pgettext_lazy("deciding", "body"), max_length=100, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    on = models.DateField(_("on"))
    amount = models.DecimalField(
        _("amount granted"), max_digits=20, decimal_places=3, null=True, blank=True
    )
    conditions = models.TextField(_("conditions"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    votes = models.JSONField(_("votes"), null=True, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    digest = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a proposal")
        verbose_name_plural = _("decisions on proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "stage", "authority", "body"],
                name="projects_decision_once",
                condition=~Q(outcome="deferred"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.get_outcome_display()}"
