"""Cases as documents: what must fit together, and every problem at once."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import pytest

from consortium import registry
from consortium.rules.cases import CaseDocument, EventBody, parse_case, read_case
from consortium.rules.schema import Amount, InvalidDocument, Problem, Rule
from consortium.rules.toml import read_toml, write_toml


class Bakery(Rule):
    bread: Amount


class Baked(EventBody):
    kind: Literal["baked"]
    loaves: int

    def problems_in(self, case: CaseDocument) -> Iterable[Problem]:
        charter = case.charter_on(self.on)
        if charter is None or "bakery" not in charter.sections:
            yield Problem("on", "no_bakery")


@pytest.fixture(autouse=True)
def contributions(monkeypatch):
    sections: registry.Registry[registry.Section] = registry.Registry()
    sections.add(registry.Section("bakery", 1, Bakery))
    events: registry.Registry[registry.CaseEvent] = registry.Registry("kind")
    events.add(registry.CaseEvent("baked", Baked, apply=print))
    monkeypatch.setattr(registry, "sections", sections)
    monkeypatch.setattr(registry, "case_events", events)


CASE = """
slug = "guild"
name = { en = "The guild", zh = "行会" }
legal_form = "association"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
lead = "oven"
field = { en = "Bread" }
currency = "EUR"
time_zone = "Europe/Berlin"
fiscal_year = { month = 4, day = 1 }
starts_on = 2000-01-01
ends_on = 2010-01-01

[[goals]]
text = { en = "Better bread" }
starts_on = 2000-01-01
due_on = 2005-12-31

[[organizations]]
key = "oven"
name = { en = "Oven Ltd" }
kind = "enterprise"
country = "DE"

[[organizations]]
key = "mill"
name = { en = "Mill Ltd" }
kind = "university"
country = "FR"
registration = "123"

[[members]]
organization = "oven"
category = "member"
starts_on = 2000-01-01
ends_on = 2004-01-01
source = "the guild's book"

[[members]]
organization = "oven"
category = "partner"
starts_on = 2004-01-01
ends_on = 2010-01-01

[[members]]
organization = "mill"
category = "member"
starts_on = 2000-01-01
ends_on = 2010-01-01

[[charters]]
code = "early"
title = { en = "Early" }
starts_on = 2000-01-01
ends_on = 2005-01-01
basis = "seed"
bakery = { bread = "1.00" }

[[charters]]
code = "late"
title = { en = "Late" }
starts_on = 2006-01-01
ends_on = 2010-01-01
basis = "assumption"

[[events]]
kind = "baked"
on = 2001-05-01
loaves = 3
"""
LIFE = {"starts_on": date(2000, 1, 1), "ends_on": date(2010, 1, 1)}


def changed(path, value):
    """Return the case's body with one value replaced, removed (None) or added."""
    body = read_toml(CASE)
    at = body
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return body


def errors(body):
    with pytest.raises(InvalidDocument) as refused:
        parse_case(body)
    return list(refused.value.errors)


def test_a_case_is_read_and_written_without_loss():
    case = read_case(CASE)

    assert case.body() == read_toml(CASE)
    assert read_case(write_toml(case.body())) == case
    assert parse_case(case.stored()) == case
    assert case.charters[0].sections == {"bakery": Bakery(bread="1.00")}
    assert case.events == (Baked(kind="baked", on=date(2001, 5, 1), loaves=3),)


