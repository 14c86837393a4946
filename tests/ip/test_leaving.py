"""Leaving: what is said before, which rights stay and until when, and what breach forfeits."""

from datetime import date
from typing import Any

import pytest

from consortium.models import Notice
from consortium.operations.advance import advance
from consortium.operations.members import end_membership
from consortium.reports.leaving import preview
from consortium.rules.choices import Left
from ip.models import OwnershipChange, Result
from ip.operations.background import Brought, add_background
from ip.operations.leaving import forfeit, forfeit_shares, forfeited, next_forfeit
from ip.operations.ownership import Passing, transfer_share
from ip.reports.verify import ownership
from ip.rules.choices import Confidentiality, ResultKind
from tests.cast import person
from tests.factories.licences import GRANTED, STATED, licensing
from tests.factories.publishing import noticed
from tests.factories.regimes import asked, phase, regime, result
from tests.factories.results import DISCLOSED, agreed, disclosed, owners, researching
from tests.factories.running import Running

AROSE = date(2024, 2, 29)
BEFORE, LEFT = date(2025, 2, 27), date(2025, 2, 28)
LAST, LATE = date(2026, 2, 27), date(2026, 2, 28)
"""Of those of `tests.factories.regimes`, who left did so a year after the result arose."""

LEAVES = date(2026, 9, 1)
THIRDS = {"alpha": "1/2", "beta": "1/3", "gamma": "1/6"}
LEFT_RULE = {
    "code": "left",
    "label": {"en": "Who left in good standing", "zh": "正常退出者"},
    "to": ["former_member"],
    "uses": ["exploit"],
    "terms": "fair",
    "within_months": 12,
}


@pytest.mark.parametrize(
    ("who", "use", "rights"),
    [
        ("former-member", "implement", ["yes (project; needed)", *["no: no_rule"] * 3]),
        (
            "former-member",
            "research",
            [
                "yes (internal_research)",
                *["on terms: fair (left; needed)"] * 2,
                "no: too_late (left)",
            ],
        ),
        (
            "former-member",
            "exploit",
            [
                "on terms: fair (exploitation; needed)",
                *["on terms: fair (left; needed)"] * 2,
                "no: too_late (left)",
            ],
        ),
        ("expelled", "implement", ["yes (project; needed)", *["no: no_rule"] * 3]),
        ("expelled", "research", ["yes (internal_research)", *["no: no_rule"] * 3]),
        ("expelled", "exploit", ["on terms: fair (exploitation; needed)", *["no: no_rule"] * 3]),
    ],
)
def test_desca_before_and_after_leaving(who: str, use: str, rights: list[str]) -> None:
    section = regime("ip-desca")
    work = result(section, AROSE, project_ends_on=date(2026, 12, 31))
    days = (BEFORE, LEFT, LAST, LATE)
    assert [asked(section, work, who, use, day) for day in days] == rights


@pytest.mark.parametrize(
    ("who", "use", "rights"),
    [
        ("former-member", "implement", ["yes (joint_work; needed)", *["no: no_rule"] * 3]),
        (
            "former-member",
            "exploit",
            [
                "on terms: preferential (members)",
                *["on terms: fair (former_members)"] * 2,
                "no: too_late (former_members)",
            ],
        ),
        ("expelled", "implement", ["yes (joint_work; needed)", *["no: no_rule"] * 3]),
        ("expelled", "exploit", ["on terms: preferential (members)", *["no: no_rule"] * 3]),
    ],
)
def test_the_domestic_model_before_and_after_leaving(who: str, use: str, rights: list[str]) -> None:
    section = phase("domestic", "agreement")
    work = result(section, AROSE, project_ends_on=date(2026, 12, 31))
    days = (BEFORE, LEFT, LAST, LATE)
    assert [asked(section, work, who, use, day) for day in days] == rights


@pytest.fixture
def here(db: None) -> Running:
    return forfeiting()


def forfeiting(**changes: Any) -> Running:
    leaving = {"forfeit_in_breach": True}
    return researching(**{"leaving": leaving, **changes})


