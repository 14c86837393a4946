"""Reports: what is made when for whom, each period of it, and the sealed files."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access, registry
from consortium.models.base import Addressed, Dated, DatedQuerySet, ends_after_start
from consortium.models.consortia import Consortium
from consortium.models.members import Member
from consortium.models.organizations import Organization
from consortium.models.records import Document
from consortium.models.users import User
from consortium.periods import Period
from consortium.rules.choices import Rhythm
from consortium.rules.rhythm import Timetable, written
from consortium.states import FILE_FORMATS, LANGUAGES, MEMBER_ROLES, RHYTHMS, Role

OVERSEERS = (Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
"""Who reads what is scheduled, and how far it is."""


SAME = (
    "consortium", "kind", "starts_on", "ends_on", "member", "language", "format", "parameters",
)  # fmt: skip
"""What makes two reports versions of the same one."""


def kind_label(code: str) -> str:
    """Return what a kind of report is called, its code where no app knows it any more."""
    kind = registry.report_kinds.get(code)
    return str(kind.label) if kind else code


def kind_field() -> Any:
    return models.SlugField(pgettext_lazy("report", "kind"), max_length=60)


def parameters_field() -> Any:
    return models.JSONField(_("parameters"), default=dict, blank=True)


def language_field() -> Any:
    return models.CharField(_("language"), max_length=10, choices=LANGUAGES)


class ReportScheduleQuerySet(DatedQuerySet["ReportSchedule"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.as_staff(user, on, *OVERSEERS))


class ReportSchedule(Addressed, Dated):
    """A kind of report made again and again, each time for the period that has ended.

    Periods run in the rhythm from the anchor; each one's report is due `days` after its
    end. What falls due from `starts_on` up to, not including, `ends_on` is made.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="report_schedules", verbose_name=_("consortium")
    )
    kind = kind_field()
    every = models.CharField(_("rhythm"), max_length=10, choices=RHYTHMS)
    anchor_on = models.DateField(_("a period starts on"))
    days = models.PositiveSmallIntegerField(_("days after the period"), default=0)
    parameters = parameters_field()
    language = language_field()
    formats: Any = ArrayField(
        models.CharField(max_length=10, choices=FILE_FORMATS), verbose_name=_("formats")
    )
    roles: Any = ArrayField(
        models.CharField(max_length=30, choices=Role.choices),
        verbose_name=_("roles told"),
        blank=True,
        default=list,
    )
    people = models.ManyToManyField(
        User, related_name="+", verbose_name=_("people told"), blank=True
    )

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("report schedule")
        verbose_name_plural = _("report schedules")
        constraints = [
            # One that is stopped before its first day has none.
            models.CheckConstraint(
                name="consortium_reportschedule_period",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="consortium_reportschedule_formats", condition=~Q(formats=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{kind_label(self.kind)} · {self.get_every_display()}"

    @property
    def timetable(self) -> Timetable:
        return Timetable(
            Rhythm(self.every), self.anchor_on, self.days, self.starts_on, self.ends_on
        )


class ReportEditionQuerySet(models.QuerySet["ReportEdition"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.as_staff(user, on, *OVERSEERS))


class ReportEdition(Addressed):
    """One period of a schedule: how many files it comes to, and whether all are there.

    `on` is the day it was due, which its reports are as of whenever they are made.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="report_editions", verbose_name=_("consortium")
    )
    schedule = models.ForeignKey(
        ReportSchedule, models.PROTECT, related_name="editions", verbose_name=_("report schedule")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))
    on = models.DateField(_("as of"))
    expected = models.PositiveIntegerField(_("files"), default=0)
    told_on = models.DateField(_("announced on"), null=True)
    done_on = models.DateField(_("complete on"), null=True)

    objects = ReportEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a report")
        verbose_name_plural = _("periods of reports")
        constraints = [
            ends_after_start("consortium_reportedition_period"),
            models.UniqueConstraint(
                fields=["schedule", "starts_on", "ends_on"], name="consortium_reportedition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{kind_label(self.schedule.kind)} · {written(self.period)}"

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Whoever holds a role today that is entitled to the kind; a member's people their own.

        To be named as a recipient alone gives no right.
        """
        if user.is_active and user.is_superuser:
            return self.all()
        found = access.NOTHING
        for kind in registry.report_kinds.all():
            found |= Q(kind=kind.code) & entitled(user, on, kind.readers)
        return self.filter(found)


def entitled(user: Any, on: date, readers: frozenset[str]) -> Q:
    """Return the reports of a kind that a person may read by one of its readers' roles."""
    roles = {Role(role) for role in readers}
    found = access.NOTHING
    if staff := roles - MEMBER_ROLES:
        found |= access.as_staff(user, on, *staff)
    if speaks := roles & MEMBER_ROLES:
        found |= Q(member=None) & access.in_consortium(user, on, *speaks)
        found |= access.own(user, on, *speaks)
    return found


class Report(Addressed):
    """A report as it was made: what it is of, and its file with its digest. Sealed.

    `edition`: the period of a schedule it was made for; null where somebody asked for it.
    `version` counts how often the same report was made. `member`: of whom it is, where
    the kind is written once per member.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="reports", verbose_name=_("consortium")
    )
    edition = models.ForeignKey(
        ReportEdition,
        models.PROTECT,
        null=True,
        related_name="reports",
        verbose_name=_("period of a report"),
    )
    kind = kind_field()
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))
    on = models.DateField(_("as of"))
    known_at = models.DateTimeField(_("known at"))
    parameters = parameters_field()
    language = language_field()
    format = models.CharField(_("format"), max_length=10, choices=FILE_FORMATS)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("member")
    )
    version = models.PositiveIntegerField(_("version"))
    document = models.OneToOneField(
        Document, models.PROTECT, related_name="report", verbose_name=_("file")
    )
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                name="consortium_report_period", condition=Q(ends_on__gt=F("starts_on"))
            ),
            models.UniqueConstraint(
                fields=["edition", "member", "format"],
                name="consortium_report_once",
                condition=Q(edition__isnull=False),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=[*SAME, "version"],
                name="consortium_report_version",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{kind_label(self.kind)} · {written(self.period)}"

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def organization(self) -> Organization | None:
        return self.member.organization if self.member else None
