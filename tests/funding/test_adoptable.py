"""A charter in force leaves nothing open; whatever can be quoted can be declared."""

from datetime import date
from typing import Any

import pytest

from consortium.models import Charter
from consortium.operations.adoption import adopt_charter
from consortium.operations.charters import draft_charter
from consortium.rules.schema import InvalidDocument
from tests.cast import DUES, TODAY, Cast

STAFF = {"kind": "count", "label": {"en": "staff"}}


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


def rows(*cells: dict[str, Any]) -> dict[str, Any]:
    """Return the change that makes the dues a table over the number of staff."""
    then = [{"when": {"staff": cell}, "then": {"const": "5"}} for cell in cells]
    table = {"add": {"table": ["staff"], "rows": then}}
    return {"inputs": {"staff": STAFF}, "rule": [table]}


def test_figures_of_every_kind_are_adopted(cast: Cast) -> None:
    charter = draft(cast, **rows({"at_most": "9"}, {"at_least": "10"}))
    assert adopt_charter(charter=charter, by=None, on=TODAY).adopted_on == TODAY


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([{"at_most": "8"}, {"at_least": "10"}], "gap"),
        ([{"at_most": "10"}, {"at_least": "10"}], "overlap"),
        ([{"at_most_or_below": "10"}, {"at_least_or_above": "10"}], "edge_undecided"),
    ],
)
def test_what_is_open_keeps_a_draft_a_draft(
    cast: Cast, cells: list[dict[str, str]], code: str
) -> None:
    charter = draft(cast, **rows(*cells))
    with pytest.raises(InvalidDocument) as refused:
        adopt_charter(charter=charter, by=None, on=TODAY)
    assert code in {problem.code for problem in refused.value.errors}
    assert all(problem.path.startswith("dues.levies[0].rule[0].add")
               for problem in refused.value.errors)  # fmt: skip
