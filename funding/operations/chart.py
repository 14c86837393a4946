"""The chart of accounts: how a consortium numbers and names the kinds of account."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import LedgerHeading
from funding.reports.books import headings
from funding.states import CHART, AccountKind


class NumberUsedTwice(DomainError):
    """Two accounts cannot have the same number."""

    code = "number_used_twice"


class AccountUnnamed(DomainError):
    """An account with a number of its own has a name, in one language at least."""

    code = "account_unnamed"


class Named(NamedTuple):
    """What a kind of account is to be called; all empty: as the product calls it."""

    number: str
    name_en: str = ""
    name_zh: str = ""


@operation(allow={Role.FINANCE})
def number_accounts(
    *, consortium: Consortium, accounts: Mapping[AccountKind, Named], by: User | None, on: date
) -> None:
    """Number and name kinds of account; those that are not given stay as they are.

    Raises NumberUsedTwice, AccountUnnamed.
    """
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    wanted = {
        each.kind: Named(each.number, each.name_en, each.name_zh)
        for each in headings(consortium).values()
    }
    for kind, given in accounts.items():
        wanted[kind] = given if any(given) else Named(CHART[kind])
    numbers = [each.number for each in wanted.values()]
    for kind, each in wanted.items():
        if numbers.count(each.number) > 1:
            raise NumberUsedTwice(number=each.number)
        if each != Named(CHART[kind]) and not (each.number and (each.name_en or each.name_zh)):
            raise AccountUnnamed(account=kind)
    LedgerHeading.objects.filter(consortium=consortium).delete()
    LedgerHeading.objects.bulk_create(
        LedgerHeading(consortium=consortium, kind=kind, **each._asdict())
        for kind, each in wanted.items()
        if each != Named(CHART[kind])
    )
    record(consortium=consortium, action="number_accounts", by=by, on=on, count=len(accounts))
