"""The handbook of production: each of its lines is one that can be typed."""

import importlib
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.test import Client

from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "docs/production.md", ROOT / "docs/operations.md"]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OTHERS = {"cp", "createdb", "export", "find", ".venv/bin/pip"}
"""Programs that are not ours; what they are told is not tried."""


def blocks(language: str) -> list[str]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        found += re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.M | re.S)
    return found


def lines() -> list[str]:
    typed = [line.strip() for block in blocks("sh") for line in block.splitlines()]
    return list(dict.fromkeys(typed))


@pytest.mark.parametrize("line", lines())
def test_every_line_can_be_typed(line: str) -> None:
    program, *words = shlex.split(line)
    if program == "python" and words[0] == "manage.py":
        app: Any = get_commands()[words[1]]
        parser = load_command_class(app, words[1]).create_parser("manage.py", words[1])
        assert parser.parse_args(words[2:])
    elif program == "python":
        assert words[0] == "-m"
    elif program in ("gunicorn", "celery"):
        named = [each for each in words if each.startswith(("config.", "python:config."))]
        assert all(importlib.import_module(each.removeprefix("python:")) for each in named)
        assert named
    elif program == "docker":
        services = [each for each in words if each in COMPOSE["services"]]
        assert words[0] == "compose"
        assert services or words[1] in ("build", "up", "down")
    else:
        assert program in OTHERS


@pytest.mark.django_db
def test_every_alert_asks_for_what_is_told(client: Client, cast: Cast, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-token-of-the-monitoring-0123456789"
    bearer = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    type(cast.consortium).objects.living().update(ticked_at="2026-03-02T00:00:00Z")
    client.get("/healthz")
    text = client.get("/metrics", headers=bearer).content.decode()
    told = set(re.findall(r"^(\w+)", text, re.M))
    (rules,) = [yaml.safe_load(block)["groups"][0]["rules"] for block in blocks("yaml")]
    asked = {
        name for rule in rules for name in re.findall(r"\b(?:consortium|django)_\w+", rule["expr"])
    }
    assert len(rules) == len({rule["alert"] for rule in rules}) == 8
    assert asked - told == set()
    ours = {name for name in told if name.startswith("consortium_")}
    assert ours <= asked, "told, and nobody looks"
