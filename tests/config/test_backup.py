"""The drill: an archive of a lived-in installation comes back whole, or is refused."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone
from psycopg import connect, sql

from config.archive import programs, state, tape
from consortium.models import AuditEvent, Consortium
from consortium.operations.documents import file_document
from funding.reports.books import trial_balance
from tests.cast import build

pytestmark = pytest.mark.django_db

PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass(frozen=True)
class House:
    """An installation, its archive, and what was true when that was made."""

    database: str
    archive: Path
    state: dict[str, Any]
    balances: dict[str, Any]
    files: dict[str, bytes]


def administer(statement: str, *names: str) -> None:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = ("host", "port", "user", "password", "dbname")
    with connect(**{key: parameters[key] for key in wanted if key in parameters}) as other:
        other.autocommit = True
        other.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def standing_in(database: str, files: Path) -> Iterator[None]:
    """Let the product work on another database and folder of files."""
    usual = connections["default"]
    connections["default"] = usual.copy()
    connections["default"].settings_dict["NAME"] = database
    try:
        with override_settings(MEDIA_ROOT=files):
            yield
    finally:
        connections["default"].close()
        connections["default"] = usual


def run(command: str, *words: object, **options: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, words), stdout=out, **options)
    return out.getvalue()


def refused(command: str, *words: object) -> str:
    with pytest.raises(CommandError) as error:
        run(command, *words)
    assert error.value.returncode == 2
    return str(error.value)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def balances() -> dict[str, Any]:
    return {
        consortium.slug: {
            unit: [(line.heading.number, str(line.member), line.balance) for line in found.lines]
            for unit, found in trial_balance(consortium, on=date.max, by_member=True).items()
        }
        for consortium in Consortium.objects.all()
    }


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Copy the test database, live in the copy, and back it up."""
    folder = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock():
        template = connection.settings_dict["NAME"]
        connection.close()
        administer("CREATE DATABASE {} TEMPLATE {}", f"{template}_house", template)
        try:
            with standing_in(f"{template}_house", folder / "files"):
                yield lived_in(folder)
        finally:
            administer("DROP DATABASE {} WITH (FORCE)", f"{template}_house")


def lived_in(folder: Path) -> House:
    cast = build()
    file_document(
        consortium=cast.consortium, name="议定书.pdf", content=PAPER, by=None, on=date(2026, 3, 2)
    )
    Session.objects.create(
        session_key="a-login-that-works", session_data="", expire_date=timezone.now()
    )
    archive = folder / "house.archive"
    assert run("backup", archive) == f"{archive}: 2 consortia, 1 files\n"
    name = connection.settings_dict["NAME"]
    return House(name, archive, state.state(), balances(), contents(folder / "files"))


@pytest.fixture
def empty(house: House, tmp_path: Path) -> Iterator[Path]:
    """Stand in an empty database; give its folder of files, which is not there yet."""
    name = f"{house.database}_again"
    administer("CREATE DATABASE {}", name)
    try:
        with standing_in(name, tmp_path / "files"):
            yield tmp_path / "files"
    finally:
        administer("DROP DATABASE {} WITH (FORCE)", name)


def test_all_comes_back(house: House, empty: Path) -> None:
    said = json.loads(run("restore", house.archive, json=True))
    assert (said["ok"], said["failures"], said["files"]) == (True, [], 1)
    assert said["heads"] == house.state["heads"]
    assert state.state() == house.state
    assert balances() == house.balances
    assert any(line for units in house.balances.values() for line in units.values()), "no books"
    assert contents(empty) == house.files
    modes = {oct(path.stat().st_mode)[-3:] for path in [empty, *empty.rglob("*")]}
    assert modes == {"700", "600"}
    assert not Session.objects.exists(), "a login travelled in the archive"
    with pytest.raises(Exception, match="is sealed"):
        AuditEvent.objects.update(action="nothing")


def test_the_archive_is_for_its_owner_and_holds_no_secret(house: House) -> None:
    assert oct(house.archive.stat().st_mode)[-3:] == "600"
    content = house.archive.read_bytes()
    assert settings.SECRET_KEY.encode() not in content
    assert b"a-login-that-works" not in content
    assert sorted(path.name for path in house.archive.parent.iterdir()) == [
        "files",
        "house.archive",
    ]


