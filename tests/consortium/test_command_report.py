"""`report`: one report to a file or to standard output, with exit codes that mean something."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from consortium.models import AuditEvent, Document, Report
from consortium.operations.documents import undone
from consortium.operations.editions import make_reports
from tests.cast import TODAY, Cast
from tests.factories.contents import contribute
from tests.factories.reporting import scheduled


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    contribute(monkeypatch)


def report(*words: str, kind: str = "small", period: str = "2026-Q1") -> None:
    call_command("report", kind, "--consortium", "alliance", "--period", period, *words)


def test_texts_go_to_standard_output(cast: Cast, capsysbinary: Any) -> None:
    report("--format", "csv", "--param", "rows=1", "--on", "2026-02-01")
    assert capsysbinary.readouterr().out.decode("utf-8-sig") == (
        "What,When\r\nrow 0,2026-01-01\r\neverybody,2026-02-01\r\n"
    )
    report("--format", "json", "--known-at", "2026-02-01T12:00:00", "--language", "zh-hans")
    found = json.loads(capsysbinary.readouterr().out)
    assert (found["known_at"], found["language"]) == ("2026-02-01T12:00:00+08:00", "zh-hans")
    assert (found["on"], found["parameters"]) == ("2026-03-02", {"rows": 3})


def test_a_file_is_written_and_nothing_is_kept(cast: Cast, tmp_path: Path) -> None:
    events = AuditEvent.objects.count()
    for name in ("one.pdf", "two.pdf"):
        report("--known-at", "2026-02-01", "--out", str(tmp_path / name))
    first, second = (tmp_path / name for name in ("one.pdf", "two.pdf"))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"%PDF")
    assert (Report.objects.count(), AuditEvent.objects.count()) == (0, events)


def test_it_says_when_a_file_is_an_archive(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "roll.csv"
    report("--format", "csv", "--out", str(out), kind="members")
    assert out.read_bytes().startswith(b"PK")
    assert "there is more than one table" in capsys.readouterr().err


def test_of_one_member(cast: Cast, capsysbinary: Any) -> None:
    payer = cast.members["payer"]
    report("--format", "json", "--member", str(payer.uid), kind="each")
    assert json.loads(capsysbinary.readouterr().out)["member"] == "Payer Ltd"


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (["--on", "2026-03-03"], "as of a day that has come", 2),
        (["--known-at", "2126-01-01"], "as of a day that has come", 2),
        (["--on", "2025-12-31"], "The period begins on January 1, 2026", 2),
        (["--param", "rows=many"], "parameters.rows", 2),
        (["--param", "columns=1"], "parameters.columns", 2),
        (["--member", "00000000-0000-4000-8000-000000000000"], "no member of alliance", 2),
        (["--out", "/absent/folder/file.pdf"], "No such file", 1),
    ],
)
def test_what_it_refuses(cast: Cast, words: list[str], message: str, code: int) -> None:
    with pytest.raises(CommandError, match=message) as refused:
        report(*words)
    assert refused.value.returncode == code


def test_it_names_what_there_is(cast: Cast) -> None:
    with pytest.raises(CommandError, match=r"There is no report “absent”. Known: .*members.*"):
        report(kind="absent")
    with pytest.raises(CommandError, match="“2026-Q9” is not a period"):
        report(period="2026-Q9")


def test_a_what_if_leaves_no_file_behind(cast: Cast) -> None:
    scheduled(cast.consortium)
    make_reports(consortium=cast.consortium, on=TODAY)
    before = files()
    with undone():
        make_reports(consortium=cast.consortium, on=date(2026, 12, 31))
        assert len(files()) > len(before)
    assert files() == before
    assert (Report.objects.count(), Document.objects.filter(report__isnull=False).count()) == (1, 1)


def files() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
