"""Fields of results: exact parts, and who and what a member's people may name."""

import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consortium import access, clock
from consortium.api.fields import UidField
from consortium.models import Organization
from ip.states import IP_READERS
from projects.models import Project

WRITTEN = re.compile(r"[0-9]{1,18}(/[0-9]{1,18}|\.[0-9]{1,12})?", re.ASCII)


@extend_schema_field({"type": "string", "pattern": f"^{WRITTEN.pattern}$", "example": "1/3"})
class PartField(serializers.Field[Any, Any, Any, Any]):
    """An exact part of a whole as text: “1/3”, “0.25” or “1”."""

    default_error_messages = {
        "not_a_part": _("Write a part as text: a fraction such as “1/3”, or “0.25”.")
    }

    def to_internal_value(self, data: Any) -> Fraction:
        if not isinstance(data, str) or not WRITTEN.fullmatch(data):
            self.fail("not_a_part")
        try:
            return Fraction(data)
        except ZeroDivisionError:
            self.fail("not_a_part")

    def to_representation(self, value: Fraction) -> str:
        return str(value)


class PartyField(UidField):
    """An organization one knows: of one's consortia, or in one's projects."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model=Organization, **kwargs)

    def visible(self) -> Any:
        user, on = self.context["request"].user, clock.today()
        beside = projects_of(user, on).values("projectparticipants__body")
        known = super().visible().values("pk")
        return Organization.objects.filter(Q(pk__in=known) | Q(pk__in=beside))


class ProjectField(UidField):
    """A project one takes part in; staff who record results name any of their consortium."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model=Project, **kwargs)

    def visible(self) -> Any:
        return projects_of(self.context["request"].user, clock.today())


def projects_of(user: Any, on: date) -> Any:
    seen = Project.objects.visible_to(user, on).values("pk")
    return Project.objects.filter(Q(pk__in=seen) | access.as_staff(user, on, *IP_READERS))


class PartInputSerializer(serializers.Serializer[Any]):
    """An organization's exact part, as it is sent."""

    organization = PartyField()
    part = PartField()


class WrittenList(serializers.ListSerializer[Any]):
    """Rows of an object each; in a form with a scan the same list as JSON text."""

    def get_value(self, dictionary: Any) -> Any:
        if not hasattr(dictionary, "getlist"):
            return super().get_value(dictionary)
        text = dictionary.get(self.field_name, serializers.empty)
        if text is serializers.empty:
            return text
        try:
            return json.loads(text)
        except (ValueError, RecursionError, TypeError):
            return None


class WrittenPartSerializer(PartInputSerializer):
    class Meta:
        list_serializer_class = WrittenList


def by_organization(rows: list[dict[str, Any]], path: str) -> dict[Organization, Fraction]:
    """Return parts by organization; one that is named twice is refused."""
    found: dict[Organization, Fraction] = {}
    for index, row in enumerate(rows):
        if row["organization"] in found:
            raise serializers.ValidationError({f"{path}[{index}]": [_("is named twice")]})
        found[row["organization"]] = row["part"]
    return found
