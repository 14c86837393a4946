"""`make run`: prepare the data, then web, worker and beat as one foreground group."""

import errno
import io
import os
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any

import django
from celery.apps.beat import Beat
from celery.apps.worker import Worker
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.base import BaseApplication

from config import embedded, environment, process
from config.celery import app
from config.errors import Trouble, WrongSetting
from config.process import SIGNALS

PATIENCE_S = 8
TRIED_PORTS = 50

RUNNING = r"""

The product is running at {address} (ready after {seconds:.1f} s; Ctrl-C stops it).

{accounts}
What to look at first:
  {address}admin/        sign in as one of them: what is due, what waits for you
  {address}api/v1/docs/  the interface for members' own programs
  {address}healthz       whether database, broker and the daily tick are well
  .venv/bin/python manage.py quote --consortium sematech --on 1990-06-30 --levy dues \
    --category member --input semiconductor_sales=741300000   Harris's dues, explained
"""


class Stop(Exception):
    """Somebody asked the product to end."""


class Web(BaseApplication):
    """gunicorn on a socket that is already open, with an application already loaded."""

    def __init__(self, application: Callable[..., Any], listener: socket.socket) -> None:
        self.application, self.listener = application, listener
        self.chosen = {
            "bind": f"fd://{listener.fileno()}",
            "worker_class": "gthread",
            "workers": 2,
            "threads": 4,
            "graceful_timeout": 3,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.application

    def run(self) -> None:
        # gunicorn closes the number it is given; it must not be closed twice.
        self.listener.detach()
        super().run()


def work_off() -> None:
    # It warns of root because of pickled messages; ours are JSON only.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")
    worker = Worker(app=app, concurrency=2, quiet=True, loglevel="WARNING", without_mingle=True)
    worker.start()
    sys.exit(worker.exitcode)


def ring() -> None:
    Beat(app=app, quiet=True, loglevel="WARNING").run()


def main() -> int:
    began = time.monotonic()
    if "MAKELEVEL" in os.environ:
        process.die_with_parent()
    process.adopt_orphans()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if os.environ.get("CONSORTIUM_ENV", "") == "production":
        raise WrongSetting(
            "make run is for trying the product out, so CONSORTIUM_ENV must not be production: "
            "there, gunicorn, celery worker and celery beat run each on their own."
        )
    host = environment.text("HOST", default="127.0.0.1")
    port = environment.number("PORT", default=8000, lowest=1, highest=65535)
    embedded.hold()
    django.setup()
    prepare()
    return serve(listen(host, port), began)


def prepare() -> None:
    """Bring tables, cases and demonstration up to date; each step is quick when it is."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
        call_command("migrate", verbosity=0)
    call_command("load_cases", stdout=io.StringIO())
    call_command("demo", stdout=io.StringIO())


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, on the next free port when the wanted one is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in range(port, min(port + TRIED_PORTS, 65536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, tried))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise Trouble(
                f"{host}:{tried} cannot be served ({error.strerror}): set HOST or PORT."
            ) from error
        if tried != port:
            print(f"Port {port} is taken, so this uses {tried}; PORT= chooses another.")
        return listener
    raise Trouble(f"No port from {port} to {tried} is free: choose one with PORT=.")


def serve(listener: socket.socket, began: float) -> int:
    """Run web, worker and beat until somebody asks to stop or one of them ends."""
    # Loaded once, before the forks, and shared by them.
    web = Web(get_wsgi_application(), listener)
    accounts = io.StringIO()
    call_command("demo", accounts=True, stdout=accounts)
    connections.close_all()
    children: dict[int, str] = {}
    try:
        for number in SIGNALS:
            signal.signal(number, stop)
        for name, work in (("web", web.run), ("worker", work_off), ("beat", ring)):
            children[process.fork(work)] = name
        host, port = listener.getsockname()[:2]
        listener.close()
        announce(host, port, accounts.getvalue(), began)
        name, code = wait_for_one(children)
        print(f"The {name} ended by itself ({code}), so everything stops: start again.")
        return 1
    except Stop:
        print("\nStopping …", flush=True)
        return 0
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        process.end(set(children), patience_s=PATIENCE_S)


def stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not interrupt the tidying up.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stop


def announce(host: str, port: int, accounts: str, began: float) -> None:
    """Print where to look, once the first page is served."""
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)
    deadline = time.monotonic() + 30
    while not served(host, port) and time.monotonic() < deadline:
        time.sleep(0.05)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    seconds = time.monotonic() - began
    print(RUNNING.format(address=address, seconds=seconds, accounts=accounts), flush=True)


def served(host: str, port: int) -> bool:
    asked = HTTPConnection(host, port, timeout=5)
    try:
        asked.request("GET", "/healthz")
        asked.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
    return True


def wait_for_one(children: dict[int, str]) -> tuple[str, str]:
    """Return the name of the first child that ends, and how it ended."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid in children:
            code = os.waitstatus_to_exitcode(status)
            how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
            return children.pop(pid), how


if __name__ == "__main__":
    sys.exit(main())