def leave(here: Running, name: str, how: Left, day: date = LEAVES) -> None:
    member = here.members[name]
    end_membership(member=member, ends_on=day, left=how, by=None, on=day)


def sound(here: Running) -> bool:
    return list(ownership(consortium=here.consortium)) == []


def test_who_leaves_in_breach_gives_its_shares_up_to_the_others_once(here: Running) -> None:
    one = agreed(here, THIRDS)
    leave(here, "alpha", Left.EXPELLED)
    advance(consortium=here.consortium, to=LEAVES)
    day_before = date(2026, 8, 31)
    assert owners(one, day_before) == THIRDS
    assert owners(one, LEAVES) == {"beta": "2/3", "gamma": "1/3"}
    changes = OwnershipChange.objects.filter(result=one).order_by("taker__name_en")
    found = [(each.cause, str(each.part), each.changed_on) for each in changes]
    assert found == [("forfeited", "1/3", LEAVES), ("forfeited", "1/6", LEAVES)]
    assert forfeit_shares(consortium=here.consortium, on=date(2026, 12, 1)) == 0
    assert sound(here)
    assert set(Notice.objects.filter(code="share_forfeited").values_list("recipient", flat=True)) \
        == {here.people["alpha"].pk, here.people["ip"].pk}  # fmt: skip


@pytest.mark.parametrize("how", [Left.AGREEMENT, Left.CEASED])
def test_who_leaves_in_good_standing_keeps_its_shares(here: Running, how: Left) -> None:
    one = agreed(here, THIRDS)
    leave(here, "alpha", how)
    advance(consortium=here.consortium, to=LEAVES)
    assert owners(one, LEAVES) == THIRDS


@pytest.mark.django_db
def test_without_such_a_rule_nothing_is_forfeited() -> None:
    here = researching()
    one = agreed(here, THIRDS)
    leave(here, "alpha", Left.EXPELLED)
    advance(consortium=here.consortium, to=LEAVES)
    assert owners(one, LEAVES) == THIRDS
    assert next_forfeit(consortium=here.consortium, after=DISCLOSED) is None


def test_a_sole_owner_keeps_what_nobody_else_is_there_to_have(here: Running) -> None:
    one = disclosed(here, {"alpha": "1"})
    leave(here, "alpha", Left.WITHOUT_NOTICE)
    advance(consortium=here.consortium, to=LEAVES)
    assert owners(one, LEAVES) == {"alpha": "1"}
    assert next_forfeit(consortium=here.consortium, after=LEAVES) is None


def test_after_a_later_change_what_is_left_passes_from_its_day(here: Running) -> None:
    one = agreed(here, THIRDS)
    sold_on = date(2026, 9, 10)
    share = one.shares.get(owner=here.members["alpha"].organization)
    outsider = here.members["gamma"].organization
    passing = Passing(
        to=outsider, part=share.part / 2, transferred_on=sold_on, deed=here.file(),
        consent=here.file(),
    )  # fmt: skip
    transfer_share(share=share, passing=passing, by=None, on=sold_on)
    leave(here, "alpha", Left.EXPELLED)
    assert forfeit_shares(consortium=here.consortium, on=date(2026, 10, 1)) == 1
    assert owners(one, sold_on) == {"beta": "4/9", "gamma": "5/9"}
    assert sound(here)


def test_killed_midway_the_rest_passes_later(here: Running) -> None:
    one, two = agreed(here, THIRDS), agreed(here, THIRDS)
    leave(here, "alpha", Left.EXPELLED)
    waiting = list(forfeited(here.consortium, LEAVES))
    assert [each.share.result for each in waiting] == [one, two]
    forfeit(waiting[0], LEAVES)
    assert forfeit_shares(consortium=here.consortium, on=LEAVES) == 1
    for each in waiting:
        forfeit(each, LEAVES)
    assert owners(one, LEAVES) == owners(two, LEAVES) == {"beta": "2/3", "gamma": "1/3"}
    assert OwnershipChange.objects.filter(cause="forfeited").count() == 4


