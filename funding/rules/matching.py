"""Whose a payment is and what it pays, judged from what stands on it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, combinations

from funding.rules.payers import core, plain

NUMBER = re.compile(r"(?<!\d)(\d{4})[-‐‑–—−/_. ]?(\d{5,7})(?!\d)")
"""A charge's number, also as a bank or a person may have written it."""

NONE = Decimal(0)
SUMMED = 10
"""Open charges of a member among which a sum is looked for."""

SHORTEST = 4
"""Letters of a name that are enough to find it in a text."""


class Why(StrEnum):
    """What a proposal rests on."""

    NUMBER = "number"
    AMOUNT = "amount"
    SUM = "sum"
    ALIAS = "alias"
    ALIAS_NAME = "alias_name"
    NAME = "name"
    TEXT = "text"
    NOTICED = "noticed"
    ONLY_AMOUNT = "only_amount"
    LESS = "less"
    MORE = "more"
    OTHER_PAYER = "other_payer"
    SETTLED = "settled"
    SEVERAL = "several"


@dataclass(frozen=True)
class Open:
    """What is open of a charge. `former`: its number in the books before the cut-over."""

    charge: int
    number: str
    member: int
    unit: str
    amount: Decimal
    former: str | None = None


@dataclass(frozen=True)
class Receipt:
    """A payment of which `left` is to be put to a member."""

    payment: int
    left: Decimal
    unit: str
    payer: str = ""
    payer_account: str = ""
    text: str = ""


@dataclass(frozen=True)
class Alias:
    """Under which name and account a member is known to pay."""

    member: int
    payer: str
    payer_account: str


@dataclass(frozen=True)
class Proposal:
    """To whom a payment should go and what it should pay, and why.

    `member`: None where nothing points to one. `safe`: it may be confirmed with others
    at once.
    """

    payment: int
    member: int | None = None
    allocations: tuple[tuple[int, Decimal], ...] = ()
    why: tuple[Why, ...] = ()
    safe: bool = False


@dataclass
class Books:
    """What payments are judged by. `names`: what members are called; `noticed`: who said
    that it paid an amount of a unit; `settled`: numbers of charges that are paid.

    `open`: in the order in which charges fall due.
    """

    open: Sequence[Open] = ()
    aliases: Sequence[Alias] = ()
    names: Mapping[int, Sequence[str]] = field(default_factory=dict)
    noticed: Mapping[tuple[str, Decimal], Sequence[int]] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.by_number = {each.number: each for each in self.open}
        self.by_member: dict[tuple[int, str], list[Open]] = defaultdict(list)
        for each in self.open:
            self.by_member[each.member, each.unit].append(each)
        self.accounts: dict[str, set[int]] = defaultdict(set)
        self.payers: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for alias in self.aliases:
            if alias.payer_account:
                self.accounts[plain(alias.payer_account)].add(alias.member)
            if alias.payer:
                self.payers[plain(alias.payer)].add((alias.member, plain(alias.payer_account)))
        self.called: dict[str, set[int]] = defaultdict(set)
        for member, names in self.names.items():
            for name in filter(None, map(core, names)):
                self.called[name].add(member)


def proposals(receipts: Iterable[Receipt], books: Books) -> list[Proposal]:
    """Return a proposal for each payment; what one safely pays is not proposed to the next."""
    found = []
    for receipt in receipts:
        proposal = proposed(receipt, books)
        if proposal.safe:
            spend(proposal, receipt.unit, books)
        found.append(proposal)
    return found


def spend(proposal: Proposal, unit: str, books: Books) -> None:
    """Take what a safe proposal pays off what is open."""
    paid = dict(proposal.allocations)
    own = books.by_member[proposal.member or 0, unit]
    rest = [replace(each, amount=each.amount - paid.get(each.charge, NONE)) for each in own]
    books.by_member[proposal.member or 0, unit] = [each for each in rest if each.amount]
    for each in rest:
        books.by_number[each.number] = each
        if not each.amount:
            del books.by_number[each.number]
            books.settled |= {each.number}


def proposed(receipt: Receipt, books: Books) -> Proposal:
    """Return what to do with one payment: by charge number, by payer, or by its amount."""
    numbers = list(dict.fromkeys([*numbers_in(receipt.text), *former_in(receipt.text, books)]))
    payer, by = payer_of(receipt, books)
    named = [books.by_number[each] for each in numbers if each in books.by_number]
    named = [each for each in named if each.unit == receipt.unit]
    members = {each.member for each in named}
    if len(members) > 1:
        return Proposal(receipt.payment, why=(Why.NUMBER, Why.SEVERAL))
    if named:
        return by_number(receipt, named, payer if by == Why.ALIAS else None)
    gone = (Why.SETTLED,) if books.settled & set(numbers) else ()
    if payer is not None and by is not None:
        return by_payer(receipt, payer, (by, *gone), books)
    return Proposal(receipt.payment, why=gone) if gone else by_amount(receipt, books)


