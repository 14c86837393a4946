"""Patent fees charged to the owners: exact parts, books that add up, mistakes refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Consortium, Member, Organization
from consortium.reports.verify import verify
from consortium.rules.problems import InvalidDocument
from consortium.rules.schema import parse
from funding.models import Assessment, Charge, Transfer
from funding.operations.charging import account_of
from funding.reports.statements import member_statements
from funding.rules.dues import DuesSection
from ip.models import PatentApplication
from ip.operations.patent_fees import Paid, charge_owners, record_fee, undo_fee
from tests.cast import DUES, TODAY
from tests.factories.ledgers import member, small
from tests.factories.patents import COSTS, chinese, pay, result_of

HANDLING = {
    **COSTS,
    "rule": [{"add": {"rate": "1", "of": "amount"}}, {"add": {"const": "50"}}],
}
PAID_ON = date(2026, 2, 2)


def joint(consortium: Consortium, *others: Organization) -> PatentApplication:
    """A patent of which a owns one third, b another, and a third party the last, or b two."""
    a, b = (member(consortium, name).organization for name in ("a", "b"))
    shares = [(a, 1, 3), (b, 1 if others else 2, 3), *((each, 1, 3) for each in others)]
    return chinese(result_of(member(consortium, "a"), *shares))


def charged(consortium: Consortium) -> dict[str, str]:
    return {
        str(each.member): f"{each.amount:.2f} {each.unit}"
        for each in Charge.objects.filter(consortium=consortium).order_by("pk")
    }


def code_of(call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


@pytest.fixture
def consortium(db: None) -> Consortium:
    return small("small", COSTS)


def test_owners_are_charged_by_their_shares_to_the_cent(consortium: Consortium) -> None:
    fee = pay(joint(consortium), amount="2000.00")
    charges = charge_owners(fee=fee, by=None, on=TODAY)
    assert list(charged(consortium).values()) == ["666.67 CNY", "1333.33 CNY"]
    assert {each.due_on for each in charges} == {date(2026, 4, 1)}
    assert {each.assessment.subject for each in charges} == {fee.uid}
    assert list(verify(consortium=consortium)) == []


def test_the_charge_stands_on_the_owners_statement(consortium: Consortium) -> None:
    charge_owners(fee=pay(joint(consortium)), by=None, on=TODAY)
    (statement,) = member_statements(
        member(consortium, "a"), from_on=date(2026, 1, 1), on=date(2026, 4, 2)
    )
    assert (statement.unit, statement.balance) == ("CNY", Decimal("666.67"))
    (still_open,) = statement.open
    assert (still_open.charge.levy, still_open.late) == ("patent_costs", 1)
    posted = Transfer.objects.filter(charge=still_open.charge).get()
    assert (posted.debit.kind, posted.credit.kind) == ("receivable", "levy_income")


def test_an_owner_that_never_joined_has_an_account_and_no_membership(
    consortium: Consortium,
) -> None:
    stranger = Organization.objects.create(name_en="Stranger", kind="university", country="CN")
    charge_owners(fee=pay(joint(consortium, stranger)), by=None, on=TODAY)
    assert list(charged(consortium).values()) == ["666.67 CNY", "666.67 CNY", "666.66 CNY"]
    account = account_of(consortium, stranger)
    assert not account.terms.exists()
    assert account not in Member.objects.on(TODAY)
    (statement,) = member_statements(account, from_on=date(2026, 1, 1), on=TODAY)
    assert statement.owed == Decimal("666.66")
    assert list(verify(consortium=consortium)) == []


def test_the_funds_holder_is_not_charged_to_itself(consortium: Consortium) -> None:
    consortium.funds_holder = member(consortium, "b").organization
    consortium.save()
    charge_owners(fee=pay(joint(consortium)), by=None, on=TODAY)
    assert list(charged(consortium).values()) == ["666.67 CNY"]


def test_the_charters_rule_may_add_to_what_is_passed_on(db: None) -> None:
    consortium = small("handled", HANDLING)
    charge_owners(fee=pay(joint(consortium), amount="900.00"), by=None, on=TODAY)
    assert list(charged(consortium).values()) == ["350.00 CNY", "650.00 CNY"]
    assert list(verify(consortium=consortium)) == []


def test_what_was_forged_in_the_books_is_found(consortium: Consortium) -> None:
    fee = pay(joint(consortium))
    charge_owners(fee=fee, by=None, on=TODAY)
    row = Assessment.objects.filter(subject=fee.uid).order_by("pk").first()
    assert row is not None
    row.pk, row.uid, row.version = None, "00000000-0000-4000-8000-000000000000", 2
    row.amount = Decimal(1)
    row.save(force_insert=True)
    assert {each.code for each in verify(consortium=consortium)} >= {"assessment_altered"}


def test_a_fee_is_charged_once_and_then_not_undone(consortium: Consortium) -> None:
    fee = pay(joint(consortium))
    charge_owners(fee=fee, by=None, on=TODAY)
    again = code_of(lambda: charge_owners(fee=fee, by=None, on=TODAY))
    assert again == "charged_already"
    assert code_of(lambda: undo_fee(fee=fee, by=None, on=TODAY)) == "patent_fee_charged"
    assert Charge.objects.count() == 2


def test_what_an_owner_paid_or_was_undone_is_not_charged(consortium: Consortium) -> None:
    application = joint(consortium)
    owner = member(consortium, "a").organization
    own = pay(application, "7", payer=owner)
    assert code_of(lambda: charge_owners(fee=own, by=None, on=TODAY)) == "patent_owner_paid"
    mistaken = pay(application)
    undoing = undo_fee(fee=mistaken, by=None, on=TODAY)
    for fee in (mistaken, undoing):
        assert code_of(lambda fee=fee: charge_owners(fee=fee, by=None, on=TODAY)) == (
            "patent_fee_undone"
        )
    assert not Charge.objects.exists()


def test_without_a_levy_for_it_nothing_is_charged_and_the_refusal_says_what_is_missing(
    db: None,
) -> None:
    consortium = small("silent", {**COSTS, "unit": "EUR"})
    fee = pay(joint(consortium))
    with pytest.raises(DomainError) as refused:
        charge_owners(fee=fee, by=None, on=TODAY)
    assert refused.value.code == "no_levy_for_it"
    assert refused.value.values == {
        "charter": "first", "occasion": "patent_fee", "unit": "CNY"
    }  # fmt: skip


def test_the_consortium_bears_what_only_the_funds_holder_owns(consortium: Consortium) -> None:
    consortium.funds_holder = member(consortium, "a").organization
    consortium.save()
    fee = pay(chinese(result_of(member(consortium, "a"))))
    assert code_of(lambda: charge_owners(fee=fee, by=None, on=TODAY)) == "patent_nobody_to_charge"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"part": "21"}, "patent_not_due"),
        ({"code": "examination", "part": ""}, "patent_not_due"),
        ({"paid_on": date(2026, 3, 3)}, "patent_paid_in_future"),
        ({"unit": "XYZ"}, "patent_unknown_currency"),
        ({"amount": Decimal(0)}, "patent_nothing_paid"),
        ({"amount": Decimal("0.001")}, "finer_than_unit"),
    ],
)
def test_a_wrong_payment_is_refused(
    consortium: Consortium, changed: dict[str, Any], code: str
) -> None:
    given = {"code": "annuity", "part": "8", "paid_on": PAID_ON, "amount": Decimal(2000)}
    payment = Paid(**{**given, "unit": "CNY", **changed})
    application = joint(consortium)
    assert (
        code_of(lambda: record_fee(application=application, payment=payment, by=None, on=TODAY))
        == code
    )
    assert not application.fees.exists()


def test_the_same_fee_is_recorded_once_and_only_an_owner_pays_it_itself(
    consortium: Consortium,
) -> None:
    application = joint(consortium)
    stranger = Organization.objects.create(name_en="Stranger", kind="university", country="CN")
    assert code_of(lambda: pay(application, payer=stranger)) == "patent_not_an_owner"
    pay(application)
    assert code_of(lambda: pay(application)) == "patent_already_paid"


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"categories": ["member"]}, "categories", "not_on_occasion"),
        ({"issue": "automatic"}, "issue", "not_on_occasion"),
        ({"calendar": {"due": {"days": 3}, "opens": {"days": 1}}}, "calendar.opens",
         "not_on_occasion"),
        ({"trigger": {"kind": "occasion", "of": "birthday"}}, "trigger.of", "not_a_choice"),
        ({"trigger": {"kind": "overdue"}}, "categories", "missing"),
    ],
)  # fmt: skip
def test_what_a_levy_on_an_occasion_cannot_say(
    changed: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse(DuesSection, {"levies": [{**COSTS, **changed}]})
    found = {(each.path, each.code) for each in refused.value.errors}
    assert (f"levies[0].{path}", code) in found


def test_two_levies_for_one_occasion_in_one_currency_are_refused() -> None:
    twice = [COSTS, {**COSTS, "code": "other"}]
    with pytest.raises(InvalidDocument) as refused:
        parse(DuesSection, {"levies": twice})
    assert [(e.path, e.code) for e in refused.value.errors] == [
        ("levies[1].trigger", "occasion_twice")
    ]
    both = parse(DuesSection, {"levies": [COSTS, {**COSTS, "code": "euros", "unit": "EUR"}, DUES]})
    assert [levy.code for levy in both.in_rounds] == ["dues"]
