"""Bringing an archive back into an empty place, all of it or nothing."""

import shutil
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import connection

from config.archive import programs, state, tape
from config.archive.tape import Archive, ArchiveRefused, Manifest, Step


def check(path: Path, *, step: Step) -> Manifest:
    """Read an archive through and return its manifest. Raises ArchiveRefused."""
    with Archive.opened(path, step) as archive:
        return archive.manifest


def restore(path: Path, *, step: Step) -> Manifest:
    """Bring database and files back, and compare them with the manifest. Raises ArchiveRefused.

    Files come first and the database last, in one transaction: a run that is killed has
    left an empty database and perhaps files, and the same archive can be restored again.
    """
    with Archive.opened(path, step) as archive:
        major = int(state.server().partition(".")[0])
        fitting(archive.manifest, path, major)
        placed: list[Path] = []
        try:
            place_files(archive, placed, step)
            bring_database(archive, major, step)
        except BaseException:
            # Rows without their files would be worse than files without rows.
            if not state.is_living():
                for each in placed:
                    each.unlink(missing_ok=True)
            raise
        return archive.manifest


def fitting(manifest: Manifest, path: Path, major: int) -> None:
    """Refuse what would not fit: another version's tables, an older server, a living place."""
    if manifest.migrations != state.migrations():
        raise ArchiveRefused(
            f"{path} was made by version {manifest.product} with other migrations than this one "
            f"({state.product()}): restore it with that version, then upgrade."
        )
    if manifest.major > major:
        raise ArchiveRefused(
            f"{path} is of PostgreSQL {manifest.major} and the server is {major}: "
            "restore it into the same or a newer one."
        )
    if state.is_living():
        raise ArchiveRefused(
            f"The database “{connection.settings_dict['NAME']}” is not empty and nothing is "
            "restored over it: create an empty one and let DATABASE_URL name it."
        )


def place_files(archive: Archive, placed: list[Path], step: Step) -> None:
    """Put every file in its place; one that is there already must be the same."""
    files = archive.manifest.files
    done = step("files", len(files))
    for name, sha256 in files.items():
        target = place_of(name)
        if target.exists():
            with target.open("rb") as file:
                if state.sha256_of(file) != sha256:
                    raise ArchiveRefused(
                        f"{target} exists with other content: empty the folder, or let "
                        "CONSORTIUM_VAR name another."
                    )
        else:
            private(target.parent)
            with tape.taking_shape(target) as out, archive.file(tape.FILES + name) as content:
                shutil.copyfileobj(content, out, tape.CHUNK)
            placed.append(target)
        done(1)


def private(folder: Path) -> None:
    """Make a folder, and those above it, for the product's own user only."""
    if not folder.exists():
        private(folder.parent)
        folder.mkdir(mode=0o700)


def place_of(name: str) -> Path:
    try:
        return Path(default_storage.path(name))
    except SuspiciousFileOperation as error:
        raise ArchiveRefused(f"The archive names a file outside its folder: {name}.") from error


def bring_database(archive: Archive, major: int, step: Step) -> None:
    """Load the dump and compare; what does not come out as it went in is taken back."""
    size = archive.size(tape.DUMP)
    content = tape.Hashed(archive.file(tape.DUMP), step("database", size))
    connection.close()
    programs.load(content, major=major)  # type: ignore[arg-type]
    try:
        compare(archive.manifest)
    except BaseException:
        # It was empty and ours alone: emptied, it is as it was found.
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        raise
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def compare(manifest: Manifest) -> None:
    """Hold what came out against what went in."""
    found = state.state()
    if wrong := [name for name, part in manifest.state.items() if found.get(name) != part]:
        raise ArchiveRefused(
            f"What came out differs from the manifest in {', '.join(wrong)}; it was taken back."
        )