def numbers_in(text: str) -> Iterator[str]:
    """Yield the charge numbers a text may mean, each once."""
    plainly = unicodedata.normalize("NFKC", text)
    yield from dict.fromkeys(f"{year}-{number}" for year, number in NUMBER.findall(plainly))


def former_in(text: str, books: Books) -> Iterator[str]:
    """Yield the numbers of the charges of which a text says the number they had before."""
    plainly = unicodedata.normalize("NFKC", text).casefold()
    for each in books.by_number.values():
        if each.former and len(each.former) >= SHORTEST:
            said = re.escape(each.former.casefold())
            if re.search(rf"(?<![0-9a-z]){said}(?![0-9a-z])", plainly):
                yield each.number


def payer_of(receipt: Receipt, books: Books) -> tuple[int | None, Why | None]:
    """Return which member pays, where all that is known of the payer points to one."""
    account, payer = plain(receipt.payer_account), plain(receipt.payer)
    if account and (owners := books.accounts.get(account)):
        return (only(owners), Why.ALIAS) if len(owners) == 1 else (None, None)
    if payer and (known := books.payers.get(payer)):
        sure = {member for member, own in known if not (own and account)}
        if len(sure) == len(known) == 1:
            return only(sure), Why.ALIAS
        members = {member for member, _own in known}
        return (only(members), Why.ALIAS_NAME) if len(members) == 1 else (None, None)
    name = core(receipt.payer)
    if name and len(called := books.called.get(name, set())) == 1:
        return only(called), Why.NAME
    noticed = set(books.noticed.get((receipt.unit, receipt.left), ()))
    if len(noticed) == 1:
        return only(noticed), Why.NOTICED
    text = plain(f"{receipt.payer} {receipt.text}")
    members = {
        member
        for each, whose in books.called.items()
        if len(each) >= SHORTEST and each in text
        for member in whose
    }
    return (only(members), Why.TEXT) if len(members) == 1 else (None, None)


def only(members: set[int]) -> int:
    (member,) = members
    return member


def by_number(receipt: Receipt, named: list[Open], known: int | None) -> Proposal:
    """Return what pays the charges named on the payment: safe where the sum agrees."""
    member, total = named[0].member, sum((each.amount for each in named), NONE)
    other = (Why.OTHER_PAYER,) if known not in (None, member) else ()
    if total == receipt.left:
        agrees: tuple[Why, ...] = (Why.AMOUNT if len(named) == 1 else Why.SUM,)
    else:
        agrees = (Why.LESS if receipt.left < total else Why.MORE,)
    return Proposal(
        receipt.payment,
        member,
        filled(named, receipt.left),
        (Why.NUMBER, *agrees, *other),
        safe=total == receipt.left and not other,
    )


def by_payer(receipt: Receipt, member: int, why: tuple[Why, ...], books: Books) -> Proposal:
    """Return what a member's payment pays: safe where it is known and the oldest agree."""
    own, left = books.by_member.get((member, receipt.unit), []), receipt.left
    sums = list(accumulate(each.amount for each in own))
    known = why == (Why.ALIAS,)
    if left in sums:
        count = sums.index(left) + 1
        agrees = Why.AMOUNT if count == 1 else Why.SUM
        paid = filled(own[:count], left)
        return Proposal(receipt.payment, member, paid, (*why, agrees), safe=known)
    summing = [
        chosen
        for count in range(1, min(len(own), SUMMED) + 1)
        for chosen in combinations(own[:SUMMED], count)
        if sum((each.amount for each in chosen), NONE) == left
    ]
    if len(summing) == 1:
        agrees = Why.AMOUNT if len(summing[0]) == 1 else Why.SUM
        paid = filled(summing[0], left)
        return Proposal(receipt.payment, member, paid, (*why, agrees))
    short = () if not own else (Why.LESS if left < sums[-1] else Why.MORE,)
    return Proposal(receipt.payment, member, filled(own, left), (*why, *short))


def by_amount(receipt: Receipt, books: Books) -> Proposal:
    """Return the only open charge of just this amount, where there is one."""
    same = [
        each
        for each in books.by_number.values()
        if (each.unit, each.amount) == (receipt.unit, receipt.left)
    ]
    if len(same) != 1:
        return Proposal(receipt.payment)
    paid = filled(same, receipt.left)
    return Proposal(receipt.payment, same[0].member, paid, (Why.ONLY_AMOUNT,))


def filled(charges: Iterable[Open], left: Decimal) -> tuple[tuple[int, Decimal], ...]:
    """Return what an amount pays of charges, one after the other."""
    paid = []
    for each in charges:
        taken = min(each.amount, left)
        if taken:
            paid.append((each.charge, taken))
            left -= taken
    return tuple(paid)
