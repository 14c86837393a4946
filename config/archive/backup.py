"""Writing the archive: one snapshot of the database, and the files its rows know."""

from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.storage import default_storage
from django.db import connection, transaction

from config.archive import programs, state, tape
from config.archive.tape import ArchiveRefused, Manifest, Step, Writer


def backup(target: Path, *, at: datetime, step: Step) -> Manifest:
    """Write the archive and return its manifest. Raises ArchiveRefused.

    The product may go on working: files are never changed once they are stored, so those
    of the snapshot's rows are still as they were. A file that is missing or altered is
    named in the manifest and does not stop the rest.
    """
    if target.exists():
        raise ArchiveRefused(f"{target} exists: name another file, or move that one away.")
    try:
        with tape.taking_shape(target) as file:
            writer = Writer(file)
            found, stored = add_database(writer, target.parent, step)
            files, damaged = add_files(writer, stored, step)
            manifest = Manifest(
                format=tape.FORMAT,
                product=state.product(),
                made_at=at.isoformat(timespec="seconds"),
                postgresql=state.server(),
                migrations=state.migrations(),
                state=found,
                files=files,
                damaged=damaged,
            )
            writer.seal(manifest)
    except OSError as error:
        why = error.strerror or error
        raise ArchiveRefused(f"{error.filename or target} cannot be written: {why}.") from error
    return manifest


def add_database(
    writer: Writer, folder: Path, step: Step
) -> tuple[dict[str, object], dict[str, str]]:
    """Add the dump; return the state and the stored files of the same snapshot."""
    major = int(state.server().partition(".")[0])
    # Aside first, because a tar asks for the size before the content.
    with NamedTemporaryFile(dir=folder, prefix=".dump-") as file:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            unmigrated(state.migrations())
            found, stored = state.state(), state.stored()
            programs.dump(file.name, major=major, snapshot=snapshot)
        size = file.seek(0, 2)
        file.seek(0)
        writer.add(tape.DUMP, file, size, step("database", size))
    return found, stored


def unmigrated(wanted: list[str]) -> None:
    """Refuse a database that is not this version's: it could not be brought back with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        applied = {name for (name,) in cursor.fetchall()}
    if missing := set(wanted) - applied:
        raise ArchiveRefused(
            f"The database lacks {len(missing)} migrations of this version: back up with the "
            "version that last ran on it, or migrate first."
        )


def add_files(
    writer: Writer, stored: dict[str, str], step: Step
) -> tuple[dict[str, str], list[str]]:
    """Add each stored file; return their digests, and which are not what their rows say."""
    files: dict[str, str] = {}
    damaged = []
    done = step("files", len(stored))
    for name, known in stored.items():
        try:
            file, size = default_storage.open(name), default_storage.size(name)
        except FileNotFoundError:
            damaged.append(name)
        else:
            with file:
                files[name] = writer.add(tape.FILES + name, file, size, lambda count: None)
            if known not in ("", files[name]):
                damaged.append(name)
        done(1)
    return files, damaged
