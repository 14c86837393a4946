"""Calls: drafted under a charter, published, changed in the open, asked about."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from consortium.errors import DomainError
from consortium.models import Notice, User
from consortium.reports.docket import docket
from consortium.rules.schema import InvalidDocument
from projects.models import Call, CallChange, Question
from projects.operations.calls import amend_call, publish_call
from projects.operations.questions import answer_question, ask_question
from tests.factories.portfolios import (
    CLOSES,
    NOW,
    OPENS,
    SECOND,
    SECTION,
    TERMS,
    TODAY,
    Portfolio,
    drafted_call,
    portfolio,
)


def refused(call: Any, /, **arguments: Any) -> str:
    with pytest.raises(DomainError) as found:
        call(**arguments)
    return found.value.code


def amend(here: Portfolio, **more: Any) -> Call:
    given = {"call": here.call, "reason": "Holidays", "at": NOW, "by": None, "on": TODAY}
    return amend_call(**given | more)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes_at": OPENS}, "call_times_wrong"),
        ({"ends_at": CLOSES + SECOND}, "call_stages_differ"),
        ({"terms": {**TERMS, "stages": 2}}, "call_stages_differ"),
        ({"terms": {**TERMS, "stages": 2}, "ends_at": CLOSES}, "call_times_wrong"),
        ({"terms": {**TERMS, "colour": "red"}}, "invalid_document"),
        ({"terms": {"fields": [{"code": "prices", "label": {"en": "x"}}]}}, "field_never_shared"),
        ({"unit": "XXQ"}, "unknown_currency"),
        ({"name_en": "", "name_zh": " "}, "no_name"),
        ({"code": "2026-1"}, "call_code_taken"),
        ({"opens_at": OPENS - timedelta(days=900)}, "no_charter_in_force"),
    ],
)
def test_what_is_wrong_with_a_call(here: Portfolio, changes: dict[str, Any], code: str) -> None:
    assert refused(drafted_call, consortium=here.consortium, **{"code": "b"} | changes) == code


def test_a_call_repeats_no_requirement_of_its_charter(db: None) -> None:
    rule = {"code": "two", "label": {"en": "Two"}, "measure": "participants", "at_least": "2"}
    here = portfolio("ruled", requirements=[rule])
    with pytest.raises(InvalidDocument) as found:
        drafted_call(here.consortium, "b", terms={**TERMS, "requirements": [rule]})
    assert [each.path for each in found.value.errors] == ["terms.requirements[0].code"]
    applies = here.call.rules().under(here.call.charter.rules("projects"))
    assert [each.code for each in applies.requirements] == ["two"]
    assert [each.code for each in applies.criteria] == [
        each["code"] for each in SECTION["screening"]["criteria"]
    ]


def test_bottom_up_charters_need_no_topics(db: None) -> None:
    below = portfolio("below", initiative="bottom_up")
    standing = drafted_call(below.consortium, "standing", terms={})
    assert publish_call(call=standing, at=NOW, by=None, on=TODAY).published_at == NOW
    above = portfolio("above")
    bare = drafted_call(above.consortium, "bare", terms={})
    assert refused(publish_call, call=bare, at=NOW, by=None, on=TODAY) == "no_themes"
    assert refused(publish_call, call=above.call, at=NOW, by=None, on=TODAY) == "already_published"


def test_a_change_is_told_to_everyone_and_kept(here: Portfolio) -> None:
    later = CLOSES + timedelta(days=7)
    amend(here, changes={"closes_at": later})
    change = CallChange.objects.get()
    assert change.before == {"closes_at": "2026-04-01 17:00:00+08:00"}
    assert change.after == {"closes_at": "2026-04-08 17:00:00+08:00"}
    told = {each.recipient for each in Notice.objects.filter(code="call_changed")}
    names = ("north", "north-contact", "south", "east", "projects", "secretary")
    assert {here.people[name] for name in names} <= told
    assert not told & {here.people["finance"], here.people["reviewer"]}
    amend(here, changes={"closes_at": later})
    assert CallChange.objects.count() == 1, "the same again is no change"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE projects_callchange SET reason = 'x'")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"changes": {"closes_at": CLOSES + SECOND}, "reason": " "}, "no_reason"),
        ({"changes": {"closes_at": NOW - SECOND}}, "closes_in_past"),
        ({"changes": {"name_en": "x"}, "at": CLOSES + SECOND}, "call_over"),
        ({"changes": {"unit": "USD"}}, "call_field_fixed"),
        ({"changes": {"published_at": None}}, "call_field_fixed"),
    ],
)
def test_what_of_a_published_call_stays(here: Portfolio, more: dict[str, Any], code: str) -> None:
    assert refused(amend, here=here, **more) == code
    assert not CallChange.objects.exists()


def ask(here: Portfolio, name: str, **more: Any) -> Question:
    given = {"member": here.members[name], "call": here.call, "text": "Who may lead?", "at": NOW,
             "by": here.people[name], "on": TODAY}  # fmt: skip
    return ask_question(**given | more)


def test_a_question_is_its_own_until_it_is_answered(here: Portfolio) -> None:
    question = ask(here, "north")

    def seen(name: str) -> bool:
        rows = Question.objects.visible_to(here.people[name], TODAY)
        return bool(rows.filter(pk=question.pk).exists())

    assert [seen(name) for name in ("north", "south", "projects")] == [True, False, True]
    by = here.people["projects"]
    answer_question(question=question, answer="Anyone.", at=NOW, by=by, on=TODAY)
    assert [seen(name) for name in ("north", "south", "projects")] == [True, True, True]
    again = {"question": question, "answer": "No.", "at": NOW, "by": by, "on": TODAY}
    assert refused(answer_question, **again) == "question_answered_already"
    told = Notice.objects.filter(code="question_answered")
    assert here.people["east"] in {each.recipient for each in told}


def test_nobody_asks_about_what_is_closed_or_hidden(here: Portfolio) -> None:
    assert refused(ask, here=here, name="north", at=CLOSES + SECOND) == "call_over"
    hidden = drafted_call(here.consortium, "hidden")
    assert refused(ask, here=here, name="north", call=hidden) == "call_not_published"
    assert refused(ask, here=here, name="north", text=" ") == "no_text"


def test_the_docket_tells_each_what_is_theirs(here: Portfolio) -> None:
    ask(here, "east")
    here.started("north", "south")

    def due(user: User) -> list[str]:
        until = TODAY + timedelta(days=60)
        found = docket(consortium=here.consortium, user=user, on=TODAY, until=until)
        return sorted(each.code for each in found if each.code != "outbound_held")

    assert due(here.people["projects"]) == ["call_closes", "question_unanswered"]
    assert due(here.people["north"]) == [
        "call_closes", "proposal_unsigned", "proposal_unsubmitted"
    ]  # fmt: skip
    assert due(here.people["south"]) == ["call_closes", "proposal_unsigned"]
    assert due(here.people["east"]) == ["call_closes"]
