"""Settings read from the environment: typed, and refused by name when wrong."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from config.errors import WrongSetting

env = environ.Env()

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]")


def refuse(name: str, wanted: str) -> WrongSetting:
    """Return the error for a wrong value, in one sentence; secrets are not repeated."""
    return WrongSetting(f"{name} must be {wanted}.")


def text(name: str, *, default: str | None) -> str:
    """Return a text; without a default it is required in production."""
    value: str = env.str(name, default=default or "").strip()
    if not value and default is None:
        raise WrongSetting(f"{name} must be set when CONSORTIUM_ENV is production.")
    return value


def one_of(name: str, choices: Iterable[str], *, default: str) -> str:
    value = text(name, default=default)
    if value not in choices:
        raise refuse(name, f"one of {', '.join(choices)}, not {value!r}")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name, default="yes" if default else "no").lower()
    if value not in YES | NO:
        raise refuse(name, f"yes or no, not {value!r}")
    return value in YES


def number(name: str, *, default: int, lowest: int, highest: int) -> int:
    value = text(name, default=str(default))
    if not re.fullmatch(r"-?\d{1,10}", value) or not lowest <= int(value) <= highest:
        raise refuse(name, f"a whole number from {lowest} to {highest}, not {value!r}")
    return int(value)


def zone(name: str, *, default: str) -> str:
    value = text(name, default=default)
    try:
        datetime.now(UTC).astimezone(ZoneInfo(value))
    except (ValueError, OSError, KeyError):
        raise refuse(name, f"a time zone such as Asia/Shanghai, not {value!r}") from None
    return value


def hosts(name: str, *, default: str | None) -> list[str]:
    found = [host.strip() for host in text(name, default=default).split(",") if host.strip()]
    for host in found:
        if not HOST.fullmatch(host):
            raise refuse(name, f"host names separated by commas, without scheme; {host!r} is not")
    return found


def origins(name: str) -> list[str]:
    found = [origin.strip() for origin in text(name, default="").split(",") if origin.strip()]
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise refuse(name, f"addresses such as https://example.org; {origin!r} is not")
    return found


def secret(name: str, *, default: str | None) -> str:
    value = text(name, default=default)
    if default is None and (len(value) < 50 or len(set(value)) < 10):
        raise refuse(name, "at least 50 random characters in production")
    return value


def former(name: str) -> list[str]:
    """Return secrets that were replaced and are still honoured, separated by commas."""
    return [value.strip() for value in text(name, default="").split(",") if value.strip()]


def token(name: str) -> str:
    """Return a secret that a program is known by, or nothing."""
    value = text(name, default="")
    if value and (len(value) < 20 or len(set(value)) < 10):
        raise refuse(name, "at least 20 random characters, or not set")
    return value


def database(name: str, *, default: str | None) -> dict[str, Any]:
    """Return Django's settings of a `postgres://` address; a socket's folder is %2F-quoted."""
    value = text(name, default=default)
    wanted = "an address such as postgres://user:password@host:5432/name"
    if value.partition("://")[0] not in {"postgres", "postgresql"}:
        raise refuse(name, wanted)
    try:
        found: dict[str, Any] = env.db_url_config(value)
    except (ValueError, KeyError):
        raise refuse(name, wanted) from None
    if not found.get("NAME"):
        raise refuse(name, wanted)
    return {**found, "HOST": unquote(found["HOST"] or ""), "OPTIONS": found.get("OPTIONS", {})}


def redis(name: str, *, default: str | None, shift: int = 0) -> tuple[str, str]:
    """Return the broker's and the cache's address on one server, in databases of their own.

    The address's own database number n (0 when it has none) serves the broker, n + 1
    the cache. `shift` moves both, so that tests stay clear of a running product.
    """
    value = text(name, default=default)
    parts = urlsplit(value)
    socket = parts.scheme in {"unix", "redis+socket"}
    number_text = re.sub(r"^(db|virtual_host)=", "", parts.query) if socket else parts.path[1:]
    if (
        parts.scheme not in {"redis", "rediss", "unix", "redis+socket"}
        or not (parts.path if socket else parts.netloc)
        or not re.fullmatch(r"\d{0,3}", number_text)
    ):
        raise refuse(name, "an address such as redis://:password@host:6379/0 or unix:///path?db=0")
    first = int(number_text or 0) + shift
    if socket:
        return (
            f"redis+socket://{parts.path}?virtual_host={first}",
            f"unix://{parts.path}?db={first + 1}",
        )
    base = f"{parts.scheme}://{parts.netloc}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}/{first}{query}", f"{base}/{first + 1}{query}"


def email(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's mail settings of an address such as smtp+tls://user:password@host:587."""
    value = text(name, default=default)
    try:
        found: dict[str, Any] = env.email_url_config(value)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise refuse(name, "an address such as smtp+tls://user:password@host:587") from None
    return found