def cut(content: bytes) -> list[bytes]:
    return [content[: len(content) * part // 9] for part in range(9)] + [content[:-1]]


def flipped(content: bytes) -> list[bytes]:
    """Alter one byte at places all over, the first and the last among them."""
    places = [*range(0, len(content), len(content) // 40), len(content) - 1]
    return [
        content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in places
    ]


@pytest.mark.parametrize(
    "spoil", [cut, flipped, lambda content: [content + b"\0" * 512, b"", b"PK\3\4"]]
)
def test_a_spoilt_archive_is_refused(
    house: House, tmp_path: Path, spoil: Callable[[bytes], list[bytes]]
) -> None:
    path = tmp_path / "spoilt.archive"
    for content in spoil(house.archive.read_bytes()):
        path.write_bytes(content)
        for words in ((path,), (path, "--check")):
            assert "was cut short or altered" in refused("restore", *words)


def test_a_spoilt_archive_changes_nothing(house: House, empty: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.archive"
    path.write_bytes(house.archive.read_bytes()[:-20_000])
    assert "was cut short or altered" in refused("restore", path)
    assert (state.is_living(), empty.exists()) == (False, False)


def test_a_living_database_is_not_restored_over(house: House, tmp_path: Path) -> None:
    with standing_in(house.database, tmp_path / "files"):
        assert "is not empty and nothing is restored over it" in refused("restore", house.archive)
        assert state.state() == house.state
    assert contents(tmp_path / "files") == {}


def test_a_file_of_other_content_is_not_overwritten(house: House, empty: Path) -> None:
    name = next(iter(house.files))
    (empty / name).parent.mkdir(parents=True)
    (empty / name).write_bytes(b"something else")
    assert "exists with other content" in refused("restore", house.archive)
    assert contents(empty) == {name: b"something else"}
    assert not state.is_living()


def test_after_a_kill_between_files_and_database_it_is_done_again(
    house: House, empty: Path
) -> None:
    for name, content in house.files.items():
        (empty / name).parent.mkdir(parents=True)
        (empty / name).write_bytes(content)
    assert run("restore", house.archive).startswith("restored: 2 consortia and 1 files")
    assert state.state() == house.state


class CutShort:
    """A dump whose reader is interrupted before the end."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.left = file, size

    def read(self, size: int) -> bytes:
        if self.left <= 0:
            raise KeyboardInterrupt
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data


def test_a_database_that_is_interrupted_stays_empty(house: House, empty: Path) -> None:
    with tape.Archive.opened(house.archive, lambda name, total: lambda count: None) as archive:
        size = archive.size(tape.DUMP)
        content: Any = CutShort(archive.file(tape.DUMP), size * 9 // 10)
        with pytest.raises(KeyboardInterrupt):
            programs.load(content, major=archive.manifest.major)
    assert not state.is_living()
    assert run("restore", house.archive).startswith("restored: 2 consortia")


def test_what_comes_out_otherwise_is_taken_back(house: House, empty: Path, tmp_path: Path) -> None:
    """An archive whose manifest and seal were made for other books."""
    path = tmp_path / "forged.archive"
    resealed(house.archive, path, lambda found: found["state"]["books"].update(other="0" * 64))
    assert "differs from the manifest in books" in refused("restore", path)
    assert (state.is_living(), contents(empty)) == (False, {})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 99}, "has a form that this version does not read"),
        ({"migrations": ["consortium.0001_initial"]}, "was made by version"),
        ({"postgresql": "99.1"}, "restore it into the same or a newer one"),
        ({"files": {"../outside": "0" * 64}}, "names a file outside its folder"),
    ],
)
def test_an_archive_that_does_not_fit(
    house: House, empty: Path, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = tmp_path / "other.archive"
    resealed(house.archive, path, lambda found: found.update(change))
    assert said in refused("restore", path)
    assert (state.is_living(), contents(tmp_path / "files")) == (False, {})


def resealed(archive: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write an archive anew with another manifest."""
    with tape.Archive.opened(archive, lambda name, total: lambda count: None) as old:
        found = {**vars(old.manifest), "state": {**old.manifest.state}}
        found["state"]["books"] = {**old.manifest.state["books"]}
        change(found)
        with tape.taking_shape(target) as out:
            writer = tape.Writer(out)
            for member in old.tar.getmembers():
                if member.name not in (tape.MANIFEST, tape.SEAL):
                    with old.file(member.name) as content:
                        writer.add(member.name, content, member.size, lambda count: None)
            writer.seal(tape.Manifest(**found))


def exits(command: str, *words: object) -> tuple[Any, dict[str, Any]]:
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command(command, *map(str, words), stdout=out, json=True)
    return end.value.code, json.loads(out.getvalue())


def test_a_missing_file_is_named_and_the_rest_is_kept(
    house: House, empty: Path, tmp_path: Path
) -> None:
    path = tmp_path / "poor.archive"
    with standing_in(house.database, tmp_path / "lost"):
        code, said = exits("backup", path)
    assert (code, said["ok"], said["damaged"]) == (1, False, list(house.files))
    assert run("restore", path, check=True).startswith("whole: 2 consortia and 0 files")
    code, said = exits("restore", path)
    assert (code, said["ok"]) == (1, False)
    assert [each["code"] for each in said["failures"]] == ["file_missing"]
    assert state.state() == house.state, "it is all there, as it was"


def interrupted(target: Path) -> None:
    with tape.taking_shape(target) as file:
        file.write(b"again half")
        raise KeyboardInterrupt


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "house.archive"
    (tmp_path / ".house.archive.part").write_bytes(b"half of it")
    with pytest.raises(KeyboardInterrupt):
        interrupted(target)
    assert contents(tmp_path) == {}
    with tape.taking_shape(target) as file:
        file.write(b"whole")
    assert contents(tmp_path) == {"house.archive": b"whole"}


def test_where_a_backup_cannot_go(house: House, tmp_path: Path) -> None:
    with standing_in(house.database, tmp_path):
        assert "exists: name another file" in refused("backup", house.archive)
        assert "No such file or directory" in refused("backup", tmp_path / "nowhere" / "x")
        assert "No such file or directory" in refused("restore", tmp_path / "nowhere")
