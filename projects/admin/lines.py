"""Tables typed or pasted into a text field: a row a line, columns by “|” or tabs."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import money
from consortium.models import Organization
from projects.rules.choices import Part

CUT = re.compile(r"\t|[|｜]")
MOST = 500


class TableField(forms.CharField):
    """Rows of named columns; those after the first `required` may be left out."""

    def __init__(self, *columns: str, required_columns: int = 1, **kwargs: Any) -> None:
        self.columns, self.least = columns, required_columns
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 5}), required=False, strip=False, **kwargs
        )

    def to_python(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        lines = [line for line in str(value or "").splitlines() if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(gettext("At most %(most)s lines.") % {"most": MOST})
        return [self.row(number, line) for number, line in enumerate(lines, 1)]

    def row(self, number: int, line: str) -> dict[str, str]:
        cells = [cell.strip() for cell in CUT.split(line)]
        while cells and not cells[-1]:
            cells.pop()
        if not self.least <= len(cells) <= len(self.columns):
            wrong = gettext("Line %(number)s has %(count)s columns, not %(least)s to %(most)s.")
            said = {"number": number, "count": len(cells), "least": self.least}
            raise forms.ValidationError(wrong % {**said, "most": len(self.columns)})
        return dict(zip(self.columns, cells, strict=False))

    def validate(self, value: Any) -> None:
        """Leave what the lines mean to whoever reads them."""

    def run_validators(self, value: Any) -> None:
        """Rows are no text to measure."""


class MomentField(forms.CharField):
    """A day and time on the consortium's own clock, such as 2027-03-31 17:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=_("In the consortium’s time zone: 2027-03-31 17:00"), **kwargs)

    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = str(value or "").strip().replace("/", "-")
        if not text:
            return None
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(gettext("Write a day and a time.")) from None

    def run_validators(self, value: Any) -> None:
        """A moment is no text to measure."""


def placed(value: datetime | None, time_zone: str) -> datetime | None:
    """Return what was typed as a moment in a time zone."""
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=ZoneInfo(time_zone))


def typed(value: datetime | None, time_zone: str) -> str:
    """Return a moment as it would be typed."""
    if value is None:
        return ""
    return value.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


# What cells say


def organization(named: str, by: Any, on: date) -> Organization:
    """Return the organization that a cell names, as staff may see it."""
    rows = Organization.objects.visible_to(by, on)
    by_name = rows.filter(name_en=named) | rows.filter(name_zh=named)
    found = list((by_name | rows.filter(registration_number=named)).distinct()[:2])
    if len(found) != 1:
        wrong = gettext("“%(name)s” is not the name or number of one organization.")
        raise forms.ValidationError(wrong % {"name": named})
    return found[0]


def part(text: str) -> Part:
    if text not in set(Part):
        wrong = gettext("“%(part)s” is none of: %(choices)s.")
        raise forms.ValidationError(
            wrong % {"part": text, "choices": ", ".join(each.value for each in Part)}
        )
    return Part(text)


def amount(text: str) -> Decimal:
    """Return what was typed as an exact number."""
    try:
        return money.parse(text.replace(",", ""))
    except money.NotAnAmount:
        wrong = gettext("“%(value)s” is not an amount; write digits and a decimal point.")
        raise forms.ValidationError(wrong % {"value": text}) from None
