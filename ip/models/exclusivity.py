"""How long a result is kept to its class, what was decided about it, and who asked for access."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Charter, Consortium, Document, Organization, User
from ip.models.results import OfResult, OfResultQuerySet, OwnershipShare, Result
from ip.states import IP_READERS, USES


class Exclusivity(OfResult):
    """What a charter promised about a result from its start event on. Sealed.

    `path`: the rule in the charter's `ip` section. Decisions and later charters that
    count move its effective end, which is computed when read.
    """

    result = models.OneToOneField(
        Result, models.PROTECT, related_name="exclusivity", verbose_name=_("result")
    )
    charter = models.ForeignKey(
        Charter, models.PROTECT, related_name="+", verbose_name=_("charter")
    )
    path = models.CharField(_("rule"), max_length=100)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"))

    class Meta:
        verbose_name = _("exclusivity")
        verbose_name_plural = _("exclusivities")
        constraints = [
            models.CheckConstraint(
                name="ip_exclusivity_period", condition=Q(ends_on__gt=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.starts_on.isoformat()} – {self.ends_on.isoformat()}"


class ExclusivityChange(OfResult):
    """A body decided that an exclusivity ends on another day; the last one counts. Sealed."""

    decided_on = models.DateField(_("decided on"))
    ends_on = models.DateField(_("ends on"))
    body = models.SlugField(_("decided by"), max_length=50)
    reason = models.TextField(_("reason"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("decision on an exclusivity")
        verbose_name_plural = _("decisions on exclusivities")
        constraints = [
            models.CheckConstraint(
                name="ip_exclusivity_change", condition=Q(ends_on__gte=F("decided_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.ends_on.isoformat()}"


class ExclusivityWatch(models.Model):
    """When a result's exclusivity is told of next; never more than a reminder to look.

    `awaited`: nothing is promised yet, since it starts when the project ends.
    """

    result = models.OneToOneField(
        Result, models.PROTECT, primary_key=True, related_name="watch", verbose_name=_("result")
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)
    awaited = models.BooleanField(_("waits for its project"), default=False)

    class Meta:
        verbose_name = _("exclusivity watch")
        verbose_name_plural = _("exclusivity watches")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="ip_watch_due",
                condition=Q(next_on__isnull=False),
            ),
            models.Index(fields=["consortium"], name="ip_watch_awaited", condition=Q(awaited=True)),
        ]

    def __str__(self) -> str:
        return str(self.result)


class Rearming(models.Model):
    """A charter that counts for earlier promises has come, and the watches were set anew."""

    charter = models.OneToOneField(
        Charter, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("charter")
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("charter that moved exclusivities")
        verbose_name_plural = _("charters that moved exclusivities")

    def __str__(self) -> str:
        return str(self.charter)


class AccessRequestQuerySet(OfResultQuerySet["AccessRequest"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """What a member wants and why is no rival's business: its own, the owners', and staff."""
        mine = access.own(user, on, consortium="result__consortium", organization="asker")
        owned = access.own(user, on, consortium="result__consortium", organization="owner")
        shares = OwnershipShare.objects.on(on).filter(owned, result=OuterRef("result"))
        staff = access.as_staff(user, on, *IP_READERS, at="result__consortium")
        return self.filter(mine | staff | Q(Exists(shares)))


class AccessRequest(OfResult):
    """An organization asked for access to a result on a day. Sealed."""

    asker = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    uses = ArrayField(models.CharField(max_length=20, choices=USES), verbose_name=_("uses"))
    purpose = models.TextField(_("what for"))
    asked_on = models.DateField(_("asked on"))
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = AccessRequestQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")

    def __str__(self) -> str:
        return f"{self.asker}: {self.result}"

    @property
    def organization(self) -> Organization:
        return self.asker
