"""Amounts of renminbi in the capitals of Chinese papers, which cannot be altered unseen."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
LIMIT = Decimal(10) ** 16


def capitals(amount: Decimal) -> str | None:
    """Return an amount in yuan as 人民币壹佰元整, or None where it has no such form.

    That is: parts of a fen, less than one fen, 10^16 yuan or more. Source: the People's
    Bank of China, 正确填写票据和结算凭证的基本规定 (1997), article 2. Where it leaves
    a 零 to choice it is written inside the yuan and not before the jiao.
    """
    if not 0 < amount < LIMIT or amount * 100 % 1:
        return None
    yuan, cents = divmod(int(amount * 100), 100)
    jiao, fen = divmod(cents, 10)
    said = f"{whole(yuan)}元" if yuan else ""
    if jiao:
        said += f"{DIGITS[jiao]}角"
    elif yuan and fen:
        said += DIGITS[0]
    return f"人民币{said}{DIGITS[fen]}分" if fen else f"人民币{said}整"


def whole(number: int) -> str:
    """Return a whole number above zero; one 零 stands for any run of zeros inside it."""
    said, gap = "", False
    for place in reversed(range(len(str(number)))):
        digit = number // 10**place % 10
        if digit:
            said += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place % 4]
        gap = not digit
        if place in (4, 12) and number // 10**place % 10000:
            said += "万"
        elif place == 8:
            said += "亿"
    return said
