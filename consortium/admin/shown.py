"""How values read on a screen: days, periods, marks and links."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consortium import words
from consortium.models import Charter


def day(value: date | None) -> str:
    """Return a day in the reader's language, or a dash."""
    return words.day(value) if value else "—"


period = words.period


def share(value: Decimal | None) -> str:
    """Return a share of 1 as a percentage."""
    return f"{(value * 100).normalize():f}%" if value is not None else "—"


def body(charter: Charter, code: str) -> str:
    """Return what a charter calls a body, or what was written where it names none such."""
    governance = next((each for each in charter.sections.all() if each.code == "governance"), None)
    found = governance.parsed().body_of(code) if governance else None
    return words.inside(found.label) if found else code


def mark(text: Any, kind: str = "") -> SafeString:
    """Return a small coloured label."""
    return format_html('<span class="desk-mark desk-mark-{}">{}</span>', kind or "plain", text)


def link(row: Model | None, text: Any = None) -> SafeString | str:
    """Return a link to a row's own page."""
    if row is None:
        return "—"
    meta = row._meta
    try:
        href = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return str(text or row)
    return format_html('<a class="desk-link" href="{}">{}</a>', href, text or row)


def link_to_uid(model: type[Model], uid: str) -> SafeString | str:
    """Return a link to the row with this address, by its address, never by its words.

    The page itself decides whether the reader may open it.
    """
    row = model._default_manager.filter(uid=uid).first()
    return link(row, f"{model._meta.verbose_name} {uid}") if row else uid
