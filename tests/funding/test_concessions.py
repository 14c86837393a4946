"""Waivers, write-offs, credits and refunds: who grants them, and what they post."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from consortium.errors import DomainError
from consortium.models import AuditEvent, Notice
from consortium.reports.verify import verify
from funding.models import Concession, CreditNote, Transfer
from funding.operations.concessions import (
    grant_concession,
    refuse_concession,
    request_waiver,
    revoke_concession,
)
from tests.factories.forgiveness import TODAY, Alliance, alliance
from tests.factories.ledgers import balances


@pytest.fixture
def made(db: None) -> Alliance:
    return alliance()


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code of what is refused; nothing is left behind."""
    with transaction.atomic():
        try:
            call(*args, **kwargs)
        except DomainError as error:
            return error.code
        finally:
            transaction.set_rollback(True)
    return "done"


def decide(made: Alliance, row: Concession, by: str = "auditor", on: Any = TODAY) -> Concession:
    return grant_concession(concession=row, by=made.people[by], on=on)


def test_within_the_limit_one_person_grants_at_once(made: Alliance) -> None:
    row = made.propose(amount="1000")
    assert (row.granted, row.needs_second, row.decided_by) == (True, False, row.proposed_by)
    (moved,) = Transfer.objects.filter(key=f"concession:{row.uid}")
    assert (moved.debit.kind, moved.credit.kind) == ("waived", "receivable")
    assert (moved.credit.member, moved.charge) == (made.members["a"], made.charge())
    assert made.open() == 4000
    assert list(verify(consortium=made.consortium)) == []


def test_above_the_limit_the_charters_second_person_grants(made: Alliance) -> None:
    row = made.propose(amount="1000.01")
    assert (row.granted, row.needs_second) == (None, True)
    assert made.open() == 5000
    assert refused(decide, made, row, "finance") == "same_person_grants"
    assert refused(decide, made, row, "colleague") == "wrong_granter"
    assert refused(decide, made, row, "secretary") == "wrong_granter"
    decide(made, row)
    assert made.open() == Decimal("3999.99")
    assert refused(decide, made, row) == "already_answered"


def test_the_limit_is_not_passed_in_parts(made: Alliance) -> None:
    assert made.propose(amount="600").granted
    assert made.propose("write_off", amount="400").granted
    assert made.propose(amount="0.01").granted is None
    assert made.propose(amount="600", levy="lab").granted


def test_without_a_charters_word_two_people_of_any_such_role(db: None) -> None:
    made = alliance(sections={})
    row = made.propose(amount="1")
    assert row.needs_second
    assert refused(decide, made, row, "finance") == "same_person_grants"
    assert decide(made, row, "colleague").granted


@pytest.mark.parametrize(
    ("kind", "amount", "more", "code"),
    [
        ("waiver", "0", {}, "concession_not_positive"),
        ("waiver", "-5", {}, "concession_not_positive"),
        ("waiver", "0.001", {}, "finer_than_unit"),
        ("waiver", "5000.01", {}, "concession_exceeds_open"),
        ("write_off", "5000.01", {}, "concession_exceeds_open"),
        ("waiver", "10", {"unit": "EUR"}, "concession_in_other_unit"),
        ("waiver", "10", {"levy": None, "unit": "USD"}, "needs_charge"),
        ("refund", "10", {}, "takes_no_charge"),
        ("refund", "0.01", {"levy": None, "unit": "USD"}, "exceeds_credit"),
        ("credit", "5000.01", {}, "exceeds_creditable"),
        ("credit", "10", {"levy": None, "unit": "USD"}, "unknown_levy"),
    ],
)
def test_what_cannot_be_is_refused(
    made: Alliance, kind: str, amount: str, more: dict[str, Any], code: str
) -> None:
    before = balances(made.consortium)
    assert refused(made.propose, kind, amount, **more) == code
    assert balances(made.consortium) == before


def test_a_charge_of_another_and_a_missing_reason(made: Alliance) -> None:
    other = made.charge("b")
    assert refused(made.propose, levy=None, unit="USD") == "needs_charge"
    with transaction.atomic():
        made.members["b"], made.members["a"] = made.members["a"], made.members["b"]
        asked = {"amount": Decimal(1), "by": made.people["a"], "on": TODAY}
        assert refused(request_waiver, charge=other, reason="x", **asked) == "denied"
    mine = made.charge("b")
    assert refused(request_waiver, charge=mine, reason=" ", **asked) == "concession_without_reason"


def test_a_paid_charge_is_not_forgiven(made: Alliance) -> None:
    waiting = made.propose(amount="5000")
    written = made.propose("write_off", amount="2000")
    made.pay("5000")
    for row in (waiting, written):
        assert refused(decide, made, row) == "charge_settled"
    assert refused(made.propose, "write_off", "1") == "charge_settled"
    assert Concession.objects.filter(granted=None).count() == 2


def test_of_two_that_wait_the_second_finds_what_the_first_left(made: Alliance) -> None:
    first, second = made.propose(amount="3000"), made.propose(amount="3000")
    decide(made, first)
    assert refused(decide, made, second) == "concession_exceeds_open"
    assert made.open() == 2000


