"""Projects while they run: who takes part, what happened, and the plan."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Charter, Consortium, Document, Member, Organization, User
from consortium.models.base import (
    Addressed,
    Dated,
    Named,
    ends_after_start,
    has_a_name,
)
from projects.models.proposals import SPEAKERS, Proposal
from projects.states import PARTS, PROJECT_READERS, Happening


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Its participants' people and project staff."""
        mine = ProjectParticipant.objects.filter(
            access.own(user, on, *SPEAKERS, organization="body")
        )
        return self.filter(
            Q(pk__in=mine.values("project")) | access.as_staff(user, on, *PROJECT_READERS)
        )


class Project(Addressed, Named):
    """Work that was decided on: who takes part, from when to when, under which charter.

    `contract_due_on`: by when every participant signs. How it stands on a day is
    computed from its contract and what happened to it.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="projects", verbose_name=_("consortium")
    )
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, null=True, related_name="project", verbose_name=_("proposal")
    )
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    number = models.CharField(_("number"), max_length=40)
    theme = models.SlugField(_("theme"), max_length=50, blank=True)
    lead = models.ForeignKey(
        Member, models.PROTECT, related_name="led_projects", verbose_name=_("lead")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))
    budget = models.DecimalField(
        _("budget"), max_digits=20, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20)
    decided_on = models.DateField(_("decided on"))
    contract_due_on = models.DateField(_("contract due on"), null=True, blank=True)
    contract_next_on = models.DateField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="projects_number"),
            models.CheckConstraint(name="projects_period", condition=Q(ends_on__gt=F("starts_on"))),
            has_a_name("projects_name"),
        ]
        indexes = [
            models.Index(
                fields=["consortium", "contract_next_on"],
                name="projects_contract_due",
                condition=Q(contract_next_on__isnull=False),
            )
        ]

    @property
    def organization(self) -> Organization:
        return self.lead.organization


class OfProjectQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user, on))


class OfProject(Addressed):
    """What belongs to a project and is seen by who sees the project."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="%(class)ss", verbose_name=_("project")
    )

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def organization(self) -> Organization:
        return self.project.organization


class ProjectParticipant(OfProject, Dated):
    """An organization in a project, with its shares of work and cost for a period."""

    part = models.CharField(_("part"), max_length=20, choices=PARTS)
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="project_parts", verbose_name=_("organization")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="project_parts", verbose_name=_("member")
    )
    work_share = models.DecimalField(_("share of the work"), max_digits=7, decimal_places=6)
    cost_share = models.DecimalField(_("share of the cost"), max_digits=7, decimal_places=6)
    signed_on = models.DateField(_("contract signed on"), null=True)
    signatory = models.CharField(_("contract signed by"), max_length=150, blank=True)
    contract = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("contract")
    )

    class Meta:
        verbose_name = _("participant in a project")
        verbose_name_plural = _("participants in projects")
        constraints = [
            ends_after_start("projects_part_period"),
            models.UniqueConstraint(
                fields=["project", "body", "starts_on"], name="projects_part_once"
            ),
            models.CheckConstraint(
                name="projects_part_shares",
                condition=Q(
                    work_share__gte=0, work_share__lte=1, cost_share__gte=0, cost_share__lte=1
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.body)

    @property
    def organization(self) -> Organization:
        return self.body


class ProjectEvent(OfProject):
    """What changed how a project stands: suspended, resumed, terminated, closed. Sealed."""

    kind = models.CharField(_("what happened"), max_length=20, choices=Happening.choices)
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=500)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("project event")
        verbose_name_plural = _("project events")
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "on"], name="projects_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_kind_display()}"


class Plan(OfProject):
    """A version of a project's plan: its work packages, milestones and deliverables.

    `body` is what `ProjectPlan` describes. Proposed, then adopted by another person;
    sealed once decided. The last adopted one counts.
    """

    version = models.PositiveSmallIntegerField(_("version"))
    body = models.JSONField(_("plan"))
    reason = models.CharField(_("reason for the change"), max_length=500, blank=True)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("person", "decided by"),
    )
    adopted = models.BooleanField(_("adopted"), null=True)

    class Meta:
        verbose_name = _("project plan")
        verbose_name_plural = _("project plans")
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="projects_plan_once"),
            models.UniqueConstraint(
                fields=["project"], name="projects_plan_one_open", condition=Q(decided_on=None)
            ),
            models.CheckConstraint(
                name="projects_plan_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} v{self.version}"
