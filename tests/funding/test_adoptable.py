"""A charter in force leaves nothing open, and asks members only for what they can declare."""

from datetime import date
from typing import Any

import pytest

from consortium.models import Charter
from consortium.operations.adoption import adopt_charter
from consortium.operations.charters import draft_charter
from consortium.rules.schema import InvalidDocument, Problem
from tests.cast import DUES, TODAY, Cast


def draft(cast: Cast, **changes: Any) -> Charter:
    return draft_charter(
        consortium=cast.consortium,
        code="charter-2030",
        name_en="Charter 2030",
        starts_on=date(2030, 1, 1),
        sections={"dues": {"levies": [DUES | changes]}},
        by=None,
        on=TODAY,
    )


STAFF = {"kind": "count", "label": {"en": "staff"}}


def test_a_figure_members_cannot_declare_yet_keeps_a_draft_a_draft(cast: Cast) -> None:
    charter = draft(
        cast,
        inputs=DUES["inputs"] | {"staff": STAFF},
        rule=[*DUES["rule"][:-1], {"add": {"rate": "1", "of": "staff"}}, DUES["rule"][-1]],
    )
    with pytest.raises(InvalidDocument) as refused:
        adopt_charter(charter=charter, by=None, on=TODAY)
    assert refused.value.errors == (
        Problem("dues.levies[0].inputs", "not_collected", {"input": "staff"}),
    )


def test_what_can_be_declared_is_adopted(cast: Cast) -> None:
    assert adopt_charter(charter=draft(cast), by=None, on=TODAY).adopted_on == TODAY
