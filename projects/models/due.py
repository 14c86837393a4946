"""What is due of projects: milestones, deliverables, reports; and what may go wrong."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.models import Document, Organization, User
from projects.models.execution import OfProject


class DueItem(OfProject):
    """Something of a project that is due on a day; `next_on`: when it is told of next."""

    code = models.SlugField(_("code"), max_length=50)
    title = models.CharField(_("title"), max_length=200)
    responsible = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible")
    )
    due_on = models.DateField(_("due on"))
    next_on = models.DateField(null=True, editable=False)
    done_on = models.DateField(_("done on"), null=True)
    dropped_on = models.DateField(_("dropped on"), null=True)

    class Meta:
        abstract = True

    @property
    def organization(self) -> Organization:
        """Return whose people act on it: the responsible organization's, or the lead's."""
        return self.responsible or self.project.organization


def told(name: str) -> models.Index:
    """Return the index a sweep finds its next reminders by."""
    return models.Index(
        fields=["consortium", "next_on"], name=name, condition=Q(next_on__isnull=False)
    )


class Milestone(DueItem):
    """A milestone of the plan in force; reached or not."""

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="projects_milestone_once")
        ]
        indexes = [told("projects_milestone_due")]

    def __str__(self) -> str:
        return f"{self.project.number} {self.code}"


class Deliverable(DueItem):
    """A deliverable of the plan: submitted with its file, then accepted or sent back."""

    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    submitted_on = models.DateField(_("submitted on"), null=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="projects_deliverable_once")
        ]
        indexes = [told("projects_deliverable_due")]

    def __str__(self) -> str:
        return f"{self.project.number} {self.code}"


class ProgressReport(DueItem):
    """A participant's report for a period, or the final one of the project.

    `effort`: person-months by work package. Sealed once accepted.
    """

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))
    final = models.BooleanField(_("final report"), default=False)
    text = models.TextField(_("progress"), blank=True)
    effort = models.JSONField(_("person-months"), default=dict)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    submitted_on = models.DateField(_("submitted on"), null=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "responsible", "starts_on", "final"],
                name="projects_report_once",
            )
        ]
        indexes = [told("projects_report_due")]

    def __str__(self) -> str:
        return f"{self.project.number} {self.starts_on.isoformat()}"


class Risk(OfProject):
    """A risk of a project: how likely and how bad, from 1 to 5, and what is done about it."""

    title = models.CharField(_("risk"), max_length=200)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"))
    impact = models.PositiveSmallIntegerField(_("impact"))
    response = models.TextField(_("response"), blank=True)
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("owner")
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(
                name="projects_risk_scale",
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
            )
        ]

    def __str__(self) -> str:
        return self.title
