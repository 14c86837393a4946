"""The requests of the guide to projects are sent as they stand, and answered as it says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.docs.test_rest import BLOCK, filled, matches
from tests.factories.portfolios import NOW, portfolio

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "projects.md"
REQUEST = re.compile(
    r"(?P<method>GET|POST|PUT) (?P<address>\S+)  \((?P<who>\w+)\)\n(?P<body>.*?)"
    r"→ (?P<status>\d+) (?P<answer>.*?)(?=\n(?:GET|POST|PUT) |\Z)",
    re.S,
)


def written() -> list[re.Match[str]]:
    text = GUIDE.read_text(encoding="utf-8")
    return [found for block in BLOCK.findall(text) for found in REQUEST.finditer(block)]


def test_there_are_requests() -> None:
    assert len(written()) == GUIDE.read_text(encoding="utf-8").count("→ ") >= 17


@pytest.mark.django_db
def test_every_request_is_answered_as_the_guide_says(api: Any) -> None:
    with time_machine.travel(NOW, tick=True):
        here = portfolio()
        names = {"member": str(here.members["north"].uid)}
        names |= {name: str(here.organization(name).uid) for name in ("north", "south")}
        for each in written():
            client = api(here.people[each["who"]])
            body = json.loads(filled(each["body"], names)) if each["body"] else None
            address = filled(each["address"], names)
            response = client.generic(
                each["method"], address, json.dumps(body) if body else "", "application/json"
            )
            found = response.json()
            assert response.status_code == int(each["status"]), (address, found)
            remember(names, address, found)
            said = json.loads(filled(each["answer"], names))
            assert matches(said, found), (address, found)


def remember(names: dict[str, str], address: str, found: dict[str, Any]) -> None:
    """Keep the address of what was made, and the state of the draft."""
    made = {"calls": "call", "questions": "question", "proposals": "proposal"}
    if (path := address.removeprefix("/api/v1/").strip("/")) in made:
        names[made[path]] = found["uid"]
    if found.get("state"):
        names["state"] = found["state"]
