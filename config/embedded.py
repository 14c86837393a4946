"""Real PostgreSQL and Valkey out of wheels, started on demand and shared by lease.

They stand in wherever `DATABASE_URL` or `REDIS_URL` is not set. Each process
that uses them holds a shared lock on `var/users` for its life; the kernel drops
it however the process ends. Starting and stopping happen under an exclusive
lock on `var/gate`, and whoever leaves and can take `users` alone stops the
servers. A run killed with -9 thus leaves at worst idle servers, which the next
process finds and uses.
"""

import atexit
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from config.errors import Trouble
from config.servers import Place, Postgres, Valkey, trouble

PATIENCE_S = 120

_lease: int | None = None


@cache
def var() -> Path:
    """Return the folder of everything that is not code: data, uploads, locks."""
    given = os.environ.get("CONSORTIUM_VAR")
    return Path(given).resolve() if given else Path(__file__).resolve().parent.parent / "var"


@cache
def place() -> Place:
    return Place.of(var())


def database_url() -> str:
    return f"postgres://postgres@{quote(str(place().sockets), safe='')}/consortium"


def redis_url() -> str:
    return f"unix://{place().sockets}/valkey.sock?db=0"


def wanted() -> list[Postgres | Valkey]:
    """Return the servers no address was given for; production never gets one."""
    if os.environ.get("CONSORTIUM_ENV", "").strip() == "production":
        return []
    servers: list[Postgres | Valkey] = []
    if not os.environ.get("DATABASE_URL", "").strip():
        servers.append(Postgres(place()))
    if not os.environ.get("REDIS_URL", "").strip():
        servers.append(Valkey(place()))
    return servers


def hold() -> None:
    """Use the servers until this process ends, starting those that do not run.

    May be called again. Raises Trouble with one sentence that says what to do.
    """
    global _lease
    if _lease is not None or not (servers := wanted()):
        return
    try:
        make_var()
        with gate():
            lease = _share()
            try:
                for server in servers:
                    server.start()
            except BaseException:
                os.close(lease)
                stop_if_unused()
                raise
            _lease = lease
    except OSError as error:
        raise trouble(error) from error
    atexit.register(leave)
    os.register_at_fork(after_in_child=_share_again)
    end_orderly_on_signals()


def leave() -> None:
    """Stop using the servers, and stop them if nobody else does."""
    global _lease
    if _lease is None:
        return
    os.close(_lease)
    _lease = None
    # Asked first without the gate, so that leaving a busy house costs nothing.
    if not _alone():
        return
    try:
        with gate():
            stop_if_unused()
    except (OSError, Trouble) as error:
        print(f"The embedded servers may still run: {error}", file=sys.stderr)


def stop_if_unused() -> None:
    """Stop both servers unless somebody holds a lease; the caller holds the gate."""
    if _alone():
        Valkey(place()).stop()
        Postgres(place()).stop()


def make_var() -> None:
    folder = var()
    if not folder.exists():
        folder.mkdir(parents=True)
        # Passable whatever the umask: as root, the servers run as another user.
        folder.chmod(0o755)


@contextmanager
def gate() -> Iterator[None]:
    """Be the only one who starts or stops servers."""
    descriptor = _open("gate")
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _locked(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise Trouble(
                    f"Another process has been holding {var() / 'gate'} for {PATIENCE_S} seconds: "
                    f"end it (`fuser {var() / 'gate'}` names it) and start again."
                )
            time.sleep(0.03)
        yield
    finally:
        os.close(descriptor)


def _open(name: str) -> int:
    return os.open(var() / name, os.O_RDWR | os.O_CREAT, 0o644)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _share() -> int:
    descriptor = _open("users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _alone() -> bool:
    # Through a descriptor of its own: converting the shared lock would succeed
    # even while a forked child still relies on it.
    descriptor = _open("users")
    try:
        return _locked(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _share_again() -> None:
    """Give a forked child a lease of its own; the inherited one ends with its parent's."""
    global _lease
    if _lease is not None:
        inherited, _lease = _lease, _share()
        os.close(inherited)


def end_orderly_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an exit, where nobody else has a plan for them."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
