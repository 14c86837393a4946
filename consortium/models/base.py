"""What every table shares: an address that counts nothing, dated periods, two names."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consortium.periods import Period


class Addressed(models.Model):
    """A row that REST addresses by a random `uid`, so that keys count no rival's rows."""

    uid = models.UUIDField(_("address"), default=uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows with a half-open period."""

    def on(self, on: date) -> Self:
        """Return the rows in force on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class Dated(models.Model):
    """A row in force from `starts_on` up to, not including, `ends_on` (null: open)."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)


class Named(models.Model):
    """A row with a name in English, in Chinese, or in both."""

    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """Return the name in the reader's language, or the one there is."""
        chinese = (get_language() or "").startswith("zh")
        first, second = (self.name_zh, self.name_en) if chinese else (self.name_en, self.name_zh)
        return first or second

    def __str__(self) -> str:
        return self.name


def date_range() -> Func:
    """Return the row's period as a PostgreSQL range, for exclusion constraints."""
    return Func(F("starts_on"), F("ends_on"), function="daterange", output_field=DateRangeField())


def ends_after_start(name: str) -> models.CheckConstraint:
    condition = Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
    return models.CheckConstraint(condition=condition, name=name)


def has_a_name(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=~Q(name_en="") | ~Q(name_zh=""), name=name)


def among(keys: Iterable[int]) -> RawSQL:
    """Return what a key `__in` many is compared with: one parameter, however many there are."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def uid_of(row: Any) -> str | None:
    """Return a row's public address as text, or None where there is no row."""
    return str(row.uid) if row is not None else None
