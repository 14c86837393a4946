"""Planned publications, who may object to each, and what they said."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Charter, Consortium, Document, Organization, User
from consortium.models.base import Addressed
from ip.models.results import Result
from ip.states import IP_READERS, STANCES
from projects.models import Project


class PublicationNoticeQuerySet(models.QuerySet["PublicationNotice"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The author's people, those of who may object, and staff in role."""
        mine = access.own(user, on, consortium="notice__consortium", organization="body")
        parties = PublicationParty.objects.filter(mine, notice=OuterRef("pk"))
        return self.filter(
            access.as_staff(user, on, *IP_READERS)
            | access.own(user, on, organization="author")
            | Q(Exists(parties))
        )


class PublicationNotice(Addressed):
    """A member tells the others what it is about to publish. Sealed.

    On a project's work, or on results. `charter`: the one in force on the day of the
    notice, whose review governs it. `closes_on`: the first day too late to object.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="publications", verbose_name=_("consortium")
    )
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    number = models.CharField(_("number"), max_length=40)
    author = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("author’s organization")
    )
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text or abstract"), blank=True)
    file = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("file", "text"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name=_("project"),
    )
    results = models.ManyToManyField(
        Result, blank=True, related_name="publications", verbose_name=_("results")
    )
    planned_on = models.DateField(_("planned for"))
    noticed_on = models.DateField(pgettext_lazy("publication", "notice given on"))
    closes_on = models.DateField(_("to be answered before"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = PublicationNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned publication")
        verbose_name_plural = _("planned publications")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="ip_publication_number"),
            models.CheckConstraint(
                name="ip_publication_days",
                condition=Q(planned_on__gte=F("noticed_on"), closes_on__gt=F("noticed_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def organization(self) -> Organization:
        return self.author


class OfPublicationQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(notice__in=PublicationNotice.objects.visible_to(user, on))


class OfPublication(Addressed):
    """What belongs to a planned publication."""

    notice = models.ForeignKey(
        PublicationNotice,
        models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("planned publication"),
    )

    objects = OfPublicationQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def consortium(self) -> Consortium:
        return self.notice.consortium


class PublicationParty(OfPublication):
    """An organization that may object to a publication, as of the day of the notice. Sealed."""

    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        verbose_name = _("party to a planned publication")
        verbose_name_plural = _("parties to planned publications")
        constraints = [
            models.UniqueConstraint(fields=["notice", "body"], name="ip_publication_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.notice}"

    @property
    def organization(self) -> Organization:
        return self.body


class PublicationAnswerQuerySet(OfPublicationQuerySet["PublicationAnswer"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Who gave it, the author, and staff in role: a reason may be a secret of its own."""
        at = {"consortium": "notice__consortium"}
        return self.filter(
            access.as_staff(user, on, *IP_READERS, at="notice__consortium")
            | access.own(user, on, **at, organization="notice__author")
            | access.own(user, on, **at, organization="party__body")
        )


class PublicationAnswer(OfPublication):
    """What a party said to a planned publication; its last word counts. Sealed."""

    party = models.ForeignKey(
        PublicationParty, models.PROTECT, related_name="answers", verbose_name=_("organization")
    )
    stance = models.CharField(_("answer"), max_length=20, choices=STANCES)
    reason = models.TextField(_("reason"), blank=True)
    answered_on = models.DateField(_("answered on"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = PublicationAnswerQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("answer to a planned publication")
        verbose_name_plural = _("answers to planned publications")

    def __str__(self) -> str:
        return f"{self.party}: {self.get_stance_display()}"

    @property
    def organization(self) -> Organization:
        return self.party.body


class PublicationWatch(models.Model):
    """When the review of a publication is looked at next; never more than a reminder to look."""

    notice = models.OneToOneField(
        PublicationNotice,
        models.PROTECT,
        primary_key=True,
        related_name="watch",
        verbose_name=_("planned publication"),
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)

    class Meta:
        verbose_name = _("publication watch")
        verbose_name_plural = _("publication watches")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="ip_publication_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.notice)
