"""Set up `.venv` with the locked requirements; does nothing when they are already there.

Runs under whatever Python the machine has, so it imports nothing from outside
the standard library and parses under versions too old for anything else here.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
DONE, BEGUN = VENV / "set-up", VENV / "setting-up"
LOWEST = (3, 12)
NEEDED_MB = 900


class Refused(Exception):
    """The set-up cannot go on; the text is one sentence that says what to do."""


def main() -> None:
    if sys.version_info < LOWEST:
        wanted, found = ".".join(map(str, LOWEST)), ".".join(map(str, sys.version_info[:3]))
        raise Refused(f"Python {wanted} or newer is needed and this is {found}: install one.")
    with LOCK.open() as lock:
        # Two first starts at once: the second waits here and then finds it done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if DONE.exists() and DONE.read_text() == mark() and works():
            return
        print("Setting up .venv from requirements-dev.txt; this happens once.", flush=True)
        make_venv()
        BEGUN.touch()
        install()
        DONE.write_text(mark())
        BEGUN.unlink()


def mark() -> str:
    """Return what the environment was made of: the lock file and the interpreter."""
    made_of = LOCK.read_bytes() + f"{sys.version_info[:2]} {base()}".encode()
    return hashlib.sha256(made_of).hexdigest()


def base() -> str:
    """Return the interpreter that survives when `.venv` is made anew."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def works() -> bool:
    try:
        return quiet(PYTHON, "-I", "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)")
    except OSError:
        return False


def make_venv() -> None:
    free = shutil.disk_usage(ROOT).free // 1024**2
    if free < NEEDED_MB:
        raise Refused(f"Only {free} MB are free and .venv needs {NEEDED_MB}: free some space.")
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if works() and not BEGUN.exists() and quiet(PYTHON, "-I", "-c", version):
        return
    # What a killed run left behind may look whole and not be: begin anew.
    made = say([base(), "-I", "-m", "venv", "--clear", "--without-pip", VENV])
    if made:
        raise Refused(reason(made) or f"{base()} cannot make {VENV}: {last_line(made)}")


def install() -> None:
    pip = find_pip()
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder, "uv.txt")
        only_uv.write_text(block("uv"))
        hashed = ["install", "--require-hashes", "--no-deps", "-q", "-r"]
        attempts: list[list[Sequence[object]]] = [
            [[*pip, *hashed, only_uv], uv_sync()],
            # A cache that is read-only or damaged is the usual reason; then do without.
            [[*pip, "--no-cache-dir", *hashed, only_uv], [*uv_sync(), "--no-cache"]],
            [[*pip, "--no-cache-dir", *hashed, LOCK]],
        ]
        for attempt in attempts:
            for command in attempt:
                trouble = say(command, **mirror(pip))
                if trouble:
                    break
            else:
                return
            if reason(trouble):
                break
    raise Refused(reason(trouble) or f"The requirements cannot be installed: {last_line(trouble)}")


def find_pip() -> list[str]:
    """Return the command of a pip that installs into `.venv`."""
    outer = [base(), "-I", "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check"]
    if quiet(*outer, "--version"):
        return outer
    if say([PYTHON, "-I", "-m", "ensurepip", "--default-pip"]):
        raise Refused(f"pip is missing from {base()}: install python3-pip or python3-venv.")
    return [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check"]


def uv_sync() -> list[str]:
    uv = str(VENV / "bin" / "uv")
    # Compiled here once, because a start compiles nothing where PYTHONDONTWRITEBYTECODE is set.
    options = ["-q", "--compile-bytecode", "--require-hashes", "--python", str(PYTHON)]
    return [uv, "pip", "sync", *options, str(LOCK)]


def mirror(pip: list[str]) -> dict[str, str]:
    """Return pip's configured index as uv's setting, because uv does not read pip's."""
    shown = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    found = dict(re.findall(r"^(?:global|:env:|install)\.([\w-]+)='(.*)'$", shown.stdout, re.M))
    wanted = {"UV_DEFAULT_INDEX": found.get("index-url"), "SSL_CERT_FILE": found.get("cert")}
    return {name: value for name, value in wanted.items() if value and name not in os.environ}


def block(name: str) -> str:
    """Return one requirement of the lock file with its hashes."""
    found = re.search(rf"^{name}==.*(?:\n[ \t].*)*", LOCK.read_text(), re.M)
    if found is None:
        raise Refused(f"{LOCK.name} does not hold {name}: restore the file.")
    return found.group() + "\n"


def say(command: Sequence[object], **more: str) -> str:
    """Run a command; return what it said when it failed, else nothing."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, "UV_LINK_MODE": "hardlink", "UV_NO_PROGRESS": "1", **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return (done.stdout.strip() or f"exit code {done.returncode}") if done.returncode else ""


def quiet(*command: object) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def reason(said: str) -> str:
    """Return the sentence for what commonly goes wrong, or nothing."""
    if "No space left" in said or "os error 28" in said:
        return "The disk is full: free some space and start again."
    if re.search(r"Permission denied|os error 13", said) and str(VENV) in said:
        return f"{VENV} belongs to another user: run as that user, or remove it."
    if re.search(r"ensurepip is not\s+available|No module named '?venv", said):
        return f"{base()} has no venv module: install python3-venv."
    return ""


def last_line(said: str) -> str:
    return said.splitlines()[-1].strip()


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(str(refused))
    except PermissionError as error:
        sys.exit(f"{error.filename} cannot be written: run as its owner, or remove it.")
    except KeyboardInterrupt:
        # A half-made environment is recognized and made anew by the next start.
        sys.exit(130)
