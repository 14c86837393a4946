"""The file of a row, as a link on its page and a download."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from consortium.admin.base import ConsortiumAdmin
from consortium.models import Document


def filed_url(screen: ConsortiumAdmin, view: Callable[..., FileResponse]) -> URLPattern:
    """Return where a screen sends the file of a row."""
    meta = screen.model._meta
    return path(
        "<int:object_id>/file/",
        screen.admin_site.admin_view(view),
        name=f"{meta.app_label}_{meta.model_name}_file",
    )


def filed_link(row: Any, paper: Document | None) -> str:
    """Return a link to the file of a row, a dash where it has none."""
    if paper is None:
        return "—"
    meta = row._meta
    href = reverse(f"admin:{meta.app_label}_{meta.model_name}_file", args=[row.pk])
    return format_html('<a class="desk-link" href="{}">{}</a>', href, paper.name)
