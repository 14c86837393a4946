"""Consortia and their goals."""

from datetime import date, timedelta
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.base import Addressed, Dated, DatedQuerySet, Named, has_a_name
from consortium.models.base import ends_after_start as ends_after
from consortium.models.organizations import Organization
from consortium.states import INITIATORS, LANGUAGES, LEGAL_FORMS, STAGES, STRUCTURES, Role


class ConsortiumQuerySet(DatedQuerySet["Consortium"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Those one is appointed to, and the reference cases."""
        return self.filter(access.in_consortium(user, on, *Role, at="pk") | Q(is_reference=True))

    def living(self) -> Self:
        """Return those the daily tick works for: not the reference cases, not the ended ones."""
        last_day_ahead = Q(ends_on__gt=F("advanced_to") + timedelta(days=1))
        return self.filter(Q(ends_on=None) | last_day_ahead, is_reference=False)


def unit(text: Any) -> Any:
    """Return a link to one of the units a consortium without legal person must name."""
    return models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=text
    )


class Consortium(Addressed, Named, Dated):
    """A consortium, or a recorded one kept for reference.

    `advanced_to` is the last day whose sweeps are done; only `advance` moves it.
    The funds holder is issuer and payee on every charge, since a contract
    alliance has no account of its own.
    """

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    is_reference = models.BooleanField(_("reference case"), default=False)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$")],
        help_text=_("Three letters, ISO 4217: CNY, USD …"),
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    fiscal_year_month = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    fiscal_year_day = models.PositiveSmallIntegerField(
        _("fiscal year starts on day"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    legal_form = models.CharField(_("legal form"), max_length=30, choices=LEGAL_FORMS)
    stage = models.CharField(_("stage of cooperation"), max_length=30, choices=STAGES)
    structure = models.CharField(_("structure"), max_length=20, choices=STRUCTURES)
    initiator = models.CharField(_("initiator"), max_length=30, choices=INITIATORS)
    field_en = models.CharField(_("field of industry (English)"), max_length=200, blank=True)
    field_zh = models.CharField(_("field of industry (Chinese)"), max_length=200, blank=True)
    lead = unit(_("lead"))
    host_unit = unit(_("host unit"))
    liable_unit = unit(_("liable unit"))
    funds_holder = unit(_("funds holder"))
    funds_account = models.CharField(_("funds holder's account"), max_length=100, blank=True)
    end_reason = models.CharField(_("why it ends"), max_length=500, blank=True)
    advanced_to = models.DateField(_("swept up to"), editable=False)
    withheld_since = models.DateField(
        _("irreversible steps withheld since"), null=True, blank=True, editable=False
    )
    ticked_at = models.DateTimeField(_("last tick"), null=True, editable=False)
    outbound_released_at = models.DateTimeField(
        _("outbound mail released at"), null=True, blank=True, editable=False
    )

    objects = ConsortiumQuerySet.as_manager()

    class Meta:
        verbose_name = _("consortium")
        verbose_name_plural = _("consortia")
        constraints = [
            ends_after("consortium_consortium_period"),
            has_a_name("consortium_consortium_name"),
            models.CheckConstraint(
                name="consortium_fiscal_year",
                condition=Q(fiscal_year_month__range=(1, 12), fiscal_year_day__range=(1, 28)),
            ),
        ]

    @property
    def consortium(self) -> Self:
        """Return itself, so that an operation finds the consortium of any subject."""
        return self

    @property
    def outbound_held(self) -> bool:
        return self.outbound_released_at is None


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.in_consortium(user, on) | Q(consortium__is_reference=True))


class Goal(Addressed):
    """A dated goal; on reaching it the consortium renews, transforms or dissolves."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="goals", verbose_name=_("consortium")
    )
    text_en = models.TextField(_("goal (English)"), blank=True)
    text_zh = models.TextField(_("goal (Chinese)"), blank=True)
    set_on = models.DateField(_("set on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                name="consortium_goal_text", condition=~Q(text_en="") | ~Q(text_zh="")
            ),
            models.CheckConstraint(
                name="consortium_goal_due", condition=Q(due_on=None) | Q(due_on__gte=F("set_on"))
            ),
        ]

    def __str__(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        first, second = (self.text_zh, self.text_en) if chinese else (self.text_en, self.text_zh)
        return first or second
