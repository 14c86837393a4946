"""Statements as banks give them out, small."""

CHINESE = """某某银行账户交易明细,,,,,,,
账号：,6222000011112222,币种：,人民币,,,,
起始日期：,2026-02-01,终止日期：,2026-02-28,,,,
交易日期,借方发生额(元),贷方发生额(元),余额,对方户名,对方账号,摘要,附言,交易流水号
2026-02-27,,"5,000.00","15,000.00",甲钢铁有限公司,62220001,转账,会费 2026-00001,20260227001
2026-02-28,"1,000.00",,"14,000.00",房东,1,租金,,20260228001
2026-02-28,0.00,"¥1,234,567.89","1,248,567.89",乙半导体,62220002,转账,,20260228009
合计,"1,000.00","1,239,567.89",,,,,,
打印时间：2026-03-01,,,,,,,,
"""

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def entry(
    amount: str = "1.00",
    *,
    side: str = "CRDT",
    day: str = "2026-02-28",
    state: str = "BOOK",
    reference: str = "",
    inside: str = "",
) -> str:
    """Return an entry of a camt.053."""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{state}</Cd>'
        f"</Sts><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>{inside}</Ntry>"
    )


def camt(*entries: str, account: str = "DE02120300000000202051") -> bytes:
    """Return a camt.053 with these entries."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{SPACE}"><BkToCstmrStmt><Stmt>'
        f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


ALPHA = (
    "<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Alpha GmbH</Nm></Pty></Dbtr><DbtrAcct><Id>"
    "<IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>dues 2026-00001"
    "</Ustrd></RmtInf></TxDtls></NtryDtls>"
)
BUNDLE = (
    "<NtryDtls><TxDtls><Refs><TxId>TX-A</TxId></Refs><Amt>10.00</Amt><RltdPties><Dbtr><Nm>Beta</Nm>"
    "</Dbtr></RltdPties><RmtInf><Ustrd>first</Ustrd></RmtInf></TxDtls><TxDtls><Refs><EndToEndId>"
    "NOTPROVIDED</EndToEndId></Refs><Amt>20.00</Amt><RltdPties><Dbtr><Nm>Gamma</Nm></Dbtr><DbtrAcct>"
    "<Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18"
    "</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>"
)
CAMT = camt(
    entry("5000.00", day="2026-02-27", reference="BANK-1", inside=ALPHA),
    entry("3.00", side="DBIT"),
    entry("30.00", reference="BANK-3", inside=BUNDLE),
)

MT940 = """:20:STARTUMS
:25:12030000/20205100
:28C:00001/001
:60F:C260226EUR100,00
:61:2602270227D12,50NTRFNONREF//BANK-1
:86:Rent
:61:2602270227C5000,00NTRFNONREF//BANK-2
:86:166?00GUTSCHRIFT?20dues 2026-00001?30COBADEFF?31DE89370400440532013000
?32Alpha GmbH
:61:2602280228C7,50NTRFNONREF
:86:Plain words 2026-00002
:62F:C260228EUR5095,00
"""
