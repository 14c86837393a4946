"""The embedded servers: shared, ended by the last, healed after every kind of crash."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from config.servers import Place, Postgres, Valkey
from config.servers.place import trouble

Start = Callable[..., "subprocess.Popen[str]"]

SOMEBODY = pwd.getpwnam("daemon").pw_uid
HOLD = """
import sys
from config import embedded
embedded.hold()
print("held", flush=True)
sys.stdin.read()
"""
HOLD_IN_A_CHILD = """
import os, sys
from config import embedded
embedded.hold()
if os.fork():
    print("held", flush=True)
    sys.exit()
sys.stdin.read()
embedded.leave()
os._exit(0)
"""
# Imported before the change of user: the interpreter may lie in root's own folder.
AS_SOMEBODY = f"""
import gzip, os, sys
from config import embedded
os.setgroups([])
os.setgid({SOMEBODY})
os.setuid({SOMEBODY})
embedded.hold()
print("held", flush=True)
sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def held(process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n", process.communicate()[1]
    return process


def running(var: Path) -> tuple[bool, bool]:
    place = Place.of(var)
    postgres, valkey = Postgres(place), Valkey(place)
    return postgres.programs.exists() and postgres.answers(), valkey.ask("PING") == b"+PONG\r\n"


def test_the_last_to_leave_stops_the_servers(python: Start, var: Path) -> None:
    first, second = held(python(HOLD, CONSORTIUM_VAR=var)), held(python(HOLD, CONSORTIUM_VAR=var))
    assert first.communicate()[1] == ""
    assert running(var) == (True, True)
    assert second.communicate()[1] == ""
    assert running(var) == (False, False)


def test_starters_at_once_share_one_pair(python: Start, var: Path) -> None:
    processes = [python(HOLD, CONSORTIUM_VAR=var) for _ in range(5)]
    for process in processes:
        held(process)
    for process in processes:
        assert process.communicate()[1] == ""
    assert running(var) == (False, False)


def test_a_forked_child_keeps_the_servers(python: Start, var: Path) -> None:
    process = held(python(HOLD_IN_A_CHILD, CONSORTIUM_VAR=var))
    process.wait(30)
    assert running(var) == (True, True)
    assert process.communicate()[1] == ""
    # The child has no parent to wait for it: a next user finds out when it is gone.
    assert held(python(HOLD, CONSORTIUM_VAR=var)).communicate()[1] == ""


def test_servers_of_a_killed_run_are_used_and_ended_by_the_next(python: Start, var: Path) -> None:
    killed = held(python(HOLD, CONSORTIUM_VAR=var))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert running(var) == (True, True)
    assert held(python(HOLD, CONSORTIUM_VAR=var)).communicate()[1] == ""
    assert running(var) == (False, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_an_orderly_end(python: Start, var: Path, number: signal.Signals) -> None:
    process = held(python(HOLD, CONSORTIUM_VAR=var))
    process.send_signal(number)
    assert process.wait(30) == 128 + number
    assert running(var) == (False, False)
    process.communicate()


def test_remains_of_a_crash_heal(python: Start, var: Path) -> None:
    held(python(HOLD, CONSORTIUM_VAR=var)).communicate()
    place = Place.of(var)
    # A process number that lives and is somebody else; damaged queues; a half unpacked wheel.
    (place.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/nowhere\n1\n5432\n")
    manifest = place.home / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("no manifest\n")
    shutil.rmtree(Postgres(place).programs.parent)
    (place.home / "unpacking").mkdir()
    (place.home / "initializing").mkdir()
    healed = held(python(HOLD, CONSORTIUM_VAR=var))
    assert running(var) == (True, True)
    assert healed.communicate()[1] == ""
    assert running(var) == (False, False)


@as_root
def test_a_folder_only_root_may_enter_keeps_its_data_elsewhere(
    python: Start, shut_var: Path
) -> None:
    process = held(python(HOLD, CONSORTIUM_VAR=shut_var))
    assert running(shut_var) == (True, True)
    assert Place.of(shut_var).home.parent == Path("/var/lib")
    assert process.communicate()[1] == ""
    assert running(shut_var) == (False, False)


@as_root
def test_an_ordinary_user_and_then_root_share_the_data(python: Start, var: Path) -> None:
    var.mkdir()
    os.chown(var, SOMEBODY, SOMEBODY)
    process = held(python(AS_SOMEBODY, CONSORTIUM_VAR=var))
    assert (var / "servers" / "data").stat().st_uid == SOMEBODY
    assert process.communicate()[1] == ""
    # Root runs the servers as the owner of the data, so that the owner can go on later.
    assert held(python(HOLD, CONSORTIUM_VAR=var)).communicate()[1] == ""
    assert held(python(AS_SOMEBODY, CONSORTIUM_VAR=var)).communicate()[1] == ""


@as_root
def test_data_of_another_user_is_refused_in_one_sentence(python: Start, var: Path) -> None:
    held(python(HOLD, CONSORTIUM_VAR=var)).communicate()
    process = python(AS_SOMEBODY, CONSORTIUM_VAR=var)
    said = process.communicate()[1]
    assert process.returncode == 1
    assert said == (
        f"{var}/gate belongs to another user: run as that user, "
        f"or take it over with `chown -R {SOMEBODY} {var}`.\n"
    )


def test_a_long_path_moves_the_sockets(python: Start, var: Path) -> None:
    deep = var.joinpath("a" * 60, "空 格", "b" * 40)
    deep.mkdir(parents=True)
    process = held(python(HOLD, CONSORTIUM_VAR=deep))
    assert running(deep) == (True, True)
    assert len(str(Place.of(deep).sockets / ".s.PGSQL.5432.lock")) < 100
    assert process.communicate()[1] == ""
    shutil.rmtree(Place.of(deep).sockets)


def test_given_addresses_start_nothing(python: Start, var: Path) -> None:
    process = held(
        python(
            HOLD,
            CONSORTIUM_VAR=var,
            DATABASE_URL="postgres://somewhere/else",
            REDIS_URL="redis://somewhere/0",
        )
    )
    assert not var.exists()
    process.communicate()


def test_a_full_disk_is_said() -> None:
    assert str(trouble(OSError(28, "No space left on device", "/data"))) == (
        "The disk is full: free some space and start again; nothing was lost."
    )
