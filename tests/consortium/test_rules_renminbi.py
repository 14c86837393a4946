"""Amounts in Chinese capitals, against the regulation's own examples and a reader of them."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.rules.renminbi import DIGITS, capitals


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        # From the regulation, in the one of its two forms that is chosen here.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        # Zeros across the groups of four, which may not be swallowed.
        ("100001000", "壹亿零壹仟元整"),
        ("10000001", "壹仟万零壹元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000000001000.05", "壹万亿零壹仟元零伍分"),
        ("120030004000.00", "壹仟贰佰亿零叁仟万零肆仟元整"),
        ("15", "壹拾伍元整"),
        ("0.50", "伍角整"),
        ("0.05", "伍分"),
        ("266900.000", "贰拾陆万陆仟玖佰元整"),
    ],
)
def test_worked_examples(amount: str, said: str) -> None:
    assert capitals(Decimal(amount)) == f"人民币{said}"


@pytest.mark.parametrize("amount", ["0", "-1", "0.005", "1.234", "10000000000000000"])
def test_what_has_no_such_form(amount: str) -> None:
    assert capitals(Decimal(amount)) is None


def read(said: str) -> int:
    """Return the fen that capitals stand for."""
    yuan, _, cents = said.removeprefix("人民币").removesuffix("整").rpartition("元")
    hundreds_of_millions, _, rest = yuan.rpartition("亿")
    return (
        (myriads(hundreds_of_millions) * 10**8 + myriads(rest)) * 100
        + digit(cents, "角") * 10
        + digit(cents, "分")
    )


def myriads(said: str) -> int:
    high, _, low = said.rpartition("万")
    return group(high) * 10**4 + group(low)


def group(said: str) -> int:
    """Return a number below ten thousand."""
    thousands = sum(digit(said, unit) * 10**n for n, unit in enumerate("拾佰仟", 1))
    return thousands + (DIGITS.index(said[-1]) if said and said[-1] in DIGITS else 0)


def digit(said: str, unit: str) -> int:
    """Return the digit before a unit."""
    found = re.search(f"(.){unit}", said)
    return DIGITS.index(found.group(1)) if found else 0


@given(st.integers(1, 10**18 - 1))
def test_any_amount_can_be_read_back(fen: int) -> None:
    said = capitals(Decimal(fen) / 100)
    assert said is not None
    assert read(said) == fen
    assert not re.search("零零|零[拾佰仟万亿元角]", said)
