"""Exact parts as staff type them: a line each, organization and fraction."""

import re
from fractions import Fraction
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import Act
from consortium.admin.standing import standing
from consortium.models import Organization
from projects.admin.lines import TableField

FRACTION = re.compile(r"[0-9]{1,18}([/.][0-9]{1,18})?", re.ASCII)
PARTS = ("organization", "part")


def parts_field(label: Any, **more: Any) -> TableField:
    """Return a field of a line for each organization and its part."""
    hint = _("A line each: organization | part, such as 1/3; together exactly 1.")
    return TableField(*PARTS, required_columns=2, label=label, help_text=hint, **more)


class Reads(Act):
    """An act on whose form organizations and parts are typed."""

    def parts(self, rows: list[dict[str, str]]) -> dict[Organization, Fraction]:
        """Return parts by organization; raises ValidationError where one is named twice."""
        found: dict[Organization, Fraction] = {}
        for row in rows:
            organization = self.organization(row["organization"])
            if organization in found:
                wrong = gettext("“%(name)s” is named twice.")
                raise forms.ValidationError(wrong % {"name": organization})
            found[organization] = part(row["part"])
        return found

    def organization(self, named: str) -> Organization:
        """Return the organization a line names, as staff may see it."""
        here = standing(self.request)
        rows = Organization.objects.visible_to(here.user, here.today)
        by_name = Q(name_en=named) | Q(name_zh=named) | Q(registration_number=named)
        found = list(rows.filter(by_name).distinct()[:2])
        if len(found) != 1:
            wrong = gettext("“%(name)s” is not the name or number of one organization.")
            raise forms.ValidationError(wrong % {"name": named})
        return found[0]


def part(text: str) -> Fraction:
    """Return a part as it is typed: 1/3, 0.25 or 1. Raises ValidationError."""
    try:
        if FRACTION.fullmatch(text):
            return Fraction(text)
    except ZeroDivisionError:
        pass
    wrong = gettext("“%(text)s” is no part; write 1/3 or 0.25.")
    raise forms.ValidationError(wrong % {"text": text})
