"""Where the embedded servers live, as whom they run, and what is said when they cannot."""

import errno
import hashlib
import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Self

from config.errors import Trouble

MIB = 1024 * 1024
NEEDED = 400 * MIB
# A socket's path must fit in 100 bytes, and stand in an address without quoting.
SOCKET_FOLDER = re.compile(r"[\w/.+-]{1,80}", re.ASCII)


def trouble(error: OSError) -> Trouble:
    """Return what to tell about a file that cannot be used."""
    where = error.filename or "a file"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Trouble("The disk is full: free some space and start again; nothing was lost.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return Trouble(
            f"{where} belongs to another user: run as that user, "
            f"or take it over with `chown -R {os.geteuid()} {os.path.dirname(where)}`."
        )
    if error.errno == errno.EROFS:
        return Trouble(f"{where} is read-only: set CONSORTIUM_VAR to a folder that is not.")
    return Trouble(f"{where} cannot be used: {error.strerror or error}.")


@dataclass(frozen=True)
class Place:
    """Where the servers keep what is theirs, and the user they run as (None: ourselves)."""

    home: Path
    sockets: Path
    account: tuple[int, int] | None

    @classmethod
    def of(cls, var: Path) -> Self:
        mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        home, account = var / "servers", None
        if os.geteuid() == 0:
            account = owner(home / "data") or nobody()
            # A clone under a folder that only root may enter is shut to that user.
            if owner(home / "data") is None and not passable(home):
                home = Path(f"/var/lib/consortium-{mark}")
                account = owner(home / "data") or nobody()
        sockets = home / "run"
        if not SOCKET_FOLDER.fullmatch(str(sockets)):
            sockets = Path(gettempdir(), f"consortium-{os.geteuid()}-{mark}")
        return cls(home, sockets, account)

    def folder(self, path: Path) -> Path:
        """Return a folder that only the servers' user and root may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        uid, gid = self.account or (os.geteuid(), os.getegid())
        if found.st_uid != uid:
            if os.geteuid() != 0 or path.is_symlink():
                raise PermissionError(errno.EACCES, "not ours", str(path))
            os.chown(path, uid, gid)
        return path

    def run(
        self, command: Sequence[str | Path], **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program as the servers' user, away from our terminal and environment."""
        if self.account:
            uid, gid = self.account
            options |= {"user": uid, "group": gid, "extra_groups": []}
        options.setdefault("stdin", subprocess.DEVNULL)
        try:
            return subprocess.run(
                command,
                cwd=self.home,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
                check=False,
                **options,
            )
        except PermissionError as error:
            if self.account and error.filename is None:
                raise Trouble(
                    "PostgreSQL refuses to run as root and this container cannot switch users: "
                    "run as an ordinary user, or set DATABASE_URL and REDIS_URL."
                ) from error
            raise


def owner(path: Path) -> tuple[int, int] | None:
    """Return user and group of a path, unless it is root's or not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_uid, found.st_gid) if found.st_uid else None


def nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


def passable(path: Path) -> bool:
    """Say whether any user may pass through every folder above a path."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())


def room(path: Path) -> None:
    """Raise Trouble when there is too little room to unpack the servers and begin."""
    if (free := shutil.disk_usage(path).free) < NEEDED:
        raise Trouble(
            f"Only {free // MIB} MB are free at {path} and the embedded servers need "
            f"{NEEDED // MIB}: free some, or set CONSORTIUM_VAR to a folder on another disk."
        )


def answers(path: Path) -> bool:
    """Say whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def is_program(number: str, name: str) -> bool:
    """Say whether a process of that number lives and is that program."""
    if not number.isdigit():
        return False
    stat = Path("/proc", number, "stat")
    if Path("/proc/self/stat").exists():
        try:
            # "123 (name) S …"; Z is one that ended and waits to be collected.
            shown, _, state = stat.read_text().rpartition(")")
        except OSError:
            return False
        return name in shown and state.split()[0] != "Z"
    command = ["ps", "-p", number, "-o", "comm="]
    return name in subprocess.run(command, capture_output=True, text=True, check=False).stdout
