"""Filing private files."""

import hashlib
from datetime import date
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import puremagic
from django.core.files.base import ContentFile

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Document, User
from consortium.operations.audit import record
from consortium.states import DESK_ROLES, MEMBER_ROLES

LIMIT = 20 * 1024 * 1024
UNPACKED = 10 * LIMIT
"""Bytes an office document may unpack to."""

OFFICE = "application/vnd.openxmlformats-officedocument."
PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
"""An office document is a ZIP archive; these parts say that it is one, and which."""
ALLOWED = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}spreadsheetml.sheet": ".xlsx",
}


class FileTooLarge(DomainError):
    code = "file_too_large"


class FileTypeRefused(DomainError):
    """The content is not a PDF, a picture or an office document, whatever its name says."""

    code = "file_type_refused"


class FileUnpacksTooLarge(DomainError):
    """The archive says it unpacks to far more than it holds: nobody should open it."""

    code = "file_unpacks_too_large"


class ForeignDocument(DomainError):
    """The file was filed in another consortium."""

    code = "foreign_document"


@operation(allow=set(DESK_ROLES | MEMBER_ROLES))
def file_document(
    *, consortium: Consortium, name: str, content: bytes, by: User | None, on: date
) -> Document:
    """Keep a file privately (at most 20 MiB). Raises FileTooLarge, FileTypeRefused,
    FileUnpacksTooLarge.

    The stored name is random; the given one is only shown.
    """
    if len(content) > LIMIT:
        raise FileTooLarge(size=len(content), limit=LIMIT)
    content_type = type_of(content)
    suffix = ALLOWED[content_type]
    document = keep(consortium, name, content, content_type=content_type, suffix=suffix, by=by)
    record(
        consortium=consortium,
        action="file_document",
        by=by,
        on=on,
        subject=document,
        sha256=document.sha256,
    )
    return document


def keep(
    consortium: Consortium,
    name: str,
    content: bytes,
    *,
    content_type: str,
    suffix: str,
    by: User | None,
) -> Document:
    """Write a file and its row. Should the transaction fail, whoever called deletes the file."""
    document = Document(
        consortium=consortium,
        name=name.replace("\x00", "")[:200] or "file",
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        filed_by=by,
    )
    document.file.save(f"{document.uid}{suffix}", ContentFile(content), save=False)
    document.save(force_insert=True)
    return document


def type_of(content: bytes) -> str:
    """Return the type the bytes themselves tell. Raises FileTypeRefused."""
    if content.startswith(b"PK"):
        found = office_type(content)
    else:
        found = next((mime for mime in types_of(content) if mime in ALLOWED), None)
    if found is None:
        raise FileTypeRefused(allowed=", ".join(sorted(set(ALLOWED.values()))))
    return found


def types_of(content: bytes) -> list[str]:
    try:
        return [match.mime_type for match in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError):
        return []


def office_type(content: bytes) -> str | None:
    """Return which office document a ZIP archive is, or None where it is none.

    Nothing is unpacked. Raises FileUnpacksTooLarge, also where parts lie over each other.
    """
    try:
        parts = ZipFile(BytesIO(content)).infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    packed, size = (
        sum(getattr(each, name) for each in parts) for name in ("compress_size", "file_size")
    )
    if size > UNPACKED or packed > len(content):
        raise FileUnpacksTooLarge(limit=UNPACKED)
    names = {each.filename for each in parts}
    return next((mime for part, mime in PARTS.items() if part in names), None)
