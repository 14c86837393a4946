"""Who asks for a licence of a result, and what was said about it."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import access
from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed
from consortium.states import Role
from ip.models.openings import LicenceOffer
from ip.models.results import OfResult, OfResultQuerySet, OwnershipShare
from ip.states import IP_READERS, LICENCE_KINDS, USES, Closing, Side


def owned_by(user: Any, on: date, result: str, *roles: Role) -> Q:
    """Return rows of results of which the user's own organization owns a part on a day."""
    mine = access.own(user, on, *roles, consortium="result__consortium", organization="owner")
    return Q(Exists(OwnershipShare.objects.on(on).filter(mine, result=OuterRef(result))))


class LicenceApplicationQuerySet(OfResultQuerySet["LicenceApplication"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """The applicant's own people, the result's owners, and staff for results."""
        return self.filter(
            access.as_staff(user, on, *IP_READERS, at="result__consortium")
            | access.own(user, on, consortium="result__consortium", organization="applicant")
            | owned_by(user, on, "result")
        )


class LicenceApplication(OfResult):
    """An organization, member or not, asks for a licence of a result.

    `field`, `territory` (ISO 3166 countries): empty means all. `months`: for how long,
    empty for as long as there is protection. Closed when a licence was granted, refused,
    or no longer wanted; then sealed.
    """

    number = models.CharField(_("number"), max_length=40)
    applicant = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    kind = models.CharField(_("kind of licence"), max_length=20, choices=LICENCE_KINDS)
    uses = ArrayField(models.CharField(max_length=20, choices=USES), verbose_name=_("uses"))
    field = models.SlugField(_("field of use"), max_length=50, blank=True)
    territory = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("territory")
    )
    months = models.PositiveSmallIntegerField(_("term in months"), null=True, blank=True)
    text = models.TextField(_("what for"))
    offer = models.ForeignKey(
        LicenceOffer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("offer"),
    )
    applied_on = models.DateField(_("applied on"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    closed_on = models.DateField(pgettext_lazy("application", "closed on"), null=True)
    closing = models.CharField(_("outcome"), max_length=20, choices=Closing.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = LicenceApplicationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("licence application")
        verbose_name_plural = _("licence applications")
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="ip_application_number"),
            models.CheckConstraint(
                name="ip_application_closed",
                condition=Q(closed_on=None, closing="")
                | Q(closed_on__isnull=False) & ~Q(closing=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.applicant}"

    @property
    def organization(self) -> Organization:
        return self.applicant


class NegotiationEntryQuerySet(models.QuerySet["NegotiationEntry"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(application__in=LicenceApplication.objects.visible_to(user, on))


class NegotiationEntry(Addressed):
    """What one side said in the negotiation of a licence, with its file. Sealed."""

    application = models.ForeignKey(
        LicenceApplication, models.PROTECT, related_name="entries", verbose_name=_("application")
    )
    side = models.CharField(_("said by"), max_length=20, choices=Side.choices)
    speaker = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("organization")
    )
    text = models.TextField(pgettext_lazy("entry", "text"))
    file = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    entered_on = models.DateField(_("entered on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = NegotiationEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a negotiation")
        verbose_name_plural = _("entries of negotiations")

    def __str__(self) -> str:
        return f"{self.application} · {self.entered_on.isoformat()}"

    @property
    def consortium(self) -> Consortium:
        return self.application.consortium

    @property
    def organization(self) -> Organization:
        return self.application.applicant
