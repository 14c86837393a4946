"""Whose a payment is and what it pays: by number, payer, amount; safe only where two agree."""

from decimal import Decimal
from typing import Any

import pytest

from funding.rules.matching import Alias, Books, Open, Receipt, proposals
from funding.rules.payers import agree, core, plain

A, B = 1, 2
OPEN = [
    Open(11, "2026-00011", A, "CNY", Decimal(100)),
    Open(12, "2026-00012", A, "CNY", Decimal(250)),
    Open(13, "2026-00013", A, "CNY", Decimal(400)),
    Open(14, "2026-00014", A, "USD", Decimal(90)),
    Open(21, "2026-00021", B, "CNY", Decimal(100)),
    Open(22, "2026-00022", B, "CNY", Decimal(777)),
]
NAMES = {A: ["Alpha Steel Co., Ltd.", "阿尔法钢铁有限公司"], B: ["Beta", "贝塔半导体股份有限公司"]}
ALIASES = [Alias(A, "Alpha Holding", "6222 0001"), Alias(B, "", "6222-0002"), Alias(B, "BB", "")]


def judge(left: str, *, books: Books | None = None, **said: Any) -> tuple[Any, ...]:
    """Return member, allocations by the charge's last digits, reasons, and whether it is safe."""
    known = books or Books(OPEN, ALIASES, NAMES)
    receipt = Receipt(1, Decimal(left), said.pop("unit", "CNY"), **said)
    (found,) = proposals([receipt], known)
    paid = " ".join(f"{charge}:{amount}" for charge, amount in found.allocations)
    return found.member, paid, " ".join(found.why), found.safe


@pytest.mark.parametrize(
    ("left", "said", "expected"),
    [
        # by the charge's number
        ("100", {"text": "会费 2026-00011"}, (A, "11:100", "number amount", True)),
        ("100", {"text": "dues 2026/00011, thanks"}, (A, "11:100", "number amount", True)),
        ("100", {"text": "202600011"}, (A, "11:100", "number amount", True)),
        ("100", {"text": "２０２６－０００１１号"}, (A, "11:100", "number amount", True)),
        ("350", {"text": "2026-00011、2026-00012"}, (A, "11:100 12:250", "number sum", True)),
        ("350", {"text": "2026-00011 2026-00011"}, (A, "11:100", "number more", False)),
        ("99", {"text": "2026-00011"}, (A, "11:99", "number less", False)),
        ("200", {"text": "2026-00011 2026-00021"}, (None, "", "number several", False)),
        ("90", {"text": "2026-00014"}, (None, "", "", False)),
        ("100", {"text": "92026-000110"}, (None, "", "", False)),
        # a number, but another is known to pay so
        ("100", {"text": "2026-00011", "payer": "BB"},
         (A, "11:100", "number amount other_payer", False)),
        ("100", {"text": "2026-00011", "payer": "Alpha Holding", "payer_account": "62220001"},
         (A, "11:100", "number amount", True)),
        # by who is known to pay so
        ("100", {"payer_account": "62220001"}, (A, "11:100", "alias amount", True)),
        ("350", {"payer": "x", "payer_account": "6222 0001"},
         (A, "11:100 12:250", "alias sum", True)),
        ("250", {"payer_account": "62220001"}, (A, "12:250", "alias amount", False)),
        ("500", {"payer_account": "62220001"}, (A, "11:100 13:400", "alias sum", False)),
        ("120", {"payer_account": "62220001"}, (A, "11:100 12:20", "alias less", False)),
        ("1000", {"payer_account": "62220001"},
         (A, "11:100 12:250 13:400", "alias more", False)),
        ("100", {"payer": "bb"}, (B, "21:100", "alias amount", True)),
        ("100", {"payer": "BB", "payer_account": "9"}, (B, "21:100", "alias amount", True)),
        ("100", {"payer": "alpha  HOLDING"}, (A, "11:100", "alias amount", True)),
        ("100", {"payer": "Alpha Holding", "payer_account": "9"},
         (A, "11:100", "alias_name amount", False)),
        ("100", {"payer_account": "62220001", "unit": "EUR"}, (A, "", "alias", False)),
        # by what members are called
        ("100", {"payer": "阿尔法钢铁有限公司"}, (A, "11:100", "name amount", False)),
        ("100", {"payer": "ALPHA STEEL LTD"}, (A, "11:100", "name amount", False)),
        ("777", {"payer": "支付宝", "text": "贝塔半导体 会费"},
         (B, "22:777", "text amount", False)),
        # by the amount alone, where it is only one
        ("777", {"payer": "?"}, (B, "22:777", "only_amount", False)),
        ("100", {"payer": "?"}, (None, "", "", False)),
        ("5", {}, (None, "", "", False)),
    ],
)  # fmt: skip
def test_a_payment_is_judged(left: str, said: Any, expected: tuple[Any, ...]) -> None:
    assert judge(left, **said) == expected


