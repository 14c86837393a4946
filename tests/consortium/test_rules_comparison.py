"""What differs between charters, and the table that compares consortia."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium import registry
from consortium.periods import Period
from consortium.rules.cases import read_case
from consortium.rules.choices import Basis, Row
from consortium.rules.comparison import (
    Cell,
    Change,
    ChangeKind,
    Phase,
    Subject,
    apply,
    compare,
    diff,
    differences,
    subject,
)
from consortium.rules.documents import read_charter
from consortium.rules.governance import GovernanceSection
from consortium.rules.profile import ROWS, ProfileSection
from consortium.rules.schema import Text

ADDED, REMOVED, CHANGED = ChangeKind


@pytest.fixture(autouse=True)
def sections(monkeypatch):
    known: registry.Registry[registry.Section] = registry.Registry()
    known.add(
        registry.Section("profile", 1, ProfileSection),
        registry.Section("governance", 1, GovernanceSection),
    )
    monkeypatch.setattr(registry, "sections", known)


CHARTER = """
code = "first"
title = { en = "First" }
starts_on = 2020-01-01

[governance]
bodies = [
  { code = "assembly", label = { en = "Assembly" }, kind = "assembly" },
  { code = "council", label = { en = "Council" }, kind = "board", seats = 9 },
]

[governance.decides]
admit = { by = "council" }
"""


def told(changes):
    return [(each.path, each.kind, each.before, each.after) for each in changes]


def test_without_a_predecessor_everything_is_added():
    after = read_charter(CHARTER)

    assert told(diff(None, after)) == [
        (name, ADDED, None, value) for name, value in after.body().items()
    ]


def test_a_change_is_told_where_errors_would_tell_it():
    before = read_charter(CHARTER)
    after = read_charter(
        CHARTER.replace("seats = 9", "seats = 11")
        .replace('{ by = "council" }', '{ by = "council", second = "secretary" }')
        .replace('label = { en = "Assembly" }', 'label = { zh = "成员大会" }')
    )

    assert told(diff(before, after)) == [
        ("governance.bodies[0].label.en", REMOVED, "Assembly", None),
        ("governance.bodies[0].label.zh", ADDED, None, "成员大会"),
        ("governance.bodies[1].seats", CHANGED, 9, 11),
        ("governance.decides.admit.second", ADDED, None, "secretary"),
    ]


def test_an_inserted_body_does_not_shift_the_others():
    office = '{ code = "office", label = { en = "Office" }, kind = "secretariat" },'
    before = read_charter(CHARTER)
    after = read_charter(
        CHARTER.replace("bodies = [", f"bodies = [\n{office}").replace("seats = 9", "seats = 11")
    )
    new = {"code": "office", "label": {"en": "Office"}, "kind": "secretariat"}

    assert told(diff(before, after)) == [
        ("governance.bodies[0]", ADDED, None, new),
        ("governance.bodies[2].seats", CHANGED, 9, 11),
    ]
    assert told(diff(after, before)) == [
        ("governance.bodies[0]", REMOVED, new, None),
        ("governance.bodies[1].seats", CHANGED, 11, 9),
    ]


def test_an_inserted_line_of_a_rule_does_not_shift_the_others():
    rule = [{"add": {"const": "1"}}, {"at_most": {"const": "9"}}]
    floor = {"at_least": {"const": "2"}}

    assert told(differences({"rule": rule}, {"rule": [rule[0], floor, rule[1]]})) == [
        ("rule[1]", ADDED, None, floor)
    ]
    assert told(differences({"rule": rule}, {"rule": [{"add": {"const": "3"}}, rule[1]]})) == [
        ("rule[0].add.const", CHANGED, "1", "3")
    ]


def test_what_has_moved_is_removed_and_added():
    a, b = {"code": "a"}, {"code": "b"}

    changes = differences({"x": [a, b]}, {"x": [b, a]})

    assert {change.kind for change in changes} == {REMOVED, ADDED}
    assert apply({"x": [a, b]}, changes) == {"x": [b, a]}


def test_values_of_different_kinds_differ():
    assert told(differences({"a": 1, "b": "1"}, {"a": True, "b": 1})) == [
        ("a", CHANGED, 1, True),
        ("b", CHANGED, "1", 1),
    ]
    assert differences({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}) == ()


def test_a_key_that_is_no_plain_word_is_quoted():
    assert Change(("late 1970s", 1, "a"), ADDED).path == '"late 1970s"[1].a'


names = st.sampled_from(["code", "label", "rule", "a", "b", "c d"])
scalars = st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "b"]) | st.dates()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)
coded = st.lists(
    st.fixed_dictionaries({"code": st.sampled_from("abcd")}, optional={"rule": values}), max_size=4
)
bodies = st.dictionaries(names, values | coded, max_size=4)


@given(bodies)
def test_nothing_differs_from_itself(body):
    assert differences(body, body) == ()


def strictly(value):
    """Return a value in which true and 1 are not the same."""
    match value:
        case dict():
            return {name: strictly(item) for name, item in value.items()}
        case list():
            return [strictly(item) for item in value]
    return (type(value), value)


@given(bodies, bodies)
def test_the_changes_made_to_the_earlier_body_give_the_later(before, after):
    changes = differences(before, after)

    assert strictly(apply(before, changes)) == strictly(after)
    assert (changes == ()) == (strictly(before) == strictly(after))


# The table

CASE = """
slug = "guild"
name = { en = "The guild" }
legal_form = "association"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
field = { en = "Bread" }
currency = "EUR"
time_zone = "Europe/Berlin"
fiscal_year = { month = 1, day = 1 }
starts_on = 2000-01-01

