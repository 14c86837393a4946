"""One child process of `make run`: it dies with its parent and is waited for."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from config import embedded

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def _prctl(option: int, value: int) -> None:
    # Elsewhere than on Linux a killed parent is noticed by the next start instead.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def die_with_parent() -> None:
    """Have the kernel send SIGTERM when the parent ends, even if it was killed."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def fork(work: Callable[[], object]) -> int:
    """Run a function in a child process; return its number.

    A fork and not a new program: what is imported already is shared, so that
    three servers cost one start. The child leaves its lease even if it is killed
    politely in the middle, because it may be the last to need the servers.
    """
    parent = os.getpid()
    sys.stdout.flush()
    # Until the child has forgotten its parent's handlers no signal may reach it.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    child = os.fork()
    if child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return child
    code = 1
    try:
        for number in SIGNALS:
            signal.signal(number, _exit)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        die_with_parent()
        if os.getppid() == parent:
            work()
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        embedded.leave()
        os._exit(code)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def end(children: set[int], *, patience_s: float) -> None:
    """Ask children to end, wait, and kill what is left of them and of theirs."""
    for child in children:
        _kill(child, signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while children and time.monotonic() < deadline:
        if not _collect(children):
            time.sleep(0.02)
    # The embedded servers have sessions of their own: the lease ends them.
    while left := children | {pid for pid in _own_children() if _same_session(pid)}:
        for child in left:
            _kill(child, signal.SIGKILL)
        if not _collect(children):
            children.clear()
            time.sleep(0.02)


def _collect(children: set[int]) -> bool:
    try:
        pid, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    children.discard(pid)
    return pid != 0


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _own_children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return {int(pid) for pid in listed.read_text().split()} if listed.exists() else set()


def _same_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == os.getsid(0)
    except ProcessLookupError:
        return False
