"""The REST guide's requests are sent as they stand, and answered as it says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.cast import NOW
from tests.factories.contributions import season

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"^```http\n(.*?)^```$", re.M | re.S)
REQUEST = re.compile(
    r"(?P<method>GET|POST) (?P<address>\S+)  \((?P<who>\w+)\)\n(?P<body>.*?)"
    r"→ (?P<status>\d+) (?P<answer>.*?)(?=\n(?:GET|POST) |\Z)",
    re.S,
)
PEOPLE = {"signatory": "north", "finance": "clerk", "second": "second"}


def written() -> list[re.Match[str]]:
    text = GUIDE.read_text(encoding="utf-8")
    return [found for block in BLOCK.findall(text) for found in REQUEST.finditer(block)]


def matches(said: Any, found: Any) -> bool:
    """Say whether an answer is what the guide says of it, more keys aside."""
    if isinstance(said, dict):
        return isinstance(found, dict) and all(
            name in found and matches(value, found[name]) for name, value in said.items()
        )
    if isinstance(said, list):
        return len(said) == len(found) and all(map(matches, said, found))
    return bool(said == found)


def test_there_are_requests() -> None:
    assert len(written()) >= 9
    assert len(written()) == GUIDE.read_text(encoding="utf-8").count("→ ") - 1


@pytest.mark.django_db
def test_every_request_is_answered_as_the_guide_says(api: Any) -> None:
    with time_machine.travel(NOW, tick=True):
        made = season()
        names = {"member": str(made.member("north").uid), "round": str(made.round.uid)}
        for each in written():
            client = api(made.people[PEOPLE[each["who"]]])
            send = client.get if each["method"] == "GET" else client.post
            body = [json.loads(filled(each["body"], names))] if each["body"] else []
            response = send(filled(each["address"], names), *body)
            found = response.json()
            assert response.status_code == int(each["status"]), found
            if each["address"].endswith("/propose/"):
                names["run"] = found["uid"]
            said = json.loads(filled(each["answer"], names))
            assert matches(said, found), (each["address"], found)


def filled(text: str, names: dict[str, str]) -> str:
    """Return a text with each `{name}` replaced by what it stands for."""
    return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], text)
