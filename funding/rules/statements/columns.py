"""Which column of a bank's table holds what: by the names banks give them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from funding.rules.statements.shapes import Columns, NoColumn
from funding.rules.statements.values import written

NAMES: dict[str, str] = {
    "paid_on": """
        起息日 起息日期 valuedate valuta 入账日期 入账日 记账日期 记账日 记账时间 入账时间
        bookingdate postingdate posteddate buchungstag 交易日期 交易日 交易时间 日期
        transactiondate date
        """,
    "credit": """
        贷方发生额 贷方金额 贷方交易金额 贷方发生金额 贷方 收入金额 收入 存入金额 存入
        收款金额 入账金额 转入金额 creditamount credit credits deposit deposits moneyin paidin
        """,
    "debit": """
        借方发生额 借方金额 借方交易金额 借方发生金额 借方 支出金额 支出 支取金额 支取
        付款金额 转出金额 debitamount debit debits withdrawal withdrawals moneyout paidout
        """,
    "amount": """
        交易金额 发生额 金额 transactionamount amount betrag umsatz
        """,
    "side": """
        借贷标志 借贷标识 借贷方向 借贷状态 借贷 收支标志 收支方向 收支类型 收支 debitcredit
        creditdebit dc crdr drcr
        """,
    "payer": """
        对方户名 对方名称 对方账户名称 对方账户名 对方单位名称 对方单位 付款人名称 付款人户名
        付款方名称 付款方户名 付款单位 付款人 付款方 交易对手名称 交易对手户名 交易对手
        对手户名 对手名称 payername payer counterpartyname counterparty orderingparty remitter
        name
        """,
    "payer_account": """
        对方账号 对方账户 对方银行账号 付款人账号 付款方账号 付款账号 交易对手账号 对手账号
        counterpartyaccount counterpartyaccountnumber counterpartyiban payeraccount payeriban
        """,
    "reference": """
        交易流水号 核心流水号 银行流水号 业务流水号 全局流水号 主机流水号 交易流水 流水号
        交易参考号 交易编号 凭证号码 凭证号 transactionid transactionreference bankreference
        referencenumber reference ref
        """,
    "text": """
        附言 交易附言 客户附言 用途 交易用途 摘要 交易摘要 摘要说明 备注 交易备注 说明
        remittanceinformation description details purpose memo narrative text verwendungszweck
        """,
    "unit": """
        币种 币别 货币 交易币种 currency ccy
        """,
    "account": """
        本方账号 账号 查询账号 我方账号 ownaccount accountnumber account
        """,
}
"""By our field, the names of its column, the best first; of `text` all columns count."""

RANKS = {field: names.split() for field, names in NAMES.items()}
FIELDS = tuple(NAMES)
NOISE = re.compile(r"\(.*?\)|\[.*?\]|[\W_]+|(?:元|人民币|rmb|cny)$")

SIDES = {
    "in": "贷 收 收入 贷方 转入 入 来账 c cr credit crdt +",
    "out": "借 支 支出 借方 转出 出 付 往账 d dr debit dbit -",
}
IN, OUT = (frozenset(words.split()) for words in SIDES.values())


def named(cell: Any) -> str:
    """Return a header as it is compared: without case, spaces, brackets and currency."""
    text = unicodedata.normalize("NFKC", written(cell)).casefold().replace("帐", "账")
    while (shorter := NOISE.sub("", text)) != text:
        text = shorter
    return text


def guessed(row: Sequence[Any]) -> dict[str, list[int]]:
    """Return where each field seems to stand in a header, counted from 0."""
    heads = [named(cell) for cell in row]
    found = {}
    for field, names in RANKS.items():
        places = [heads.index(name) for name in names if name in heads]
        if places:
            found[field] = places if field == "text" else places[:1]
    if "credit" in found:
        found.pop("amount", None)
    return found


def enough(found: dict[str, Any]) -> bool:
    """Say whether a header names what every line needs."""
    return "paid_on" in found and bool({"credit", "amount"} & found.keys())


def placed(columns: Columns, row: Sequence[Any]) -> dict[str, list[int]] | None:
    """Return where a layout's columns stand in a header, None where this is not it.

    Several columns of one field are joined by "+".
    """
    heads = [named(cell) for cell in row]
    found: dict[str, list[int]] = {}
    for field, given in columns.items():
        if isinstance(given, int):
            found[field] = [given - 1]
            continue
        names = [named(each) for each in given.split("+")]
        if not all(name in heads for name in names):
            return None
        found[field] = [heads.index(name) for name in names]
    return found


def refuse(columns: Columns) -> None:
    """Raise NoColumn for a layout that no file could be read with."""
    unknown = [field for field in columns if field not in NAMES]
    if unknown or not enough(dict(columns)):
        raise NoColumn(columns=unknown or ["paid_on", "credit"])
