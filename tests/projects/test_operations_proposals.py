"""Proposals: started, signed, submitted in time, sealed, numbered without a gap."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from consortium import registry
from consortium.errors import Denied, DomainError, Several
from consortium.models import AuditEvent, Notice, digest
from consortium.operations.members import suspend
from consortium.registry import MemberFact
from projects.models import Participant, Proposal
from projects.operations.drafts import revise, start_proposal, write_draft
from projects.operations.proposals import (
    sign,
    sign_on_paper,
    submit,
    withdraw,
    withdraw_on_paper,
)
from projects.reports.content import receipt_of, state_of
from projects.reports.receipts import submissions
from projects.rules.choices import Part
from tests.factories.portfolios import CLOSES, NOW, SECOND, TODAY, Portfolio, draft_of, portfolio


def codes(error: DomainError) -> list[str]:
    inside = error.errors if isinstance(error, Several) else [error]
    return [each.code for each in inside]


def refused(call: Any, /, **arguments: Any) -> list[str]:
    with pytest.raises(DomainError) as found:
        call(**arguments)
    return codes(found.value)


def test_a_proposal_goes_from_draft_to_receipt(here: Portfolio) -> None:
    version = here.submitted("north", "south")
    proposal = version.proposal
    assert proposal.number == "PR-2026-0001"
    assert (version.version, version.stage, version.submitted_at) == (1, 1, NOW)
    version.refresh_from_db()
    assert version.digest == digest(receipt_of(version))
    assert list(submissions(consortium=here.consortium)) == []
    assert here.submitted("south", "north").proposal.number == "PR-2026-0002"
    told = Notice.objects.filter(code="proposal_submitted", values__number="PR-2026-0001")
    assert {each.recipient for each in told} == {
        here.people[name] for name in ("north", "north-contact", "south", "south-contact")
    }
    actions = AuditEvent.objects.filter(consortium=here.consortium).order_by("number")
    assert [each.action for each in actions][-8:] == [
        "start_proposal", "sign", "sign", "submit",
        "start_proposal", "sign", "sign", "submit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("0.5", "0.49", "work_shares_differ"),
        ("0.5", "0.5001", "work_shares_differ"),
        ("1", "0.0001", "work_shares_differ"),
        ("0.333333", "0.666666", "work_shares_differ"),
    ],
)
def test_shares_sum_exactly(here: Portfolio, first: str, second: str, code: str) -> None:
    draft = here.draft("north", "south")
    parties = tuple(
        replace(party, work_share=Decimal(share))
        for party, share in zip(draft.participants, (first, second), strict=True)
    )
    proposal = here.signed("north", "south", participants=parties)
    with pytest.raises(DomainError) as found:
        submit(proposal=proposal, at=NOW, by=here.people["north"], on=TODAY)
    assert found.value.code == code
    total = format(Decimal(first) + Decimal(second), "f")
    assert found.value.values["total"] == total


def test_shares_of_a_hundred_are_refused_as_such(here: Portfolio) -> None:
    draft = here.draft("north", "south")
    parties = tuple(
        replace(party, work_share=Decimal("50.005"), cost_share=Decimal("0.1234567"))
        for party in draft.participants
    )
    with pytest.raises(Several) as several:
        here.started("north", "south", participants=parties)
    assert codes(several.value) == ["not_a_participants_share"] * 4
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(("late", "expected"), [(timedelta(0), None), (SECOND, "call_closed")])
def test_one_second_late_is_refused_with_both_times(
    here: Portfolio, late: timedelta, expected: str | None
) -> None:
    proposal = here.signed("north", "south")
    # As a browser in New York would write the same moment.
    at = (CLOSES + late).astimezone(ZoneInfo("America/New_York"))
    if expected is None:
        assert submit(proposal=proposal, at=at, by=here.people["north"], on=TODAY).digest
        return
    with pytest.raises(DomainError) as found:
        submit(proposal=proposal, at=at, by=here.people["north"], on=TODAY)
    assert found.value.code == expected
    assert found.value.values == {
        "call": "2026-1",
        "closes_at": "2026-04-01 17:00:00+08:00",
        "at": "2026-04-01 17:00:01+08:00",
    }
    assert not Proposal.objects.get().submitted


def test_everybody_but_subcontractors_signs(here: Portfolio) -> None:
    draft = here.draft("north", "south", "east")
    third = replace(draft.participants[2], part=Part.SUBCONTRACTOR, work_share=Decimal("0.2"),
                    cost_share=Decimal("0.2"))  # fmt: skip
    shares = [replace(each, work_share=Decimal("0.4"), cost_share=Decimal("0.4"))
              for each in draft.participants[:2]]  # fmt: skip
    proposal = here.started("north", "south", "east", participants=(*shares, third))
    arguments: dict[str, Any] = {
        "proposal": proposal, "at": NOW, "by": here.people["north"], "on": TODAY
    }  # fmt: skip
    here.sign(proposal, "north")
    with pytest.raises(DomainError) as found:
        submit(**arguments)
    assert found.value.code == "unsigned"
    assert found.value.values["participants"] == ["South portfolio"]
    here.sign(proposal, "south")
    assert submit(**arguments).digest


def test_a_change_takes_the_signatures_off(here: Portfolio) -> None:
    proposal = here.signed("north", "south")
    by = here.people["north-contact"]
    write_draft(proposal=proposal, draft=here.draft("north", "south"), by=by, on=TODAY)
    signed = Participant.objects.filter(signed_at__isnull=False)
    assert signed.count() == 2, "the same again changes nothing"
    changed = here.draft("north", "south", summary="Another.")
    write_draft(proposal=proposal, draft=changed, by=by, on=TODAY)
    assert signed.count() == 0


def test_one_signs_what_one_has_read(here: Portfolio) -> None:
    proposal = here.started("north", "south")
    version = draft_of(proposal)
    read, row = state_of(version), version.participants.get(part="partner")
    changed = here.draft("north", "south", months=12)
    write_draft(proposal=proposal, draft=changed, by=here.people["north"], on=TODAY)
    assert refused(
        sign, participant=row, state=read, at=NOW, by=here.people["south"], on=TODAY
    ) == ["proposal_changed"]  # fmt: skip
    stale = here.draft("north", "south", months=13)
    assert refused(
        write_draft, proposal=proposal, draft=stale, state=read, by=here.people["north"], on=TODAY
    ) == ["proposal_changed"]  # fmt: skip


@pytest.mark.parametrize("name", ["north-contact", "south", "projects", "secretary"])
def test_only_a_participants_own_signatory_signs(here: Portfolio, name: str) -> None:
    version = draft_of(here.started("north", "south"))
    row = version.participants.get(part="lead")
    with pytest.raises(Denied):
        sign(participant=row, state=state_of(version), at=NOW, by=here.people[name], on=TODAY)


def test_paper_signs_for_who_has_no_account(here: Portfolio) -> None:
    proposal = here.started("north", "south")
    here.sign(proposal, "north")
    row = draft_of(proposal).participants.get(part="partner")
    arguments: dict[str, Any] = {"participant": row, "signatory": "Ms Wang", "at": NOW,
                                 "by": here.people["projects"], "on": TODAY}  # fmt: skip
    assert refused(sign_on_paper, **arguments, paper_on=date(2026, 3, 3)) == [
        "signature_incomplete"
    ]
    sign_on_paper(**arguments, paper_on=date(2026, 3, 1))
    version = submit(proposal=proposal, at=NOW, by=here.people["north"], on=TODAY)
    signatures = receipt_of(version)["signatures"]
    assert {each["signatory"] for each in signatures} == {"", "Ms Wang"}


def test_what_is_wrong_is_said_all_at_once(here: Portfolio) -> None:
    draft = here.draft("north", "south")
    line = replace(draft.participants[0].budget[0], category="travel", own=Decimal("9999999"))
    party = replace(draft.participants[0], budget=(line, line))
    wrong = {
        "theme": "cooking",
        "months": 37,
        "unit": "USD",
        "content": {"objectives": "x", "history": "y"},
        "participants": (party, party),
    }
    with pytest.raises(Several) as several:
        here.started("north", "south", **wrong)
    assert [(each.code, each.values["path"]) for each in several.value.errors] == [
        ("unknown_theme", "theme"),
        ("unknown_field", "content.history"),
        ("too_many_months", "months"),
        ("participant_twice", "participants[1]"),
        *[
            found
            for index in (0, 1)
            for found in (
                ("unknown_category", f"participants[{index}].budget[0].category"),
                ("budget_line_wrong", f"participants[{index}].budget[0].amount"),
                ("budget_line_twice", f"participants[{index}].budget[0]"),
                ("unknown_category", f"participants[{index}].budget[1].category"),
                ("budget_line_wrong", f"participants[{index}].budget[1].amount"),
            )
        ],
        ("wrong_unit", "unit"),
    ]


def test_what_is_lacking_is_said_all_at_once(here: Portfolio) -> None:
    draft = here.draft("north", "south")
    bare = tuple(replace(each, budget=(), part=Part.PARTNER) for each in draft.participants)
    proposal = here.started(
        "north", "south", title=" ", theme="", months=None, content={}, participants=bare
    )
    assert refused(
        submit, proposal=proposal, at=NOW, by=here.people["north"], on=TODAY
    ) == ["title_missing", "theme_missing", "months_missing", "field_missing", "lead_differs",
          "budget_missing", "unsigned"]  # fmt: skip


def test_what_competitors_must_not_share_is_refused_or_flagged(here: Portfolio) -> None:
    assert refused(
        start_proposal, member=here.members["north"], call=here.call, at=NOW, on=TODAY,
        by=here.people["north"], draft=here.draft("north", content={"prices": "9"}),
    ) == ["never_shared", "unknown_field"]  # fmt: skip
    version = here.submitted("north", content={"objectives": "扩大产能 and the unit prices"})
    assert version.flags == [
        {"path": "content.objectives", "topic": "capacity", "word": "产能"},
        {"path": "content.objectives", "topic": "prices", "word": "unit prices"},
    ]


def test_a_suspended_member_or_one_in_arrears_does_not_propose(
    here: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspend(member=here.members["north"], right="proposals", cause="arrears",
            starts_on=TODAY, by=None, on=TODAY)  # fmt: skip
    arguments: dict[str, Any] = {"call": here.call, "at": NOW, "on": TODAY}
    assert refused(
        start_proposal, member=here.members["north"], draft=here.draft("north"),
        by=here.people["north"], **arguments,
    ) == ["proposals_suspended"]  # fmt: skip
    paid = {"code": "paid", "label": {"en": "Paid"}, "measure": "arrears_days", "at_most": "30"}
    late = portfolio("strict", requirements=[paid])
    fact = MemberFact("funding.arrears_days", lambda consortium, on: {late.members["north"]: 31})
    known = registry.member_facts._items
    monkeypatch.setitem(known, fact.code, fact)
    with pytest.raises(DomainError) as found:
        late.started("north")
    assert (found.value.code, found.value.values["days"]) == ("in_arrears", 31)
    assert late.started("south")


def test_a_submitted_version_is_sealed(here: Portfolio) -> None:
    version = here.submitted("north", "south")
    by = here.people["north"]
    draft = here.draft("north", months=1)
    assert refused(write_draft, proposal=version.proposal, draft=draft, by=by, on=TODAY) == [
        "already_submitted"
    ]
    assert refused(submit, proposal=version.proposal, at=NOW, by=by, on=TODAY) == [
        "already_submitted"
    ]
    for statement in (
        "UPDATE projects_proposalversion SET title = 'x'",
        "UPDATE projects_participant SET work_share = 0",
        "UPDATE projects_budgetline SET amount = 1",
        "DELETE FROM projects_participant",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_next_version_keeps_the_number_and_counts(here: Portfolio) -> None:
    first = here.submitted("north", "south")
    proposal, by = first.proposal, here.people["north"]
    second = revise(proposal=proposal, at=NOW, by=by, on=TODAY)
    assert (second.version, second.participants.filter(signed_at=None).count()) == (2, 2)
    assert state_of(second) == state_of(first)
    assert refused(revise, proposal=proposal, at=NOW, by=by, on=TODAY) == ["already_drafting"]
    for name in ("north", "south"):
        here.sign(proposal, name)
    submit(proposal=proposal, at=NOW, by=by, on=TODAY)
    proposal.refresh_from_db()
    assert (proposal.number, proposal.current()) == ("PR-2026-0001", second)
    assert refused(revise, proposal=proposal, at=CLOSES + SECOND, by=by, on=TODAY) == [
        "call_closed"
    ]


def test_a_withdrawn_proposal_comes_back_with_its_next_version(here: Portfolio) -> None:
    proposal, by = here.submitted("north").proposal, here.people["north"]
    withdraw(proposal=proposal, at=NOW, by=by, on=TODAY)
    assert refused(withdraw, proposal=proposal, at=NOW, by=by, on=TODAY) == ["already_withdrawn"]
    revise(proposal=proposal, at=NOW, by=by, on=TODAY)
    here.sign(proposal, "north")
    submit(proposal=proposal, at=NOW, by=by, on=TODAY)
    proposal.refresh_from_db()
    assert proposal.withdrawn_at is None


def test_a_letter_withdraws_a_proposal(here: Portfolio) -> None:
    proposal, by = here.submitted("north").proposal, here.people["projects"]
    letter: dict[str, Any] = {"proposal": proposal, "signatory": "Ms Wang", "at": NOW, "by": by,
                              "on": TODAY}  # fmt: skip
    late = {**letter, "paper_on": date(2026, 3, 3)}
    assert refused(withdraw_on_paper, **late) == ["signature_incomplete"]
    gone = withdraw_on_paper(**letter, paper_on=date(2026, 3, 1))
    assert (gone.withdrawn_by, gone.withdrawal_signatory) == (by, "Ms Wang")
    assert refused(withdraw_on_paper, **letter, paper_on=TODAY) == ["already_withdrawn"]
    north = here.people["north"]
    revise(proposal=proposal, at=NOW, by=north, on=TODAY)
    here.sign(proposal, "north")
    submit(proposal=proposal, at=NOW, by=north, on=TODAY)
    proposal.refresh_from_db()
    assert (proposal.withdrawn_at, proposal.withdrawal_signatory) == (None, "")


def test_before_it_opens_nothing_is_taken(here: Portfolio) -> None:
    arguments: dict[str, Any] = {"member": here.members["north"], "call": here.call,
                                 "draft": here.draft("north"), "on": TODAY}  # fmt: skip
    early: datetime = here.call.opens_at - SECOND
    assert refused(start_proposal, **arguments, at=early, by=None) == ["call_not_open"]
    assert refused(start_proposal, **arguments, at=CLOSES + SECOND, by=None) == ["call_closed"]
