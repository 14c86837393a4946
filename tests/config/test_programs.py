"""Which `pg_dump` is taken, and what is told of its errors."""

from pathlib import Path

import pytest

from config.archive import programs
from config.archive.tape import ArchiveRefused


def placed(folder: Path, version: str) -> Path:
    program = folder / "pg_dump"
    program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return program


def test_the_servers_own_version_is_taken_from_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = placed(tmp_path, "99.4 (Debian 99.4-1)")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert programs.program("pg_dump", 99) == program
    with pytest.raises(ArchiveRefused, match="install the pg_dump of that version"):
        programs.program("pg_dump", 98)


def test_the_embedded_servers_come_with_the_product() -> None:
    for name in ("pg_dump", "pg_restore"):
        found = programs.program(name, 18)
        assert programs.version_of(found) == 18


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            b"pg_restore: error: COPY failed: duplicate key.\nDETAIL:  Key (amount)=(4711)\n",
            "COPY failed: duplicate key",
        ),
        (b"pg_dump: detail: 1\npg_dump: error: connection failed\n", "connection failed"),
        (b"Killed\n", "Killed"),
        (b"", "no reason given"),
    ],
)
def test_an_error_is_told_without_the_row(said: bytes, told: str) -> None:
    assert programs.reason(said) == told
