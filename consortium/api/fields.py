"""Fields: references to visible rows only, exact amounts, sensible days."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium import clock, money

WRITTEN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
SLUG = re.compile(r"[a-z0-9_-]{1,60}")


class Reference(serializers.Field[Any, Any, Any, Any]):
    """A row named by its address; one that is invisible is as absent as one that is not there."""

    default_error_messages = {"not_found": _("There is no such row."), "invalid": _("Not valid.")}
    attribute = "uid"

    def __init__(self, *, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def key(self, data: Any) -> Any:
        try:
            return UUID(data) if isinstance(data, str) and len(data) == 36 else self.fail("invalid")
        except ValueError:
            self.fail("invalid")

    def visible(self) -> Any:
        request = self.context["request"]
        return self.model.objects.visible_to(request.user, clock.today())

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self.visible().get(**{self.attribute: self.key(data)})
        except ObjectDoesNotExist:
            self.fail("not_found")

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.attribute))


@extend_schema_field(OpenApiTypes.UUID)
class UidField(Reference):
    """A row named by its `uid`."""


@extend_schema_field({"type": "string", "pattern": "^[a-z0-9_-]{1,60}$"})
class SlugField(Reference):
    """A row named by its `slug`: a consortium."""

    attribute = "slug"

    def key(self, data: Any) -> Any:
        if not isinstance(data, str) or not SLUG.fullmatch(data):
            self.fail("invalid")
        return data


@extend_schema_field({"type": "string", "pattern": f"^{WRITTEN.pattern}$"})
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """An exact amount as text: digits and a decimal point, never a float, no exponent."""

    default_error_messages = {
        "not_an_amount": _("Write an amount as text: digits and a decimal point, such as “1.50”.")
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not WRITTEN.fullmatch(data):
            self.fail("not_an_amount")
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return format(value, "f")


class DayField(serializers.DateField):
    """A day in ISO 8601, in the years 1900 to 2199."""

    default_error_messages = {"absurd_day": _("The year lies outside 1900 to 2199.")}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not 1900 <= day.year < 2200:
            self.fail("absurd_day")
        return day


def amount(value: Decimal, unit: str) -> str:
    """Return an amount in its unit's decimals, or with more where it has more."""
    smallest = money.quantum(unit)
    exact = value.quantize(smallest) if value == value.quantize(smallest) else value.normalize()
    return format(exact, "f")
