"""Patents from the first filing to the last fee: events, instructions, reminders."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.errors import DomainError
from consortium.models import Consortium, Notice
from consortium.operations.appointments import appoint
from consortium.operations.documents import file_document
from consortium.reports.docket import docket
from consortium.states import Role
from ip.models import PatentApplication, PatentWatch
from ip.operations.instructing import enter_instruction, instruct
from ip.operations.patent_fees import undo_fee
from ip.operations.patent_sweep import next_patents, tell_patents
from ip.operations.patents import record_event, register_family
from ip.reports.patent_docket import due
from ip.reports.patents import due_of, with_all
from ip.rules.offices import Route
from ip.rules.patent_docket import Choice, State
from ip.rules.patents import Happening
from tests.cast import FOUNDED, TODAY, Cast, appointed, person
from tests.factories.patents import (
    NINTH_DUE,
    application_of,
    chinese,
    happen,
    patented,
    pay,
    result_of,
    want,
)

DAY = timedelta(days=1)


def fresh(application: PatentApplication) -> PatentApplication:
    return with_all(PatentApplication.objects.all()).get(pk=application.pk)


def first_due(application: PatentApplication, on: date = TODAY) -> tuple[str, str, State]:
    due = next(each for each in due_of(fresh(application), on) if each.state != State.PAID)
    return due.deadline.code, due.deadline.part, due.state


@pytest.fixture
def joint(cast: Cast) -> PatentApplication:
    """A Chinese patent of which payer owns two thirds and partner one, paid up to year 8."""
    payer, partner = (cast.members[name].organization for name in ("payer", "partner"))
    application = chinese(result_of(cast.members["payer"], (payer, 2, 3), (partner, 1, 3)))
    pay(application)
    return application


def sweep(consortium: Consortium, on: date) -> list[tuple[str, str]]:
    """Tell what is due on a day; return what is new in the outbox, with whom it is for."""
    before = set(Notice.objects.values_list("pk", flat=True))
    tell_patents(consortium=consortium, on=on)
    new = Notice.objects.exclude(pk__in=before).filter(code__startswith="patent_")
    return sorted((each.code, each.recipient.username) for each in new)


# Registering and recording


def test_a_first_filing_dates_its_family_and_its_number_is_the_last_given(cast: Cast) -> None:
    application = chinese(result_of(cast.members["payer"]))
    application.family.refresh_from_db()
    assert application.family.priority_on == date(2018, 3, 12)
    assert fresh(application).number == "CN108000001B"
    assert str(application) == "CN · A lens"


def test_an_event_recorded_again_is_a_correction(cast: Cast) -> None:
    application = chinese(result_of(cast.members["payer"]))
    happen(application, Happening.FILED, date(2018, 3, 13))
    assert fresh(application).filing().filed_on == date(2018, 3, 13)
    assert application.events.count() == 3


def test_a_phase_registered_is_no_longer_due_and_is_to_be_entered_itself(cast: Cast) -> None:
    family = register_family(
        result=result_of(cast.members["payer"]), title="A lens", by=None, on=TODAY
    )
    international = application_of(family, "WO")
    happen(international, Happening.FILED, date(2025, 1, 15))
    european = application_of(family, "EP", route=Route.PCT, priority_on=date(2025, 1, 15))
    phases = {e.deadline.part for e in due_of(fresh(international), TODAY)} - {""}
    assert phases == {"CN", "GB", "US"}
    found = [(e.deadline.code, e.deadline.due_on) for e in due_of(fresh(european), TODAY)]
    assert found == [("filing", date(2027, 8, 16))]  # the 15th is a Sunday


@pytest.mark.parametrize(
    ("happened", "refusal"),
    [
        ({"kind": Happening.GRANTED, "happened_on": date(2018, 3, 11)}, "before_filing"),
        ({"kind": Happening.LAPSED, "happened_on": TODAY + DAY}, "in_future"),
        ({"kind": Happening.WITHDRAWN, "happened_on": date(2020, 1, 1)}, "after_end"),
    ],
)
def test_impossible_events_are_refused(cast: Cast, happened: dict[str, Any], refusal: str) -> None:
    application = chinese(result_of(cast.members["payer"]))
    with pytest.raises(DomainError) as refused:
        record_event(application=application, **happened, by=None, on=TODAY)
    assert refused.value.code == f"patent_event_{refusal}"
    assert application.events.count() == 2


def test_a_priority_that_was_too_old_takes_restoring(cast: Cast) -> None:
    family = register_family(
        result=result_of(cast.members["payer"]), title="A lens", by=None, on=TODAY
    )
    planned = {"office": "US", "priority_on": date(2025, 1, 6)}
    for restored, code in ((False, "priority_too_old"), (True, None)):
        application = application_of(family, **planned, priority_restored=restored)
        if code:
            with pytest.raises(DomainError) as refused:
                happen(application, Happening.FILED, date(2026, 2, 2))
            assert refused.value.code == code
        else:
            happen(application, Happening.FILED, date(2026, 2, 2))
    family.refresh_from_db()
    assert family.priority_on == date(2025, 1, 6)


def test_titles_offices_and_foreign_papers_are_checked(cast: Cast) -> None:
    result = result_of(cast.members["payer"])
    with pytest.raises(DomainError) as refused:
        register_family(result=result, title="  ", by=None, on=TODAY)
    assert refused.value.code == "patent_title_missing"
    application = chinese(result)
    with pytest.raises(DomainError) as refused:
        application_of(application.family, "JP")
    assert refused.value.code == "unknown_office"
    paper = file_document(
        consortium=cast.other, name="a.pdf", content=b"%PDF-1.4\n", by=None, on=TODAY
    )
    with pytest.raises(DomainError) as refused:
        record_event(
            application=application, kind=Happening.LAPSED, happened_on=TODAY, paper=paper,
            by=None, on=TODAY,
        )  # fmt: skip
    assert refused.value.code == "foreign_document"


# What is due


def test_a_paid_year_settles_the_earlier_ones_until_it_is_undone(joint: PatentApplication) -> None:
    assert first_due(joint) == ("annuity", "9", State.OPEN)
    undo_fee(fee=joint.fees.get(), by=None, on=TODAY)
    assert first_due(joint) == ("annuity", "5", State.MISSED)
    assert [e.deadline.part for e in due_of(fresh(joint), TODAY)] == ["5"]
    with pytest.raises(DomainError) as refused:
        undo_fee(fee=joint.fees.get(undoes=None), by=None, on=TODAY)
    assert refused.value.code == "patent_fee_undone"


def test_what_is_due_shows_what_it_costs_today(joint: PatentApplication) -> None:
    due = {e.deadline.part: e for e in due_of(fresh(joint), date(2026, 4, 20))}
    assert due["9"].state == State.LATE
    assert due["9"].fee is not None
    assert str(due["9"].fee.total) == "2100.00"  # the second month has begun: 5%


def test_one_owner_that_pays_keeps_it_and_both_can_drop_it(
    cast: Cast, joint: PatentApplication
) -> None:
    payer, partner = (cast.members[name].organization for name in ("payer", "partner"))
    want(joint, payer, Choice.DROP)
    assert first_due(joint) == ("annuity", "9", State.OPEN)
    want(joint, partner, Choice.DROP)
    assert first_due(joint) == ("annuity", "9", State.DROPPED)
    want(joint, payer, Choice.PAY)
    assert first_due(joint) == ("annuity", "9", State.OPEN)


def test_who_wants_to_drop_is_told_to_the_other_owners_at_once(
    cast: Cast, joint: PatentApplication
) -> None:
    staff = appointed("ip", cast.consortium, Role.IP)
    share = joint.family.result.shares.get(owner=cast.members["partner"].organization)
    instruct(
        share=share, application=joint, code="annuity", part="9", choice=Choice.DROP,
        by=cast.people["partner"], on=TODAY,
    )  # fmt: skip
    told = Notice.objects.filter(code="patent_drop_wanted")
    assert {each.recipient for each in told} == {
        cast.people["payer"], cast.people["technician"], staff
    }  # fmt: skip
    assert told[0].values["due_on"] == NINTH_DUE.isoformat()
    assert "2000" not in str([each.values for each in told])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "annuity", "part": "99"}, "patent_not_due"),
        ({"code": "term_ends", "part": ""}, "patent_not_due"),
        ({"code": "annuity", "part": "8"}, "patent_too_late_to_say"),
    ],
)
def test_an_instruction_needs_something_that_is_due(
    cast: Cast, joint: PatentApplication, given: dict[str, str], code: str
) -> None:
    share = joint.family.result.shares.first()
    assert share is not None
    with pytest.raises(DomainError) as refused:
        enter_instruction(
            share=share, application=joint, choice=Choice.PAY, **given, by=None, on=TODAY
        )
    assert refused.value.code == code


def test_an_owner_of_another_result_or_of_another_time_has_no_say(
    cast: Cast, joint: PatentApplication
) -> None:
    other = patented(cast.members["rival"]).share
    ended = joint.family.result.shares.get(owner=cast.members["partner"].organization)
    ended.ends_on = TODAY
    ended.save()
    for share in (other, ended):
        with pytest.raises(DomainError) as refused:
            instruct(
                share=share, application=joint, code="annuity", part="9", choice=Choice.DROP,
                by=None, on=TODAY,
            )  # fmt: skip
        assert refused.value.code == "patent_not_an_owner"


# Reminders


def test_the_sweep_tells_owners_and_staff_once_and_sets_the_next_day(
    cast: Cast, joint: PatentApplication
) -> None:
    appointed("ip", cast.consortium, Role.IP)
    everybody = ["ip", "partner", "payer", "technician"]
    assert sweep(cast.consortium, TODAY) == [("patent_due", name) for name in everybody]
    assert next_patents(consortium=cast.consortium, after=TODAY) == NINTH_DUE - 7 * DAY
    assert sweep(cast.consortium, TODAY) == []
    PatentWatch.objects.update(next_on=TODAY)  # a sweep that was killed before it had moved on
    assert sweep(cast.consortium, TODAY) == []
    assert sweep(cast.consortium, NINTH_DUE) == [("patent_last_day", name) for name in everybody]
    late = sweep(cast.consortium, NINTH_DUE + DAY)
    assert late == [("patent_late", name) for name in everybody]


def test_a_month_missed_is_made_good_with_the_last_step_only(
    cast: Cast, joint: PatentApplication
) -> None:
    assert {code for code, _who in sweep(cast.consortium, date(2026, 9, 14))} == {
        "patent_late_last_day"
    }
    lapsed = sweep(cast.consortium, date(2026, 10, 1))
    assert {code for code, _who in lapsed} == {"patent_lapsed"}
    assert next_patents(consortium=cast.consortium, after=date(2026, 10, 1)) is None


def test_what_is_paid_or_dropped_is_told_no_more_or_otherwise(
    cast: Cast, joint: PatentApplication
) -> None:
    for name in ("payer", "partner"):
        want(joint, cast.members[name].organization, Choice.DROP)
    before = sweep(cast.consortium, NINTH_DUE - 7 * DAY)
    assert {code for code, _who in before} == {"patent_dropping"}
    pay(joint, "9", paid_on=TODAY)
    assert sweep(cast.consortium, NINTH_DUE) == []
    assert next_patents(consortium=cast.consortium, after=NINTH_DUE) == date(2026, 12, 12)


def test_nothing_is_told_after_the_end(cast: Cast, joint: PatentApplication) -> None:
    happen(joint, Happening.LAPSED, TODAY)
    assert sweep(cast.consortium, TODAY) == []
    assert PatentWatch.objects.get().next_on is None


def test_one_application_that_fails_does_not_stop_the_others(cast: Cast) -> None:
    broken, sound = (chinese(result_of(cast.members[name])) for name in ("payer", "partner"))
    pay(sound)
    PatentApplication.objects.filter(pk=broken.pk).update(office="XX")
    assert {who for _code, who in sweep(cast.consortium, TODAY)} == {"partner"}
    parked = cast.consortium.parked_items.get(sweep="patents")
    assert (parked.key, parked.reason) == (str(broken.pk), "unknown_office")


# The docket


def due_for(cast: Cast, user: Any, **more: Any) -> list[tuple[str, date, bool]]:
    items = docket(consortium=cast.consortium, user=user, on=TODAY, until=TODAY + 30 * DAY, **more)
    return [(i.code, i.due_on, i.mine) for i in items if i.code.startswith("patent_")]


def test_the_docket_shows_it_to_owners_and_staff_and_to_no_rival(
    cast: Cast, joint: PatentApplication
) -> None:
    staff = appointed("ip", cast.consortium, Role.IP)
    engineer = person("engineer")
    appoint(
        consortium=cast.consortium, user=engineer, role=Role.TECHNICAL_CONTACT,
        organization=cast.members["partner"].organization, starts_on=FOUNDED, by=None, on=FOUNDED,
    )  # fmt: skip
    due = [("patent_due", NINTH_DUE, True)]
    assert due_for(cast, staff) == due
    assert due_for(cast, cast.people["partner"]) == due
    assert due_for(cast, engineer) == [("patent_due", NINTH_DUE, False)]
    assert due_for(cast, cast.people["rival"]) == []
    assert due_for(cast, cast.people["outsider"]) == []


def test_the_docket_asks_as_much_of_the_database_for_three_as_for_one(cast: Cast) -> None:
    staff = appointed("ip", cast.consortium, Role.IP)
    asked = []
    for name in ("payer", "partner", "rival"):
        pay(chinese(result_of(cast.members[name])))
        with CaptureQueriesContext(connection) as queries:
            items = list(due(consortium=cast.consortium, user=staff, on=TODAY, until=NINTH_DUE))
        asked.append((len(items), len(queries)))
    assert [count for count, _queries in asked] == [1, 2, 3]
    assert asked[0][1] == asked[2][1]
