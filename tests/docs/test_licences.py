"""The requests of the guide to licences are sent as they stand, and answered as it says."""

import json
from pathlib import Path
from typing import Any

import time_machine

from funding.operations.charging import account_of
from tests.docs.test_projects import REQUEST
from tests.docs.test_rest import BLOCK, filled, matches
from tests.factories.licences import licensing

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "licences.md"
NOW = "2028-07-01T03:00:00Z"


def test_every_request_is_answered_as_the_guide_says(db: None, api: Any) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    written = [found for block in BLOCK.findall(text) for found in REQUEST.finditer(block)]
    assert len(written) == text.count("→ ") == 9
    with time_machine.travel(NOW, tick=True):
        late = licensing()
        names = {
            "member": str(account_of(late.here.consortium, late.western).uid),
            "result": str(late.result.uid),
            "alpha": str(late.here.members["alpha"].organization.uid),
        }
        for each in written:
            if each["who"] in ("alpha", "beta"):
                names["share"] = str(late.share(each["who"]).uid)
            body, address = filled(each["body"], names), filled(each["address"], names)
            client = api(late.people[each["who"]])
            answer = client.generic(each["method"], address, body, "application/json")
            found = answer.json()
            assert answer.status_code == int(each["status"]), (address, found)
            if address.endswith("/licence-applications/"):
                names["application"] = found["uid"]
            if address.endswith("/propose/"):
                names["licence"] = found["uid"]
            assert matches(json.loads(filled(each["answer"], names)), found), (address, found)
