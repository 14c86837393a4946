"""Papers: documents as PDF in the reader's language.

An app's `papers` gather what a document says, as plain values in words; a template
beside them, over `base.typ`, sets it. Data are handed over as JSON and are never code.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import typst
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from pypdf import PdfReader, PdfWriter

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
"""Where templates of any app find the base."""

FONTS = typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, and those that turn the direction of the text around them."""


def render(template: Path, data: dict[str, Any], *, language: str, on: date) -> bytes:
    """Return a document dated `on`: the same bytes for the same data.

    `data` holds `title` and what the template asks for, worded in the language. It is
    an archival PDF/A-2a unless it holds a character that no font of ours has.
    """
    with override(language):
        page = _("Page {page} of {pages}")
    lang, region = ("zh", "cn") if language.startswith("zh") else (language, None)
    given = printable(data) | {"lang": lang, "region": region, "page": page}

    def pdf(*standards: Literal["a-2a"]) -> bytes:
        return typst.compile(
            template,
            format="pdf",
            root=ROOT,
            font_paths=FONTS,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(given)},
            pdf_standards=[*standards],
            timestamp=datetime.combine(on, time(), UTC),
        )

    try:
        return pdf("a-2a")
    except typst.TypstError:
        # The archival form forbids a gap in the text; a rare name must be printed all the same.
        return pdf()


def printable(value: Any) -> Any:
    """Return values whose texts hold nothing but characters to print."""
    match value:
        case str():
            return UNPRINTABLE.sub(" ", value)
        case dict():
            return {name: printable(each) for name, each in value.items()}
        case list():
            return [printable(each) for each in value]
    return value


def bound(papers: Iterable[bytes]) -> bytes:
    """Return several documents as one, under the first one's title and date."""
    first, *others = papers
    if not others:
        return first
    whole = PdfWriter()
    for each in (first, *others):
        whole.append(BytesIO(each), import_outline=False)
    whole.metadata = PdfReader(BytesIO(first)).metadata
    out = BytesIO()
    whole.write(out)
    return out.getvalue()


def download(pdf: bytes, *, name: str, language: str) -> HttpResponse:
    """Answer with a document to be saved, kept by no cache on the way."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Language": language,
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