def test_a_member_asks_and_somebody_else_decides(made: Alliance) -> None:
    asked: dict[str, Any] = {"charge": made.charge(), "reason": "A hard year", "on": TODAY}
    row = request_waiver(amount=Decimal(800), by=made.people["a"], **asked)
    assert (row.granted, row.needs_second, made.open()) == (None, True, 5000)
    assert refused(decide, made, row, "secretary") == "wrong_granter"
    assert decide(made, row, "finance").granted
    above = request_waiver(amount=Decimal(2000), by=made.people["a"], **asked)
    assert refused(decide, made, above, "finance") == "wrong_granter"
    told = Notice.objects.filter(recipient=made.people["a"], code="concession_granted")
    assert told.count() == 1
    refuse_concession(concession=above, refusal="Not twice", by=made.people["finance"], on=TODAY)
    assert Notice.objects.filter(recipient=made.people["a"], code="concession_refused").exists()


def test_who_asks_never_grants_it_whatever_else_they_are(made: Alliance) -> None:
    """A member's signatory who is finance staff as well."""
    person = made.people["a"]
    person.appointments.create(
        consortium=made.consortium, role="finance", starts_on=TODAY.replace(year=2023)
    )
    row = request_waiver(charge=made.charge(), amount=Decimal(5), reason="x", by=person, on=TODAY)
    assert refused(decide, made, row, "a") == "same_person_grants"
    with pytest.raises(IntegrityError), transaction.atomic():
        Concession.objects.filter(pk=row.pk).update(
            granted=True, decided_on=TODAY, decided_by=person
        )


def test_a_credit_note_reduces_its_charge_and_the_rest_stands_on_account(made: Alliance) -> None:
    made.pay("4500")
    row = made.propose("credit", "800")
    note = CreditNote.objects.get(concession=row)
    assert (note.number, note.amount, note.reason) == ("CN-2024-00001", 800, "concession")
    assert (made.open(), made.credit()) == (0, 300)
    assert refused(made.propose, "credit", "4200.01") == "exceeds_creditable"
    decide(made, made.propose("credit", "4200"))
    assert made.credit() == 4500
    assert list(verify(consortium=made.consortium)) == []


def test_what_was_forgiven_cannot_be_credited_as_well(made: Alliance) -> None:
    decide(made, made.propose(amount="4000"))
    assert refused(made.propose, "credit", "1000.01") == "exceeds_creditable"


def test_a_credit_for_no_charge_and_a_refund_of_it(made: Alliance) -> None:
    ask = {"levy": None, "unit": "USD"}
    row = made.propose("credit", "700", of="fee", **ask)
    assert made.credit() == 700
    assert CreditNote.objects.get(concession=row).levy == "fee"
    assert refused(made.propose, "refund", "700.01", **ask) == "exceeds_credit"
    back = made.propose("refund", "700", bank_reference="RF-1", **ask)
    (moved,) = Transfer.objects.filter(key=f"concession:{back.uid}")
    assert (moved.debit.kind, moved.credit.kind) == ("on_account", "bank")
    assert made.credit() == 0
    assert list(verify(consortium=made.consortium)) == []


def test_a_write_off_that_is_paid_after_all_comes_back(made: Alliance) -> None:
    row = decide(made, made.propose("write_off", "5000"))
    assert made.open() == 0
    undo: dict[str, Any] = {"concession": row, "on": TODAY}
    assert refused(revoke_concession, by=made.people["finance"], **undo) == "same_person_grants"
    assert refused(revoke_concession, by=made.people["colleague"], **undo) == "wrong_granter"
    revoke_concession(by=made.people["auditor"], **undo)
    assert made.open() == 5000
    assert refused(revoke_concession, by=made.people["auditor"], **undo) == "already_reversed"
    assert list(verify(consortium=made.consortium)) == []


def test_a_credit_that_was_used_stands(made: Alliance) -> None:
    made.pay("5000")
    row = made.propose("credit", "900")
    back = made.propose("refund", "500", levy=None, unit="USD")
    undo: dict[str, Any] = {"by": made.people["finance"], "on": TODAY}
    assert refused(revoke_concession, concession=row, **undo) == "credit_used"
    revoke_concession(concession=back, **undo)
    revoke_concession(concession=row, **undo)
    assert (made.open(), made.credit()) == (0, 0)
    waits = made.propose("credit", "2000")
    assert refused(revoke_concession, concession=waits, **undo) == "not_granted"


def test_what_was_decided_is_sealed_and_audited_without_figures(made: Alliance) -> None:
    row = decide(made, made.propose(amount="1234.56"))
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        Concession.objects.filter(pk=row.pk).update(amount=1)
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        Concession.objects.filter(pk=row.pk).delete()
    events = AuditEvent.objects.filter(subject=f"funding.concession:{row.uid}")
    assert list(events.values_list("action", flat=True)) == [
        "propose_concession",
        "grant_concession",
    ]
    assert "1234" not in str(list(events.values_list("facts", flat=True)))
    told = Notice.objects.filter(code="concession_granted").values_list("values", "href")
    assert "1234" not in str(list(told))