[[charters]]
code = "late"
title = { en = "Late" }
starts_on = 2006-01-01
basis = "assumption"
[charters.profile]
legal_form = "company"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
languages = ["en"]
[charters.profile.table.members]
text = { en = "Anyone", zh = "任何人" }
basis = "assumption"

[[charters]]
code = "early"
title = { en = "Early" }
starts_on = 2000-01-01
ends_on = 2005-01-01
basis = "seed"
[charters.profile]
legal_form = "association"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
languages = ["en"]
[charters.profile.table.members]
text = { en = "Bakers", zh = "面包师" }
basis = "seed"
source = "the guild's book"

[[facts]]
id = "count"
claim = { en = "Ten bakers" }
value = 10
sources = ["the guild's book"]
agrees_with_paper = "no"
rows = ["members", "goal"]

[[disagreements]]
id = "number"
topic = { en = "Number" }
paper = { en = "12" }
found = { en = "10" }
confidence = "high"
facts = ["count"]
rows = ["members"]
"""


def test_a_cell_says_phase_after_phase_and_links_facts_and_disagreements():
    about = subject(read_case(CASE))

    lines = compare([about])

    assert [line.row for line in lines] == list(ROWS)
    (cell,) = lines[list(ROWS).index(Row.MEMBERS)].cells
    assert cell.text("en") == "Bakers\nAnyone"
    assert cell.text("zh-hans") == "面包师\n任何人"
    assert [(each.phase.code, each.basis, each.source) for each in cell.passages] == [
        ("early", Basis.SEED, "the guild's book"),
        ("late", Basis.ASSUMPTION, ""),
    ]
    assert (cell.facts, cell.disagreements) == (("count",), ("number",))
    assert lines[list(ROWS).index(Row.GOAL)].cells == (Cell("guild", (), facts=("count",)),)
    assert lines[list(ROWS).index(Row.LEGAL_FORM)].cells == (
        Cell("guild", (), choices=("association", "company")),
    )
    assert lines[list(ROWS).index(Row.STAGE)].cells == (
        Cell("guild", (), choices=("pre_competitive",)),
    )


def test_consortia_stand_side_by_side_in_the_order_asked_for():
    about = subject(read_case(CASE))
    own = Subject("own", Text(zh="本联盟"), Period(date(2020, 1, 1)), phases=())
    drafted = Phase("draft", Text(en="Draft"), None, about.phases[0].profile)
    draft = Subject("draft", Text(en="Draft"), Period(date(2020, 1, 1)), phases=(drafted,))

    lines = compare([own, about, draft])

    assert [cell.slug for cell in lines[0].cells] == ["own", "guild", "draft"]
    assert lines[list(ROWS).index(Row.MEMBERS)].cells[0] == Cell("own", ())
    assert lines[list(ROWS).index(Row.MEMBERS)].cells[2].text("en") == "Bakers"
    assert compare([]) == tuple(type(lines[0])(row, ()) for row in ROWS)
