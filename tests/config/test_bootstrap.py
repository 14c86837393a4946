"""The set-up: does nothing twice, mends what a killed run left, refuses an old Python."""

import sys
from pathlib import Path

import pytest

from config import bootstrap


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tree whose lock file asks for nothing, so that nothing is downloaded."""
    venv = tmp_path / ".venv"
    (tmp_path / "requirements-dev.txt").write_text("")
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "LOCK": tmp_path / "requirements-dev.txt",
        "DONE": venv / "set-up",
        "BEGUN": venv / "setting-up",
        "install": lambda: None,
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    return tmp_path


def test_the_second_time_nothing_is_done(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.main()
    assert "once" in capsys.readouterr().out
    bootstrap.main()
    assert capsys.readouterr().out == ""


def test_a_changed_lock_file_is_installed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.main()
    keepsake = tree / ".venv" / "keepsake"
    keepsake.touch()
    (tree / "requirements-dev.txt").write_text("# another\n")
    capsys.readouterr()
    bootstrap.main()
    assert "once" in capsys.readouterr().out
    assert keepsake.exists()


def test_what_a_killed_run_left_is_made_anew(tree: Path) -> None:
    bootstrap.main()
    (tree / ".venv" / "set-up").unlink()
    (tree / ".venv" / "setting-up").touch()
    (tree / ".venv" / "half").touch()
    bootstrap.main()
    assert not (tree / ".venv" / "half").exists()
    assert not (tree / ".venv" / "setting-up").exists()


def test_a_vanished_interpreter_is_replaced(tree: Path) -> None:
    bootstrap.main()
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (tree / ".venv" / "bin" / name).unlink(missing_ok=True)
    (tree / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    bootstrap.main()
    assert bootstrap.works()


def test_an_old_python_is_refused_in_one_sentence(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "LOWEST", (99, 1))
    with pytest.raises(
        bootstrap.Refused, match=r"^Python 99\.1 or newer is needed and this is 3\."
    ):
        bootstrap.main()


def test_one_requirement_is_found_with_its_hashes(tree: Path) -> None:
    wanted = "uv==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n"
    text = f"a==1 \\\n    --hash=sha256:1\n{wanted}uvx==3\n"
    (tree / "requirements-dev.txt").write_text(text)
    assert bootstrap.block("uv") == wanted


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: No space left on device", "The disk is full: free some space and start again."),
        ("Something else", ""),
    ],
)
def test_the_usual_troubles_have_sentences(said: str, told: str) -> None:
    assert bootstrap.reason(said) == told
