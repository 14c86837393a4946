"""Adoption: proposed by one person, confirmed by another, never backwards in time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from consortium.models import AuditEvent, Charter, Consortium, NoCharterInForce, Organization
from consortium.operations.adoption import (
    AdoptionRetroactive,
    CharterOverlaps,
    DecidedInTheFuture,
    NotProposed,
    SamePerson,
    WrongBody,
    WrongSecondPerson,
    adopt_charter,
    propose_adoption,
)
from consortium.operations.charters import (
    CharterAdopted,
    DraftChanged,
    discard_draft,
    draft_charter,
    rewrite_draft,
)
from consortium.operations.documents import file_document
from consortium.operations.members import NotEligible, admit
from consortium.registry import Failure
from consortium.reports.verify import verify
from consortium.states import Role
from funding.operations.assess import assess
from funding.operations.declarations import Figures, record_declaration
from funding.operations.rounds import open_round
from funding.reports.rounds import governing
from tests.cast import DUES, FEE, FOUNDED, NOW, TODAY, Cast, appointed, build
from tests.consortium.test_operations_charters import at_once

NEXT = date(2027, 1, 1)
DAY = timedelta(days=1)
DUES_SECTION = {"levies": [DUES, FEE]}


def governance(by: str = "assembly", second: str | None = "finance") -> dict[str, Any]:
    decider = {"by": by} | ({"second": second} if second else {})
    bodies = [
        {"code": code, "label": {"en": code}, "kind": "board"} for code in ("assembly", "board")
    ]
    return {"bodies": bodies, "decides": {"adopt_charter": decider}}


def draft(cast: Cast, code: str = "second", **changes: Any) -> Charter:
    given: dict[str, Any] = {
        "name_en": code.title(),
        "starts_on": NEXT,
        "sections": {"dues": DUES_SECTION, "governance": governance()},
    }
    consortium = changes.pop("consortium", cast.consortium)
    return draft_charter(consortium=consortium, code=code, **given | changes, by=None, on=TODAY)


def propose(cast: Cast, charter: Charter, by: str = "secretary", **changes: Any) -> Charter:
    given: dict[str, Any] = {"body": "assembly", "decided_on": TODAY - DAY}
    return propose_adoption(charter=charter, **given | changes, by=cast.people[by], on=TODAY)


def adopt(cast: Cast, charter: Charter, by: str = "finance", **changes: Any) -> Charter:
    return adopt_charter(charter=charter, **changes, by=cast.people[by], on=TODAY)


def adopted(charter: Charter) -> bool:
    return not Charter.objects.get(pk=charter.pk).is_draft


# By two people


def test_one_proposes_another_confirms(cast: Cast) -> None:
    paper = file_document(
        consortium=cast.consortium, name="minutes.pdf", content=b"%PDF-1.4\n", by=None, on=TODAY
    )
    charter = draft(cast)
    propose(cast, charter, decision=paper)
    adopt(cast, charter)
    kept = Charter.objects.get(pk=charter.pk)
    assert (kept.decided_on, kept.decided_by_body, kept.decision) == (
        TODAY - DAY,
        "assembly",
        paper,
    )
    assert (kept.proposed_by, kept.adopted_by) == (
        cast.people["secretary"],
        cast.people["finance"],
    )
    assert kept.adopted_on == TODAY
    events = AuditEvent.objects.filter(consortium=cast.consortium).order_by("-number")[:2]
    assert [each.action for each in events] == ["adopt_charter", "propose_adoption"]
    found: list[Failure] = list(verify(consortium=cast.consortium))
    assert found == []


def test_nobody_adopts_alone(cast: Cast) -> None:
    charter = draft(cast)
    both = appointed("both", cast.consortium, Role.FINANCE)
    cast.people["both"] = both
    with pytest.raises(NotProposed):
        adopt(cast, charter)
    propose(cast, charter, by="root")
    with pytest.raises(SamePerson):
        adopt(cast, charter, by="root")
    assert not adopted(charter)
    adopt(cast, charter, by="both")
    assert adopted(charter)


@pytest.mark.parametrize("by", ["secretary", "auditor", "accountant", "supervisor"])
def test_only_the_role_that_is_named_confirms(cast: Cast, by: str) -> None:
    charter = draft(cast)
    propose(cast, charter, by="root")
    with pytest.raises(WrongSecondPerson) as error:
        adopt(cast, charter, by=by)
    assert error.value.values == {"roles": [Role.FINANCE]}
    assert not adopted(charter)


def test_whom_the_charter_names_no_staff_member_but_the_proposer_may_confirm(cast: Cast) -> None:
    charter = draft(cast, sections={"governance": governance(second=None)})
    propose(cast, charter)
    with pytest.raises(SamePerson):
        adopt(cast, charter, by="secretary")
    adopt(cast, charter, by="auditor")
    assert adopted(charter)


def test_an_operator_enters_a_decision_that_one_person_confirms(cast: Cast) -> None:
    charter = draft(cast)
    propose_adoption(charter=charter, body="assembly", decided_on=TODAY, by=None, on=TODAY)
    adopt(cast, charter)
    assert adopted(charter)


# By the body the charter names


def test_a_first_charter_names_its_own_body(cast: Cast) -> None:
    charter = draft(cast)
    with pytest.raises(WrongBody) as error:
        propose(cast, charter, body="board")
    assert error.value.values == {"body": "board", "choices": ["assembly"]}


def test_the_charter_before_names_the_body_whatever_the_draft_says(cast: Cast) -> None:
    first = draft(cast)
    adopt_charter(charter=first, by=None, on=TODAY)
    usurper = draft(
        cast,
        "third",
        starts_on=date(2028, 1, 1),
        sections={"governance": governance("board", "secretary")},
    )
    with pytest.raises(WrongBody):
        propose(cast, usurper, body="board")
    propose(cast, usurper)
    with pytest.raises(WrongSecondPerson):
        adopt(cast, usurper, by="auditor")
    adopt(cast, usurper)
    assert adopted(usurper)


def test_the_last_charter_names_the_body_over_a_gap_too(cast: Cast) -> None:
    other = Consortium.objects.get(pk=cast.other.pk)
    Charter.objects.filter(consortium=other).update(ends_on=date(2027, 1, 1))
    ended = draft(cast, consortium=other, ends_on=date(2028, 1, 1))
    adopt_charter(charter=ended, by=None, on=TODAY)
    later = draft(
        cast,
        "later",
        consortium=other,
        starts_on=date(2028, 3, 1),
        sections={"governance": governance("board")},
    )
    with pytest.raises(WrongBody) as error:
        propose(cast, later, by="other_secretary", body="board")
    assert error.value.values["choices"] == ["assembly"]


def test_a_body_that_decides_no_more_when_it_is_confirmed(cast: Cast) -> None:
    """Another charter, adopted in between, names another body."""
    waiting = draft(cast, "waiting", starts_on=date(2029, 1, 1))
    propose(cast, waiting)
    between = draft(
        cast,
        "between",
        starts_on=date(2028, 1, 1),
        sections={"governance": governance("board")},
    )
    adopt_charter(charter=between, by=None, on=TODAY)
    with pytest.raises(WrongBody):
        adopt(cast, waiting)
    assert not adopted(waiting)


def test_a_decision_is_not_in_the_future(cast: Cast) -> None:
    charter = draft(cast)
    with pytest.raises(DecidedInTheFuture):
        propose(cast, charter, decided_on=TODAY + DAY)
    propose(cast, charter, decided_on=TODAY)


# What was proposed is what is adopted


def edit(charter: Charter, revision: int = 1) -> Charter:
    return rewrite_draft(
        charter=Charter.objects.get(pk=charter.pk),
        revision=revision,
        name_en="Edited",
        name_zh="",
        starts_on=NEXT,
        ends_on=None,
        sections={"governance": governance()},
        by=None,
        on=TODAY,
    )


def test_a_proposal_falls_with_an_edit(cast: Cast) -> None:
    charter = draft(cast)
    propose(cast, charter)
    edit(charter)
    with pytest.raises(NotProposed):
        adopt(cast, charter)
    kept = Charter.objects.get(pk=charter.pk)
    assert (kept.proposed_by, kept.decided_on, kept.decided_by_body) == (None, None, "")
    propose(cast, charter)
    adopt(cast, charter)
    assert adopted(charter)


def test_what_was_not_read_is_neither_proposed_nor_adopted(cast: Cast) -> None:
    """Edited and proposed again since the second person read it."""
    charter = draft(cast)
    edit(charter)
    with pytest.raises(DraftChanged):
        propose(cast, charter, revision=1)
    propose(cast, charter, revision=2)
    with pytest.raises(DraftChanged):
        adopt(cast, charter, revision=1)
    adopt(cast, charter, revision=2)


def test_an_adopted_charter_is_not_adopted_again(cast: Cast) -> None:
    charter = draft(cast)
    stale = Charter.objects.get(pk=charter.pk)
    propose(cast, charter)
    adopt(cast, charter)
    for each in (charter, stale):
        with pytest.raises(CharterAdopted):
            propose(cast, each)
        with pytest.raises(CharterAdopted):
            adopt(cast, each)


def test_a_discarded_draft_is_not_adopted(cast: Cast) -> None:
    charter = draft(cast)
    stale = Charter.objects.get(pk=charter.pk)
    propose(cast, charter)
    discard_draft(charter=charter, by=None, on=TODAY)
    with pytest.raises(DraftChanged):
        adopt(cast, stale)


# The predecessor, and days already settled


def test_the_predecessor_ends_on_the_day_the_successor_starts(cast: Cast) -> None:
    first = Charter.objects.get(consortium=cast.consortium)
    charter = draft(cast)
    adopt_charter(charter=charter, by=None, on=TODAY)
    first.refresh_from_db()
    assert (first.ends_on, first.period.contains(NEXT - DAY)) == (NEXT, True)
    in_force = Charter.objects.in_force
    assert in_force(consortium=cast.consortium, on=NEXT - DAY) == first
    assert in_force(consortium=cast.consortium, on=NEXT) == charter
    assert in_force(consortium=cast.consortium, on=date(2199, 12, 31)) == charter


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (NEXT, date(2028, 1, 1)),  # would leave days after it without a charter
        (FOUNDED, None),  # would leave nothing of the predecessor
    ],
)
def test_charters_never_overlap(cast: Cast, starts_on: date, ends_on: date | None) -> None:
    other = Charter.objects.get(consortium=cast.other)
    charter = draft(cast, consortium=cast.other, starts_on=starts_on, ends_on=ends_on, sections={})
    with pytest.raises(CharterOverlaps) as error:
        propose(cast, charter, by="other_secretary")
    assert error.value.values == {"code": "second", "other": "first"}
    with pytest.raises(CharterOverlaps):
        adopt_charter(charter=charter, by=None, on=TODAY)
    other.refresh_from_db()
    assert other.ends_on is None
    assert not adopted(charter)


def test_a_charter_may_stand_before_the_end_it_leaves_alone(cast: Cast) -> None:
    """Shortened only as far as needed: a predecessor that ended already stays as it is."""
    first = Charter.objects.get(consortium=cast.consortium)
    Charter.objects.filter(pk=first.pk).update(ends_on=date(2027, 6, 1))
    later = draft(cast, starts_on=date(2027, 9, 1))
    adopt_charter(charter=later, by=None, on=TODAY)
    first.refresh_from_db()
    assert first.ends_on == date(2027, 6, 1)
    for gap in (date(2027, 6, 1), date(2027, 8, 31)):
        with pytest.raises(NoCharterInForce):
            Charter.objects.in_force(consortium=cast.consortium, on=gap)


def test_nothing_is_adopted_for_days_that_are_settled(cast: Cast) -> None:
    """The cast has assessed 2026; the charter on 1 January 2026 governs all of it."""
    first = Charter.objects.get(consortium=cast.consortium)
    charter = draft(cast, starts_on=NEXT - DAY)
    with pytest.raises(AdoptionRetroactive) as error:
        propose(cast, charter)
    assert error.value.values == {"starts_on": NEXT - DAY, "settled_until": NEXT}
    with pytest.raises(AdoptionRetroactive):
        adopt_charter(charter=charter, by=None, on=TODAY)
    first.refresh_from_db()
    assert (first.ends_on, adopted(charter)) == (None, False)


def test_what_is_settled_after_the_proposal_counts_on_adoption(cast: Cast) -> None:
    charter = draft(cast)
    propose(cast, charter)
    due = governing(consortium=cast.consortium, levy="dues", period_starts_on=NEXT)
    on = date(2027, 2, 15)
    round = open_round(consortium=cast.consortium, due=due, by=None, on=date(2026, 11, 2))
    figures = Figures(
        levy="dues", period_starts_on=NEXT, values={"semiconductor_sales": Decimal(7)}
    )
    record_declaration(member=cast.members["payer"], figures=figures, by=None, on=on)
    assess(round=round, by=None, on=on)
    with pytest.raises(AdoptionRetroactive) as error:
        adopt(cast, charter)
    assert error.value.values["settled_until"] == date(2028, 1, 1)


# What an adopted charter does


def test_admission_follows_the_charter_of_the_terms_first_day(cast: Cast) -> None:
    charter = draft(cast, sections={"admission": {"kinds": ["university"]}})
    adopt_charter(charter=charter, by=None, on=TODAY)
    firm = Organization.objects.create(name_en="Firm", kind="enterprise", country="US")
    given: dict[str, Any] = {
        "consortium": cast.consortium,
        "organization": firm,
        "category": "member",
        "by": cast.people["secretary"],
        "on": TODAY,
    }
    with pytest.raises(NotEligible):
        admit(**given, starts_on=NEXT)
    assert admit(**given, starts_on=NEXT - DAY).member.organization == firm


# At once


@pytest.fixture
def real_cast(transactional_db: None) -> Iterator[Cast]:
    """The cast in committed rows, for threads of their own connections."""
    with time_machine.travel(NOW, tick=True):
        yield build()


def test_confirmed_by_many_at_once_it_is_adopted_once(real_cast: Cast) -> None:
    charter = draft(real_cast)
    propose(real_cast, charter)
    copies = [Charter.objects.get(pk=charter.pk) for _ in range(4)]
    outcomes = at_once(*[lambda each=each: adopt(real_cast, each) for each in copies])
    assert outcomes == ["charter_adopted"] * 3 + ["done"]
    events = AuditEvent.objects.filter(consortium=real_cast.consortium, action="adopt_charter")
    assert events.count() == 2  # the first charter, and this one


def test_of_overlapping_drafts_confirmed_at_once_the_days_are_never_shared(
    real_cast: Cast,
) -> None:
    drafts = [draft(real_cast, f"draft-{number}") for number in range(4)]
    start = Barrier(len(drafts))

    def confirm(charter: Charter) -> str:
        try:
            start.wait(timeout=20)
            adopt_charter(charter=charter, by=None, on=TODAY)
        except CharterOverlaps as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(drafts)) as pool:
        outcomes = sorted(pool.map(confirm, drafts))
    assert outcomes == ["charter_overlaps"] * 3 + ["done"]
    assert Charter.objects.adopted().filter(consortium=real_cast.consortium).count() == 2
