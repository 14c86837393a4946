"""The requests of the guide to leaving are sent as they stand, and answered as it says."""

import json
from pathlib import Path
from typing import Any

import time_machine

from ip.models import PublicationNotice
from tests.docs.test_projects import REQUEST
from tests.docs.test_rest import BLOCK, filled, matches
from tests.factories.publishing import party
from tests.factories.results import disclosed, researching

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "leaving.md"
NOW = "2026-06-15T03:00:00Z"


def test_every_request_is_answered_as_the_guide_says(db: None, api: Any) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    written = [found for block in BLOCK.findall(text) for found in REQUEST.finditer(block)]
    assert len(written) == text.count("→ ") == 10
    with time_machine.travel(NOW, tick=True):
        here = researching()
        result = disclosed(here)
        names = {"member": str(here.members["alpha"].uid), "project": str(here.project.uid)}
        names |= {name: here.uid(name) for name in here.members}
        names["share"] = str(result.shares.get(owner=here.members["beta"].organization).uid)
        for each in written:
            for notice in PublicationNotice.objects.all():
                names |= {"notice": str(notice.uid), "party": str(party(notice, "beta").uid)}
            client = api(here.people[each["who"]])
            body = filled(each["body"] or "", names)
            address = filled(each["address"], names)
            answer = client.generic(each["method"], address, body, "application/json")
            found = answer.json()
            assert answer.status_code == int(each["status"]), (address, found)
            assert matches(json.loads(filled(each["answer"], names)), found), (address, found)
