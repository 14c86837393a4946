"""Files of projects on their pages."""

from typing import Any

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consortium.models import Document


def file_link(row: Any) -> SafeString | str:
    """Return a link to a row's file, or a dash."""
    if row.document is None:
        return "—"
    meta = row._meta
    href = reverse(f"admin:{meta.app_label}_{meta.model_name}_file", args=[row.pk])
    return format_html('<a class="desk-link" href="{}">{}</a>', href, row.document.name)


def shown_file(document: Document | None) -> FileResponse:
    """Answer with a file as an attachment, or 404 where there is none."""
    if document is None:
        raise Http404
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
