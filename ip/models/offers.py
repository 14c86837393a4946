"""How parts of results pass: by deed, by agreement, given up to the other owners first."""

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium.models import Document, Organization, User
from ip.models.results import OfResult
from ip.states import Cause


class ShareOffer(OfResult):
    """An owner gives its part up: the other owners may take it until a day (exclusive).

    Whoever accepts in time shares it by what each owns. `settled_on`: the day the part
    passed, once all the others have accepted or the time is over; where nobody has
    accepted (`lapsed`) the part stays, and the right may be let lapse.
    """

    giver = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("given up by")
    )
    offered_on = models.DateField(_("offered on"))
    until = models.DateField(_("to be accepted before"))
    reason = models.TextField(_("reason"), blank=True)
    settled_on = models.DateField(_("settled on"), null=True)
    lapsed = models.BooleanField(_("nobody took it"), null=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("share given up")
        verbose_name_plural = _("shares given up")
        indexes = [
            models.Index(
                fields=["until"], name="ip_offer_due", condition=Q(settled_on__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(name="ip_offer_period", condition=Q(until__gt=F("offered_on"))),
            models.CheckConstraint(
                name="ip_offer_settled",
                condition=Q(settled_on=None, lapsed=None)
                | Q(settled_on__isnull=False, lapsed__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["result", "giver"], name="ip_offer_one_open", condition=Q(settled_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver}: {self.result}"

    @property
    def organization(self) -> Organization:
        return self.giver


class OfferAcceptance(OfResult):
    """Another owner takes, or shares in, what an owner gives up. Sealed."""

    offer = models.ForeignKey(
        ShareOffer, models.PROTECT, related_name="acceptances", verbose_name=_("share given up")
    )
    taker = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    accepted_on = models.DateField(_("accepted on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("acceptance of a share")
        verbose_name_plural = _("acceptances of shares")
        constraints = [
            models.UniqueConstraint(fields=["offer", "taker"], name="ip_acceptance_once")
        ]

    def __str__(self) -> str:
        return f"{self.taker}: {self.result}"

    @property
    def organization(self) -> Organization:
        return self.taker


class OwnershipChange(OfResult):
    """What changed who owns a result, on a day: an agreement, a deed, a part given up. Sealed.

    `giver`, `taker`, the part: of a part that passed; an agreement orders all parts anew.
    `consent`: the co-owners' paper, `notified_on`: the day they were told, where the
    charter asks for it.
    """

    cause = models.CharField(_("by"), max_length=20, choices=Cause.choices)
    changed_on = models.DateField(_("from"))
    giver = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("given up by")
    )
    taker = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    numerator = models.PositiveBigIntegerField(_("part: numerator"), null=True)
    denominator = models.PositiveBigIntegerField(_("part: denominator"), null=True)
    deed = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("deed")
    )
    consent = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("co-owners’ consent")
    )
    notified_on = models.DateField(_("co-owners told on"), null=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of ownership")
        verbose_name_plural = _("changes of ownership")
        constraints = [
            models.CheckConstraint(
                name="ip_change_part",
                condition=Q(giver=None, taker=None, numerator=None, denominator=None)
                | Q(
                    giver__isnull=False,
                    taker__isnull=False,
                    numerator__gt=0,
                    denominator__gte=F("numerator"),
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.changed_on.isoformat()}"

    @property
    def part(self) -> Fraction | None:
        if self.numerator is None or self.denominator is None:
            return None
        return Fraction(self.numerator, self.denominator)
