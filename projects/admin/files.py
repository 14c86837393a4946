"""Files of projects on their pages."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def file_link(row: Any) -> SafeString | str:
    """Return a link to a row's file, or a dash."""
    if row.document is None:
        return "—"
    meta = row._meta
    href = reverse(f"admin:{meta.app_label}_{meta.model_name}_file", args=[row.pk])
    return format_html('<a class="desk-link" href="{}">{}</a>', href, row.document.name)
