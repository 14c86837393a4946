"""Statements in SWIFT's MT940, through a kept parser that knows banks' dialects."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import mt940
from mt940.options import Options

from funding.rules.statements.shapes import Line, NoAccount, Statement, StatementUnreadable
from funding.rules.statements.values import written

BEGINS = re.compile(r"^:20:", re.M)
BALANCE = re.compile(r"^:60[FM]:", re.M)
DUMMIES = frozenset({"NONREF", "NOTPROVIDED", "//", ""})
WENT = frozenset({"D", "RC"})
"""Debits, and credits that are taken back; the parser gives the latter no sign."""

OPTIONS = Options(applicant_iban=True, gvc_leading_text=True, strip_bom=True)


def is_mt940(text: str) -> bool:
    return bool(BEGINS.search(text) and BALANCE.search(text))


def read_mt940(text: str) -> Statement:
    """Return an MT940 file as a statement. Raises StatementUnreadable, NoAccount."""
    try:
        # As a stream: the parser would open a file that a text names.
        blocks = mt940.parse_statements(StringIO(text), options=OPTIONS)
    except (ValueError, ArithmeticError, LookupError, AssertionError, RuntimeError, TypeError):
        raise StatementUnreadable from None
    found = Statement("MT940")
    accounts, units = set(), set()
    for block in blocks:
        accounts.add(str(block.data.get("account_identification") or ""))
        for each in block.transactions:
            data, number = each.data, len(found.lines) + found.debits + 1
            if "amount" not in data:
                continue
            amount = abs(Decimal(data["amount"].amount))
            units.add(str(data["amount"].currency or ""))
            if data.get("status") not in WENT and amount:
                found.lines.append(line_of(number, amount, data))
            else:
                found.debits += 1
    if len(accounts) > 1 or len(units) > 1:
        raise NoAccount(found=sorted(accounts if len(accounts) > 1 else units))
    found.account, found.unit = "".join(accounts), "".join(units)
    return found


def line_of(number: int, amount: Decimal, data: dict[str, Any]) -> Line:
    day = data["date"]
    return Line(
        number,
        amount,
        date(day.year, day.month, day.day),
        reference=reference_of(data),
        payer=said(data, "applicant_name") or said(data, "deviate_applicant"),
        payer_account=said(data, "applicant_iban") or said(data, "gvc_applicant_iban"),
        text=said(data, "purpose", "additional_purpose")
        or said(data, "transaction_details")
        or said(data, "extra_details"),
    )


def reference_of(data: dict[str, Any]) -> str:
    """Return the bank's reference, or the one it passes on."""
    for name in ("bank_reference", "customer_reference"):
        found = written(data.get(name))
        if found.upper() not in DUMMIES:
            return found
    return ""


def said(data: dict[str, Any], *names: str) -> str:
    return " ".join(text for name in names if (text := written(data.get(name))))