def test_withheld_after_an_outage_until_staff_confirm(here: Running) -> None:
    one = agreed(here, THIRDS)
    leave(here, "alpha", Left.EXPELLED)
    here.consortium.withheld_since = LEAVES
    here.consortium.save(update_fields=["withheld_since"])
    assert forfeit_shares(consortium=here.consortium, on=LEAVES) == 0
    assert owners(one, LEAVES) == THIRDS


def test_what_a_member_had_only_after_it_left_is_its_own(here: Running) -> None:
    leave(here, "alpha", Left.EXPELLED)
    one = agreed(here, {"beta": "1"})
    share = one.shares.get()
    passing = Passing(
        to=here.members["alpha"].organization, part=share.part / 2, deed=here.file(),
        transferred_on=date(2026, 9, 2),
    )  # fmt: skip
    transfer_share(share=share, passing=passing, by=None, on=date(2026, 9, 2))
    assert forfeit_shares(consortium=here.consortium, on=date(2026, 10, 1)) == 0
    assert owners(Result.objects.get(), date(2026, 10, 1)) == {"alpha": "1/2", "beta": "1/2"}


def test_licences_held_and_given_go_on(db: None) -> None:
    late = licensing()
    given = late.granted()
    held = late.granted(late.apply(late.here.members["gamma"].organization))
    lines = {
        name: [each.values for each in preview(
            member=late.here.members[name], user=late.people["ip"], ends_on=ends_on, on=GRANTED
        ) if each.code == code]
        for name, code, ends_on in (
            ("alpha", "leaving_licence_given", date(2032, 12, 31)),
            ("gamma", "leaving_licence_held", date(2032, 12, 31)),
            ("beta", "leaving_licence_given", date(2033, 1, 1)),
        )
    }  # fmt: skip
    number = late.result.number
    assert lines == {
        "alpha": [{"licence": each.number, "result": number} for each in (given, held)],
        "gamma": [{"licence": held.number, "result": number}],
        "beta": [],
    }
    rival = preview(
        member=late.here.members["alpha"], user=late.people["gamma"], ends_on=STATED, on=GRANTED
    )
    assert [each.values["licence"] for each in rival if "licence" in each.values] == [held.number]


def told(here: Running, name: str, *, of: str = "alpha") -> list[tuple[str, Any]]:
    user = here.people.get(name) or person("root", is_superuser=True)
    found = preview(member=here.members[of], user=user, ends_on=LEAVES, on=DISCLOSED)
    return [(each.code, each.values) for each in found]


def test_what_leaving_leads_to_is_said_before(db: None) -> None:
    here = forfeiting(access=[LEFT_RULE])
    one = agreed(here, THIRDS)
    brought = Brought("A resin", ResultKind.KNOW_HOW)
    add_background(member=here.members["alpha"], brought=brought, by=None, on=DISCLOSED)
    notice = noticed(here, date(2026, 8, 20))
    found = told(here, "ip")
    under = {"charter": "First charter", "count": 1}
    assert [(code, {**values, "rule": str(values["rule"].en)} if "rule" in values else values)
            for code, values in found] == [
        ("leaving_good_right_asked", {
            **under, "rule": "Who left in good standing", "until": date(2027, 9, 1),
        }),
        ("leaving_breach_nothing", under),
        ("leaving_share_forfeited", {
            "result": one.number, "part": "1/2", "owners": ["Beta 1/3", "Gamma 1/6"],
        }),
        ("leaving_background", {"count": 1}),
        ("leaving_publication", {"notice": notice.number, "until": date(2026, 9, 20)}),
        ("leaving_confidential", {}),
    ]  # fmt: skip


def test_nobody_is_told_of_results_it_does_not_see(here: Running) -> None:
    secret = disclosed(here, {"beta": "1"}, of="beta", confidentiality=Confidentiality.OWNERS)
    assert owners(secret, LEAVES) == {"beta": "1"}
    assert told(here, "alpha") == [("leaving_confidential", {})]
    counted = [values for code, values in told(here, "ip") if code == "leaving_good_nothing"]
    assert counted == [{"charter": "First charter", "count": 1}]
