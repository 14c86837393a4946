"""Settings from the environment: what is right is typed, what is wrong is named."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import environment
from config.errors import WrongSetting

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: environment.flag("X", default=False), "maybe"),
        (lambda: environment.number("X", default=1, lowest=1, highest=9), "ten"),
        (lambda: environment.number("X", default=1, lowest=1, highest=9), "10"),
        (lambda: environment.number("X", default=1, lowest=1, highest=9), "1.5"),
        (lambda: environment.one_of("X", ("a", "b"), default="a"), "c"),
        (lambda: environment.zone("X", default="UTC"), "Mars/Olympus"),
        (lambda: environment.zone("X", default="UTC"), "../../etc/passwd"),
        (lambda: environment.hosts("X", default=None), "https://example.org"),
        (lambda: environment.hosts("X", default=None), "a b"),
        (lambda: environment.origins("X"), "example.org"),
        (lambda: environment.secret("X", default=None), "short"),
        (lambda: environment.secret("X", default=None), "ab" * 30),
        (lambda: environment.token("X"), "short"),
        (lambda: environment.token("X"), "ab" * 20),
        (lambda: environment.database("X", default=None), "mysql://host/name"),
        (lambda: environment.database("X", default=None), "postgres://host"),
        (lambda: environment.database("X", default=None), "postgres://host:port/name"),
        (lambda: environment.database("X", default=None), "nonsense"),
        (lambda: environment.redis("X", default=None), "http://host/0"),
        (lambda: environment.redis("X", default=None), "redis://host/zero"),
        (lambda: environment.redis("X", default=None), "unix://"),
        (lambda: environment.email("X", default=""), "pigeon://host"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], value: str
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(WrongSetting, match=r"^X must be [^\n]+\.$"):
        read()


@pytest.mark.parametrize(
    "read",
    [
        lambda: environment.secret("X", default=None),
        lambda: environment.database("X", default=None),
        lambda: environment.redis("X", default=None),
        lambda: environment.hosts("X", default=None),
    ],
)
def test_what_has_no_default_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any]
) -> None:
    for value in ("", "  "):
        monkeypatch.setenv("X", value)
        with pytest.raises(WrongSetting, match=r"^X must be set when CONSORTIUM_ENV is production"):
            read()


def test_former_secrets_and_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (environment.former("X"), environment.token("X")) == ([], "")
    monkeypatch.setenv("X", "first(-_=+) , second#$%^&*,")
    assert environment.former("X") == ["first(-_=+)", "second#$%^&*"]


def test_a_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgres://user:hidden@host:port/name")
    with pytest.raises(WrongSetting) as refused:
        environment.database("X", default=None)
    assert "hidden" not in str(refused.value)


def test_database_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgres://me:p%40ss@%2FVar%2Frun:5433/House?sslmode=require")
    assert environment.database("X", default=None) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "House",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "/Var/run",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("value", "broker", "cache"),
    [
        ("redis://h:6379", "redis://h:6379/2", "redis://h:6379/3"),
        ("rediss://:pw@h/4?x=1", "rediss://:pw@h/6?x=1", "rediss://:pw@h/7?x=1"),
        (
            "unix:///a/b.sock?db=0",
            "redis+socket:///a/b.sock?virtual_host=2",
            "unix:///a/b.sock?db=3",
        ),
        (
            "redis+socket:///a/b.sock?virtual_host=1",
            "redis+socket:///a/b.sock?virtual_host=3",
            "unix:///a/b.sock?db=4",
        ),
    ],
)
def test_broker_and_cache_have_databases_of_their_own(
    monkeypatch: pytest.MonkeyPatch, value: str, broker: str, cache: str
) -> None:
    monkeypatch.setenv("X", value)
    assert environment.redis("X", default=None, shift=2) == (broker, cache)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"TIME_ZONE": "Mars"}, "TIME_ZONE must be a time zone such as Asia/Shanghai, not 'Mars'."),
        (
            {"CONSORTIUM_ENV": "production"},
            "SECRET_KEY must be set when CONSORTIUM_ENV is production.",
        ),
        (
            {"CONSORTIUM_ENV": "production", "DEBUG": "yes"},
            "DEBUG must be off when CONSORTIUM_ENV is production.",
        ),
    ],
)
def test_a_program_says_one_sentence_and_ends(
    login: Callable[..., dict[str, str]], more: dict[str, str], said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=login(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said + "\n")
