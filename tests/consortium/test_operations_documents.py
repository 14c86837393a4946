"""Files: judged by their content, kept privately under names of our own."""

import hashlib
import re
import stat
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.urls import get_resolver

from consortium.errors import DomainError
from consortium.models import AuditEvent, Document
from consortium.operations.documents import LIMIT, FileTypeRefused, file_document, type_of
from tests.cast import TODAY, Cast


def archive(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return made.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
REFUSED = "refused"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n%%EOF\n", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40, "image/jpeg"),
        (b"II*\x00" + b"\0" * 40, "image/tiff"),
        (archive("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
        (archive("readme.txt"), REFUSED),
        (archive("ppt/presentation.xml"), REFUSED),
        (b"PK\x03\x04 no archive at all", REFUSED),
        (b"MZ\x90\x00" + b"\0" * 200, REFUSED),
        (b"MZ\x90\x00" + b"\0" * 200 + b"%PDF-1.7\n%%EOF\n", REFUSED),
        (b"\x7fELF" + b"\0" * 200, REFUSED),
        (b"<html><script>alert(1)</script>%PDF-1.7", REFUSED),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', REFUSED),
        (b"#!/bin/sh\nrm -rf /\n", REFUSED),
        (b"GIF89a" + b"\0" * 40, REFUSED),
        (b"plain text", REFUSED),
        (b"\0", REFUSED),
        (b"", REFUSED),
    ],
    # An archive holds its moment, and xdist wants the same names from each worker.
    ids=lambda value: value[:8].hex() if isinstance(value, bytes) else value,
)
def test_type_is_what_the_bytes_say(content: bytes, expected: str) -> None:
    try:
        found = type_of(content)
    except FileTypeRefused:
        found = REFUSED
    assert found == expected


def filed(cast: Cast, name: str, content: bytes) -> Document:
    return file_document(
        consortium=cast.consortium, name=name, content=content, by=cast.people["payer"], on=TODAY
    )


def test_file_is_kept_under_a_random_name(cast: Cast) -> None:
    content = b"%PDF-1.7\n%%EOF\n"
    document = filed(cast, "../../etc/passwd\x00.png", content)
    assert (document.name, document.content_type, document.size, document.sha256) == (
        "../../etc/passwd.png",
        "application/pdf",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    stored = Path(document.file.path)
    assert re.fullmatch(r"documents/\d{4}/\d{2}/[0-9a-f-]{36}\.pdf", document.file.name)
    assert stored.is_relative_to(settings.MEDIA_ROOT)
    assert stored.read_bytes() == content
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert AuditEvent.objects.get(action="file_document").facts == {"sha256": document.sha256}


def test_no_address_serves_stored_files() -> None:
    assert not settings.MEDIA_URL.strip("/")
    assert not any("media" in str(each.pattern) for each in get_resolver().url_patterns)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7" + b"\0" * LIMIT, "file_too_large"),
        (b"MZ" + b"\0" * 100, "file_type_refused"),
        (b"", "file_type_refused"),
    ],
)
def test_refused_file_leaves_nothing(cast: Cast, content: bytes, code: str) -> None:
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*.*"))
    with pytest.raises(DomainError) as refused:
        filed(cast, "contract.pdf", content)
    assert refused.value.code == code
    assert not Document.objects.exists()
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*.*")) == before


def test_largest_file_is_taken(cast: Cast) -> None:
    content = b"%PDF-1.7\n".ljust(LIMIT, b"\0")
    assert filed(cast, "", content).name == "file"
