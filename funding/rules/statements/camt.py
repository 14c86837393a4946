"""Statements in ISO 20022 XML: camt.053, in any of its versions."""

from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from funding.rules.statements.shapes import (
    CellNoAmount,
    CellNoDay,
    ForbiddenXml,
    Line,
    NoAccount,
    Statement,
    StatementUnreadable,
)
from funding.rules.statements.values import day

ACCOUNTS = ("Id/IBAN", "Id/Othr/Id")
REFERENCES = ("AcctSvcrRef", "NtryRef", "Refs/AcctSvcrRef", "Refs/TxId", "Refs/EndToEndId")
NONE = frozenset({"NOTPROVIDED", "NONREF"})


def refuse_types(content: bytes) -> None:
    """Raise ForbiddenXml for a document type, before anything of it is expanded."""

    def refuse(*_declared: object) -> None:
        raise ForbiddenXml

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise StatementUnreadable from None


def read_camt(content: bytes) -> Statement:
    """Return a camt.053 document as a statement.

    Raises StatementUnreadable, ForbiddenXml, NoAccount.
    """
    refuse_types(content)
    tree = ElementTree.fromstring(content)
    for each in tree.iter():
        each.tag = each.tag.rpartition("}")[2]
    statements = tree.findall("BkToCstmrStmt/Stmt")
    if not statements:
        raise StatementUnreadable
    accounts = {first(each.find("Acct"), *ACCOUNTS) for each in statements}
    found = Statement("camt.053")
    units = set()
    number = 0
    for statement in statements:
        for entry in statement.findall("Ntry"):
            number += 1
            units |= {amount.get("Ccy", "") for amount in entry.findall("Amt")}
            take(entry, number, found)
    if len(accounts) > 1 or len(units) > 1:
        raise NoAccount(found=sorted(accounts if len(accounts) > 1 else units))
    found.account, found.unit = "".join(accounts), "".join(units)
    if not found.unit:
        found.unit = next((text(each, "Acct/Ccy") for each in statements), "")
    return found


def take(entry: Element, number: int, found: Statement) -> None:
    """Add an entry that is booked; one that bundles payments as its parts."""
    booked = text(entry, "Sts/Cd") or text(entry, "Sts")
    if booked and booked != "BOOK":
        return
    if text(entry, "CdtDbtInd") != "CRDT":
        found.debits += 1
        return
    paid_on = next(
        (
            on
            for path in ("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
            if (on := day(text(entry, path)[:10]))
        ),
        None,
    )
    if paid_on is None:
        found.faults.append(CellNoDay(cell=f"Ntry {number}", value=text(entry, "ValDt/Dt")))
        return
    for part, (amount, details) in enumerate(parts(entry), start=1):
        try:
            value = Decimal(amount)
        except ArithmeticError:
            found.faults.append(CellNoAmount(cell=f"Ntry {number}", value=amount[:60]))
            continue
        reference = reference_of(entry, details, part)
        found.lines.append(Line(number, value, paid_on, reference, **payer_of(entry, details)))


def parts(entry: Element) -> list[tuple[str, Element | None]]:
    """Return an entry's payments: one, or each of a bundle whose amounts are given."""
    details = entry.findall("NtryDtls/TxDtls")
    if len(details) > 1:
        amounts = [first(each, "AmtDtls/TxAmt/Amt", "Amt") for each in details]
        if all(amounts):
            return list(zip(amounts, details, strict=True))
    return [(text(entry, "Amt"), details[0] if details else None)]


def reference_of(entry: Element, details: Element | None, part: int) -> str:
    """Return the bank's reference of an entry, or of the part of a bundle."""
    own = entry.findall("NtryDtls/TxDtls")
    if len(own) > 1 and details is not None:
        found = first(details, *REFERENCES[2:])
        whole = first(entry, *REFERENCES[:2])
        return found if found and found not in NONE else f"{whole}/{part}" if whole else ""
    found = first(entry, *REFERENCES[:2]) or first(details, *REFERENCES[2:4])
    return "" if found in NONE else found


def payer_of(entry: Element, details: Element | None) -> dict[str, str]:
    """Return who paid and what the payer wrote."""
    parties = details.find("RltdPties") if details is not None else None
    payer = first(parties, "UltmtDbtr/Nm", "UltmtDbtr/Pty/Nm", "Dbtr/Nm", "Dbtr/Pty/Nm")
    account = first(parties, *(f"DbtrAcct/{path}" for path in ACCOUNTS))
    written = [*every(details, "RmtInf/Ustrd"), *every(details, "RmtInf/Strd/CdtrRefInf/Ref")]
    written = written or [first(details, "AddtlTxInf") or text(entry, "AddtlNtryInf")]
    return {"payer": payer, "payer_account": account, "text": " ".join(filter(None, written))}


def every(element: Element | None, path: str) -> Iterator[str]:
    for each in element.findall(path) if element is not None else ():
        yield (each.text or "").strip()


def text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def first(element: Element | None, *paths: str) -> str:
    """Return the first of some paths that says something."""
    if element is None:
        return ""
    return next((found for path in paths if (found := text(element, path))), "")
