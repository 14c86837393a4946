"""Days and amounts as banks and spreadsheets write them."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

EPOCH = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)
"""What a spreadsheet's bare number of days may be: 1954 to 2119."""

TIME = r"(?:[T ]*\d{1,2}:?\d{2}(?::?\d{2})?(?:\.\d+)?)?"
DAYS = (
    re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){TIME}"),
    re.compile(rf"(?P<y>\d{{4}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日?{TIME}"),
    re.compile(rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){TIME}"),
    re.compile(rf"(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{4}}){TIME}"),
)
"""Year first, or day first with dots; 02/03/2026 is refused, since it has two meanings."""

MARKS = re.compile(r"[¥$€£元\s]|CNY|RMB|USD|EUR|人民币", re.I)
NOTHING = frozenset({"", "-", "--", "—", "/", "0", "0.00"})
PLAIN = re.compile(r"[-+]?\d+(\.\d+)?")
GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
COMMA = re.compile(r"[-+]?\d{1,3}(\.?\d{3})*,\d{1,2}")
"""Thousands by points and decimals by a comma, as on the Continent."""


def written(value: Any) -> str:
    """Return what stands in a cell as text on one line."""
    match value:
        case None | bool():
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            whole_day = value.time() == time()
            return value.date().isoformat() if whole_day else value.isoformat(" ")
        case date():
            return value.isoformat()
    text = unicodedata.normalize("NFKC", str(value)).replace("\x00", "")
    return " ".join(text.split()).removeprefix("'").removeprefix("`")


def day(value: Any) -> date | None:
    """Return the day a cell says, or None where it says none."""
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            return None
        case int() | float() if int(value) in SERIALS:
            return EPOCH + timedelta(days=int(value))
    text = written(value)
    for form in DAYS:
        if found := form.fullmatch(text):
            try:
                return date(*(int(found[part]) for part in "ymd"))
            except ValueError:
                return None
    return None


def amount(value: Any) -> Decimal | None:
    """Return the amount a cell says, zero where it is empty, None where it says none."""
    if isinstance(value, bool | date):
        return None
    if isinstance(value, int | float):
        # A spreadsheet's number holds fifteen digits; what is behind them is noise.
        found = Decimal(f"{value:.15g}")
        return found if found.is_finite() else None
    text = MARKS.sub("", written(value))
    if text in NOTHING:
        return Decimal(0)
    negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()")
    if text.endswith(("-", "+")):
        text = text[-1] + text[:-1]
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if not PLAIN.fullmatch(text):
        return None
    return -Decimal(text) if negative else Decimal(text)
