"""The projects section beside the others: only bodies of the governance section decide."""

from typing import Any

import pytest

from consortium.rules.documents import parse_charter, unready
from consortium.rules.schema import Problem
from tests.factories.projects import GOVERNANCE, SECTION


def found(*names: str, **sections: Any) -> list[Problem]:
    """Return what keeps a charter from being in force whose decisions these bodies take."""
    decisions = [{"authority": "members", "by": name} for name in names]
    body = {"code": "first", "title": {"en": "First"}, **sections}
    body["projects"] = SECTION | {"decisions": [*decisions, {"authority": "government"}]}
    return unready(parse_charter(body).sections)


@pytest.mark.parametrize(
    ("names", "sections", "expected"),
    [
        (("board",), {"governance": GOVERNANCE}, []),
        ((), {}, []),
        (("board",), {}, [("projects.decisions[0].by", "board", [])]),
        (
            ("board", "senate"),
            {"governance": GOVERNANCE},
            [("projects.decisions[1].by", "senate", ["board"])],
        ),
    ],
)
def test_a_body_that_decides_is_in_the_governance_section(
    names: tuple[str, ...], sections: dict[str, Any], expected: list[Any]
) -> None:
    assert found(*names, **sections) == [
        Problem(path, "unknown_body", {"body": body, "choices": choices})
        for path, body, choices in expected
    ]