def test_an_account_that_pays_for_several_says_nothing() -> None:
    both = [*ALIASES, Alias(A, "BB", "6222-0002"), Alias(A, "Agent", ""), Alias(B, "Agent", "1")]
    books = Books(OPEN, both, NAMES)
    assert judge("778", books=books, payer_account="62220002") == (None, "", "", False)
    assert judge("778", books=books, payer="Agent") == (None, "", "", False)


def test_members_called_the_same_are_not_told_apart() -> None:
    books = Books(OPEN, names={A: ["Same Ltd"], B: ["Same GmbH"]})
    assert judge("778", books=books, payer="Same") == (None, "", "", False)


def test_who_said_that_it_paid_is_proposed() -> None:
    books = Books(OPEN, names=NAMES, noticed={("CNY", Decimal(100)): [B]})
    assert judge("100", books=books, payer="?") == (B, "21:100", "noticed amount", False)
    books = Books(OPEN, names=NAMES, noticed={("CNY", Decimal(100)): [A, B]})
    assert judge("100", books=books, payer="?") == (None, "", "", False)


def test_what_is_paid_already_is_said() -> None:
    books = Books(OPEN, ALIASES, settled=frozenset({"2026-00001"}))
    assert judge("5", books=books, text="2026-00001") == (None, "", "settled", False)
    assert judge("100", books=books, text="2026-00001", payer="BB") == (
        B, "21:100", "alias settled amount", False,
    )  # fmt: skip


def test_two_payments_of_one_charge_are_not_both_safe() -> None:
    receipts = [Receipt(key, Decimal(100), "CNY", text="2026-00011") for key in (1, 2)]
    first, second = proposals(receipts, Books(OPEN, ALIASES, NAMES))
    assert (first.safe, second.safe) == (True, False)
    assert second.why == ("settled",)
    receipts = [Receipt(key, Decimal(100), "CNY", payer="BB") for key in (1, 2)]
    first, second = proposals(receipts, Books(OPEN, ALIASES, NAMES))
    assert (first.safe, first.allocations) == (True, ((21, Decimal(100)),))
    assert (second.safe, second.allocations) == (False, ((22, Decimal(100)),))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Alpha Steel Co., Ltd.", "alphasteel"),
        ("ALPHA  STEEL", "alphasteel"),
        ("阿尔法钢铁（北京）有限责任公司", "阿尔法钢铁北京"),
        ("Siemens AG", "siemens"),
        ("Saga", "saga"),
        ("Co", "co"),
        ("", ""),
    ],
)
def test_legal_forms_are_left_out_of_names(name: str, expected: str) -> None:
    assert core(name) == expected


def test_texts_agree_unless_they_contradict() -> None:
    assert agree("", "x")
    assert agree("Ａ b", "a-B")
    assert not agree("a", "b")
    assert plain(" 6222 0001-9 ") == "622200019"
