"""What came over from the books kept before: one cut-over, and the items open on its day."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models import Consortium, Document, Organization, User
from consortium.models.base import Addressed
from consortium.states import Role
from funding.models.assessments import Charge
from funding.models.declarations import FINANCE_READERS, open_or_own

CUTOVER_ROLES = (Role.SECRETARY, Role.FINANCE)
"""Who moves a consortium in: one of the two proposes, the other confirms."""


class CutOverQuerySet(models.QuerySet["CutOver"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Its file holds every member's balance: who carries it out, and auditors."""
        return self.filter(access.as_staff(user, on, *{*CUTOVER_ROLES, *FINANCE_READERS}))


class CutOver(Addressed):
    """A consortium moves in from other books on a day, once. Sealed when it is done.

    Proposed by one person with a file that came through its rehearsal, done by another.
    A proposal nobody confirmed is replaced by the next. `sha256`: of the file; `counts`:
    rows of each of its sheets.
    """

    consortium = models.OneToOneField(
        Consortium, models.PROTECT, related_name="cut_over", verbose_name=_("consortium")
    )
    on = models.DateField(_("cut-over day"))
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    counts = models.JSONField(_("rows"), default=dict)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    done_on = models.DateField(_("done on"), null=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = CutOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("cut-over")
        verbose_name_plural = _("cut-overs")
        constraints = [
            models.CheckConstraint(
                name="funding_cutover_two_people",
                condition=Q(done_by=None) | ~Q(done_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="funding_cutover_not_ahead",
                condition=Q(done_on=None) | Q(done_on__gte=F("on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consortium} · {self.on.isoformat()}"


class OpeningItemQuerySet(models.QuerySet["OpeningItem"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Whoever sees its charge sees the number it had."""
        return self.filter(
            open_or_own(
                user,
                on,
                member="charge__member",
                consortium="consortium",
                secret="charge__secret",
            )
        )


class OpeningItem(Addressed):
    """What a charge was in the books before: its number and day there. Sealed.

    The charge's own number and day are those of the cut-over; its due day is the old one.
    Its `uid` is the subject of the charge's assessment, whose amount is what was open.
    `voucher`: the number of the voucher it was given there; empty where it gets one when paid.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="opening_items", verbose_name=_("consortium")
    )
    cut_over = models.ForeignKey(
        CutOver, models.PROTECT, related_name="items", verbose_name=_("cut-over")
    )
    charge = models.OneToOneField(
        Charge, models.PROTECT, related_name="opening", verbose_name=_("charge")
    )
    number = models.CharField(_("former number"), max_length=40)
    issued_on = models.DateField(_("first issued on"))
    voucher = models.CharField(_("former voucher"), max_length=60, blank=True)

    objects = OpeningItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening item")
        verbose_name_plural = _("opening items")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "number"], name="funding_opening_number")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def levy(self) -> str:
        return self.charge.levy

    @property
    def organization(self) -> Organization:
        return self.charge.member.organization
