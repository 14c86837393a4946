"""The `ip` section: every mistake in it is named with its place."""

import pytest

from consortium.rules.schema import InvalidDocument, parse
from ip.rules.section import IPSection

LABEL = {"en": "A rule"}
MAKERS = {"code": "makers", "label": LABEL, "owner": "generator"}
LEAD = {"code": "lead", "label": LABEL, "owner": "lead"}
KEPT = {"code": "kept", "label": LABEL, "months": 24}
GIVEN = {
    "code": "given", "label": LABEL, "to": ["member"], "uses": ["exploit"], "terms": "fair",
}  # fmt: skip


def problems(**body):
    with pytest.raises(InvalidDocument) as refused:
        parse(IPSection, {"ownership": [MAKERS], **body})
    return [(each.path, each.code) for each in refused.value.errors]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"ownership": []}, [("ownership", "empty")]),
        ({"ownership": [MAKERS, LEAD]}, [("ownership[1]", "never_reached")]),
        ({"exclusivity": [KEPT, KEPT | {"code": "other"}]}, [("exclusivity[1]", "never_reached")]),
        ({"access": [GIVEN | {"code": "makers"}]}, [("access[0].code", "twice")]),
        ({"access": [GIVEN | {"when": {"tiers": ["r0"]}}]}, [
            ("access[0].when.tiers", "unknown_tier")]),
        ({"access": [GIVEN | {"to": ["domestic"]}]}, [("home", "home_missing")]),
        ({"access": [GIVEN | {"to": ["owner"]}]}, [("access[0].to[0]", "access_to_owner")]),
        ({"access": [GIVEN | {"uses": ["transfer"]}]}, [("access[0].uses", "access_to_transfer")]),
        ({"exclusivity": [KEPT | {"to": "anyone"}]}, [("exclusivity[0].to", "exclusive_to_all")]),
        ({"exclusivity": [KEPT | {"opens": [{"to": "later_member", "terms": "fair"}]}]}, [
            ("exclusivity[0].opens[0].to", "opens_to_nobody")]),
        ({"co_ownership": {"notice_days": 45}}, [("co_ownership.notice_days", "notice_unused")]),
        ({"licensing": {"granted_by": "body"}}, [("licensing.by", "licensing_body_differs")]),
        ({"licensing": {"portions": [{"to": "member", "share": "0.6"},
            {"to": "association", "share": "0.5"}]}}, [
            ("licensing.portions", "portions_exceed")]),
        ({"publication": {"notice_days": 30, "objection_days": 31, "delay_days": 90}}, [
            ("publication.objection_days", "too_large")]),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(body, found):
    assert problems(**body) == found


@pytest.mark.parametrize("owner", ["lead", "funder", "association", "core_business"])
def test_whom_a_project_may_lack_leaves_results_to_the_next_rule(owner):
    section = parse(IPSection, {"ownership": [LEAD | {"owner": owner}, MAKERS]})

    assert [each.owner for each in section.ownership] == [owner, "generator"]