def test_charters_and_members_are_found_by_the_day():
    case = read_case(CASE)

    assert case.charter_on(date(2004, 12, 31)) == case.charters[0]
    assert case.charter_on(date(2005, 1, 1)) is None
    assert case.charter_on(date(2006, 1, 1)) == case.charters[1]
    assert case.member_on("oven", date(2003, 12, 31)) == case.members[0]
    assert case.member_on("oven", date(2004, 1, 1)) == case.members[1]
    assert case.member_on("oven", date(2010, 1, 1)) is None


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (["currency"], "XYZ", Problem("currency", "unknown_currency", {"currency": "XYZ"})),
        (["currency"], "eur", Problem("currency", "unknown_currency", {"currency": "eur"})),
        (["time_zone"], "Mars/Base", Problem("time_zone", "unknown_time_zone", {
            "time_zone": "Mars/Base"})),
        (["time_zone"], "../etc", Problem("time_zone", "unknown_time_zone", {
            "time_zone": "../etc"})),
        (["time_zone"], "Europe", Problem("time_zone", "unknown_time_zone", {
            "time_zone": "Europe"})),
        (["fiscal_year", "day"], 31, Problem("fiscal_year.day", "too_large", {"limit": 30})),
        (["organizations", 0, "country"], "de", Problem(
            "organizations[0].country", "unknown_country", {"country": "de"})),
        (["organizations", 1, "key"], "mil", Problem(
            "members[2].organization", "unknown_organization", {"organization": "mill"})),
        (["lead"], "baker", Problem("lead", "unknown_organization", {"organization": "baker"})),
        (["structure"], "round", Problem("structure", "not_a_choice", {
            "value": "round", "choices": ["horizontal", "vertical"]})),
        (["goals", 0, "due_on"], date(1999, 1, 1), Problem("goals[0].due_on", "before_start", {
            "starts_on": date(2000, 1, 1)})),
        (["members", 1, "starts_on"], date(2003, 12, 31), Problem(
            "members[1].starts_on", "overlaps", {"other": "members[0]"})),
        (["members", 0, "starts_on"], date(1999, 12, 31), Problem(
            "members[0].starts_on", "outside_life", LIFE)),
        (["members", 2, "ends_on"], None, Problem("members[2].ends_on", "outside_life", LIFE)),
        (["members", 2, "ends_on"], date(2000, 1, 1), Problem(
            "members[2].ends_on", "ends_before_start", {
                "starts_on": date(2000, 1, 1), "ends_on": date(2000, 1, 1)})),
        (["charters", 1, "starts_on"], date(2004, 12, 31), Problem(
            "charters[1].starts_on", "overlaps", {"other": "charters[0]"})),
        (["charters", 1, "starts_on"], None, Problem("charters[1].starts_on", "missing")),
        (["charters", 1, "basis"], None, Problem("charters[1].basis", "missing")),
        (["charters", 1, "code"], "early", Problem("charters[1].code", "twice", {
            "value": "early", "other": "charters[0].code"})),
        (["charters", 1, "ends_on"], date(2010, 1, 2), Problem(
            "charters[1].ends_on", "outside_life", LIFE)),
        (["charters", 1, "sweets"], {}, Problem("charters[1].sweets", "unknown_section", {
            "section": "sweets", "choices": ["bakery"]})),
        (["charters", 0, "bakery", "bread"], 1, Problem(
            "charters[0].bakery.bread", "amount_not_quoted", {"value": "1"})),
        (["charters"], {}, Problem("charters", "wrong_type", {"expected": "list"})),
        (["charters", 0], 5, Problem("charters[0]", "wrong_type", {"expected": "table"})),
        (["events", 0, "kind"], "burnt", Problem("events[0].kind", "unknown_event", {
            "kind": "burnt", "choices": ["baked"]})),
        (["events", 0, "kind"], None, Problem("events[0].kind", "missing")),
        (["events", 0, "loaves"], "3", Problem("events[0].loaves", "wrong_type", {
            "expected": "whole_number"})),
        (["events", 0, "on"], date(2006, 1, 1), Problem("events[0].on", "no_bakery")),
        (["events", 0], "x", Problem("events[0]", "wrong_type", {"expected": "table"})),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_path(path, value, problem):
    assert errors(changed(path, value)) == [problem]


def test_an_event_outside_the_consortiums_life_is_refused():
    assert errors(changed(["events", 0, "on"], date(2010, 1, 1))) == [
        Problem("events[0].on", "outside_life", LIFE),
        Problem("events[0].on", "no_bakery"),
    ]


def test_problems_in_all_parts_come_together():
    body = changed(["charters", 0, "bakery", "bread"], 1)
    body["currency"] = "XYZ"
    body["events"][0]["loaves"] = "3"

    assert errors(body) == [
        Problem("currency", "unknown_currency", {"currency": "XYZ"}),
        Problem("charters[0].bakery.bread", "amount_not_quoted", {"value": "1"}),
        Problem("events[0].loaves", "wrong_type", {"expected": "whole_number"}),
    ]


def test_the_members_are_judged_even_if_a_charter_is_refused():
    body = changed(["charters", 0, "bakery", "bread"], 1)
    body["members"][1]["starts_on"] = date(2003, 1, 1)

    assert errors(body) == [
        Problem("members[1].starts_on", "overlaps", {"other": "members[0]"}),
        Problem("charters[0].bakery.bread", "amount_not_quoted", {"value": "1"}),
    ]


def test_a_case_its_members_and_charters_may_be_open():
    body = changed(["ends_on"], None)
    for entry in (*body["members"][1:], body["charters"][1]):
        del entry["ends_on"]

    case = parse_case(body)

    assert case.ends_on is None
    assert case.charter_on(date(2199, 1, 1)) == case.charters[1]
