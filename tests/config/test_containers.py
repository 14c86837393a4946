"""The image and the composition fit the product: every command, setting and probe is tried.

No container is built here; what the files say is held against the code and run without one.
"""

import importlib
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each.get("build")}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FILLED = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMN",
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "METRICS_TOKEN": "0123456789abcdefghij",
}
OTHERS = {"POSTGRES_PASSWORD", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "CONSORTIUM_VAR"}
"""What is read by PostgreSQL's image, gunicorn, the metrics, and before the settings."""


def env_file() -> dict[str, str]:
    """Return `.env.example` as somebody would have filled it in."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value or FILLED[name] for name, _, value in pairs}


def interpolated(text: str) -> str:
    """Fill in `${NAME:-default}` and `${NAME:?message}`, and undo `$$`, as compose does."""
    found = re.sub(
        r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda each: env_file().get(each[1]) or (each[3] if each[2] == "-" else ""),
        text,
    )
    return found.replace("$$", "$")


def environment(service: str) -> dict[str, str]:
    """Return what a service of ours is started with."""
    image = dict(re.findall(r"\b(CONSORTIUM_\w+)=(\S+)", DOCKERFILE))
    given = {name: interpolated(value) for name, value in SERVICES[service]["environment"].items()}
    return image | env_file() | given


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line of ours that a container runs, the image's own first."""
    for block in re.findall(r"^(?:HEALTHCHECK .*)?CMD (\[.*\])$", DOCKERFILE, re.M):
        yield "image", yaml.safe_load(block)
    for name, service in OURS.items():
        for said in (service.get("command"), service.get("healthcheck", {}).get("test")):
            words = shlex.split(interpolated(said)) if isinstance(said, str) else list(said or [])
            line = words[-1] if words[:1] in (["sh"], ["CMD-SHELL"]) else shlex.join(words)
            for each in line.split(" && ") if line else []:
                yield name, shlex.split(each)


def settings_read() -> set[str]:
    code = "\n".join(each.read_text() for each in ROOT.glob("config/**/*.py"))
    return set(re.findall(r'environment\.(?!refuse)\w+\(\s*"([A-Z_]+)"', code))


@pytest.mark.parametrize(("where", "words"), list(commands()), ids=lambda each: str(each)[:60])
def test_every_command_is_one_of_ours(where: str, words: list[str]) -> None:
    if words[0] == "gunicorn":
        assert callable(importlib.import_module(words[-1]).application)
        assert importlib.import_module(words[2].removeprefix("python:")).worker_class == "gthread"
        assert words[1] == "--config"
    elif words[0] == "celery":
        module, what = words[words.index("-A") + 1 :][:2]
        assert importlib.import_module(module).app is app
        assert what in {"worker", "beat", "inspect"}
    else:
        assert words[0] == "python"
        if words[1] == "-m":
            assert importlib.import_module(words[2])
        else:
            assert (words[1], words[2] in get_commands()) == ("manage.py", True)


def test_the_web_keeps_a_pool_of_connections(
    login: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """gunicorn reads its own settings first, and must not have ours read before their time."""
    program = (
        "import config.gunicorn, config.wsgi; from django.conf import settings;"
        "print(settings.POOLED, settings.DATABASES['default']['OPTIONS']['pool']['max_size'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=login(
            **environment("web")
            | {"CONSORTIUM_VAR": tmp_path, "PROMETHEUS_MULTIPROC_DIR": tmp_path}
        ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True 8\n"


def test_every_setting_that_is_given_is_read() -> None:
    given = set(env_file())
    for name in OURS:
        given |= set(environment(name))
    assert given - OTHERS - settings_read() == set()


@pytest.mark.parametrize("service", OURS)
def test_the_settings_are_enough_for_production(
    service: str, login: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    given = environment(service) | {"CONSORTIUM_VAR": str(tmp_path)}
    assert given["CONSORTIUM_ENV"] == "production"
    if service not in ("web", "worker"):
        assert given.items() <= (environment("web") | {"CONSORTIUM_VAR": str(tmp_path)}).items()
        return
    given.pop("PROMETHEUS_MULTIPROC_DIR", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=login(**given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_services_wait_for_what_they_need_and_are_watched() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {
            "postgresql": {"condition": "service_healthy"},
            "valkey": {"condition": "service_healthy"},
            "release": {"condition": "service_completed_successfully"},
        }
        assert SERVICES[name]["restart"] == "unless-stopped"
    for name in ("postgresql", "valkey", "worker"):
        assert SERVICES[name]["healthcheck"]["test"]
    assert "HEALTHCHECK" in DOCKERFILE
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert published == {"web": ["127.0.0.1:8000:8000"]}, "only the web, and behind a proxy"


def test_what_must_be_kept_is_on_volumes() -> None:
    kept = {
        mount.partition(":")[0] for each in SERVICES.values() for mount in each.get("volumes", [])
    }
    assert kept == set(COMPOSE["volumes"])
    for name, service in OURS.items():
        assert "files:/var/lib/consortium/files" in service["volumes"], name


def test_the_image_is_locked_and_runs_as_nobody_special() -> None:
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.M) == ["consortium"]
    python = (ROOT / ".python-version").read_text().strip()
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)) == {f"python:{python}-slim-trixie"}
    assert not any(name in DOCKERFILE for name in ("METRICS_TOKEN", "POSTGRES_PASSWORD"))


def test_static_files_are_collected_as_the_image_does(
    login: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    step = re.search(r"^RUN (SECRET_KEY=(?:.*\\\n)*.*)$", DOCKERFILE, re.M)
    assert step is not None
    line = step[1].replace("\\\n", " ").replace("python ", f"{shlex.quote(sys.executable)} ")
    given = dict(re.findall(r"\b(CONSORTIUM_\w+)=(\S+)", DOCKERFILE)) | {"CONSORTIUM_VAR": tmp_path}
    subprocess.run(["sh", "-c", line], cwd=ROOT, env=login(**given), check=True)
    names = os.listdir(tmp_path / "static" / "consortium")
    assert any(re.fullmatch(r"desk\.[0-9a-f]+\.css", name) for name in names)


class Pulse(BaseHTTPRequestHandler):
    """Well under one name, as the product is."""

    def do_GET(self) -> None:
        right = self.headers["Host"] == "example.org" and self.path == "/healthz"
        self.send_response(200 if right else 400)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.mark.parametrize(
    ("hosts", "code"), [("example.org, other.org", 0), (".example.org", 0), ("other.org", 1)]
)
def test_the_probe(hosts: str, code: int, login: Callable[..., dict[str, str]]) -> None:
    def probe() -> int:
        return subprocess.run(
            [sys.executable, "-m", "config.probe", str(server.server_port)],
            cwd=ROOT,
            env=login(ALLOWED_HOSTS=hosts),
            check=False,
        ).returncode

    with HTTPServer(("127.0.0.1", 0), Pulse) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert probe() == code
        server.shutdown()
    assert probe() == 1, "nobody listens"
