"""The requests of the guide to results are sent as they stand, and answered as it says."""

import json
from pathlib import Path
from typing import Any

import time_machine
from django.utils import translation

from tests.docs.test_docs import blocks, run, steps
from tests.docs.test_projects import REQUEST
from tests.docs.test_rest import BLOCK, filled, matches
from tests.factories.results import researching

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "results.md"
NOW = "2026-06-10T03:00:00Z"
MADE = {"results": "result", "background": "background"}


def test_every_request_is_answered_as_the_guide_says(db: None, api: Any) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    written = [found for block in BLOCK.findall(text) for found in REQUEST.finditer(block)]
    assert len(written) == text.count("→ ") >= 10
    with time_machine.travel(NOW, tick=True):
        here = researching()
        names = {"member": str(here.members["alpha"].uid), "project": str(here.project.uid)}
        names |= {name: here.uid(name) for name in ("alpha", "beta")}
        for each in written:
            client = api(here.people[each["who"]])
            body = filled(each["body"], names)
            address = filled(each["address"], names)
            answer = client.generic(each["method"], address, body, "application/json")
            found = answer.json()
            assert answer.status_code == int(each["status"]), (address, found)
            remember(names, address, found)
            said = json.loads(filled(each["answer"], names))
            assert matches(said, found), (address, found)
        with translation.override("en"):
            for block in blocks(GUIDE, "text"):
                for line, printed in steps(block):
                    assert run(line) == (printed, 0), line


def remember(names: dict[str, str], address: str, found: Any) -> None:
    """Keep the address of what was made, and of the share that was looked for."""
    path = address.removeprefix("/api/v1/").partition("?")[0].strip("/")
    if path in MADE and "uid" in found:
        names[MADE[path]] = found["uid"]
    if path == "ownership-shares":
        names["share"] = found["results"][0]["uid"]
