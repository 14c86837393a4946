"""How long a result is kept to its class, what was decided about it, and who asked for access."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium.models import Charter, Consortium, Document, Organization, User
from ip.models.results import OfResult, Result
from ip.states import USES


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
    """When a result's exclusivity is told of next; never more than a reminder to look."""

    result = models.OneToOneField(
        Result, models.PROTECT, primary_key=True, related_name="watch", verbose_name=_("result")
    )
    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="+", verbose_name=_("consortium")
    )
    next_on = models.DateField(_("looked at next on"), null=True)

    class Meta:
        verbose_name = _("exclusivity watch")
        verbose_name_plural = _("exclusivity watches")
        indexes = [
            models.Index(
                fields=["consortium", "next_on"],
                name="ip_watch_due",
                condition=Q(next_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.result)


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

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")

    def __str__(self) -> str:
        return f"{self.asker}: {self.result}"

    @property
    def organization(self) -> Organization:
        return self.asker
