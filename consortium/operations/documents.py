"""Filing private files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import file_digest
from io import SEEK_END, BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import puremagic
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from consortium.access import in_one_transaction, operation
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


@operation(allow=set(DESK_ROLES | MEMBER_ROLES), on_behalf=False)
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


def filing[R](
    sent: Any, act: Callable[[Document | None], R], *, consortium: Consortium, by: Any, on: date
) -> R:
    """File what was sent, if anything, and act on it, all in one transaction."""

    def do() -> R:
        if sent is None:
            return act(None)
        sent.seek(0)  # it was read before where the database asked to try again
        document = file_document(
            consortium=consortium, name=sent.name, content=sent.read(), by=by, on=on
        )
        try:
            return act(document)
        except BaseException:
            # The row is rolled back with the transaction; the file is not.
            document.file.delete(save=False)
            raise

    return in_one_transaction(do)


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
    return keep_file(
        consortium, name, BytesIO(content), content_type=content_type, suffix=suffix, by=by
    )


def keep_file(
    consortium: Consortium,
    name: str,
    content: Any,
    *,
    content_type: str,
    suffix: str,
    by: User | None,
) -> Document:
    """Do the same with an open file of any size, read in pieces."""
    size = content.seek(0, SEEK_END)
    content.seek(0)
    document = Document(
        consortium=consortium,
        name=name.replace("\x00", "")[:200] or "file",
        content_type=content_type,
        size=size,
        sha256=file_digest(content, "sha256").hexdigest(),
        filed_by=by,
    )
    content.seek(0)
    document.file.save(f"{document.uid}{suffix}", File(content), save=False)
    try:
        document.save(force_insert=True)
    except Exception:
        document.file.delete(save=False)
        raise
    return document


@contextmanager
def undone() -> Iterator[None]:
    """Undo everything done inside: the rows are rolled back, and their files deleted."""
    last = Document.objects.aggregate(last=Max("pk"))["last"] or 0
    filed: list[Document] = []
    try:
        with transaction.atomic():
            try:
                yield
            finally:
                if not transaction.get_connection().needs_rollback:
                    filed = list(Document.objects.filter(pk__gt=last))
                    transaction.set_rollback(True)
    finally:
        # What others have filed meanwhile is still there.
        kept = set(Document.objects.filter(pk__gt=last).values_list("pk", flat=True))
        for document in filed:
            if document.pk not in kept:
                document.file.delete(save=False)


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
