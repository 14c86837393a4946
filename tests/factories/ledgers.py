"""Small consortia with levies of one's own, and their ledgers in a form to compare."""

import copy
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from consortium.models import AuditEvent, Charter, Consortium, Member, Notice, ParkedItem, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.states import Role
from funding.models import Account, Assessment, Charge, Declaration, Round, Transfer
from funding.operations.declarations import Figures, record_declaration
from tests.cast import DUES, person
from tests.snapshot import built_once

FOUNDED = date(2024, 1, 1)


def levy(code: str = "dues", **changes: Any) -> dict[str, Any]:
    """Return SEMATECH's dues, changed: `anchor`, `months`, or any key of a levy."""
    body = copy.deepcopy(DUES) | {"code": code}
    for name in ("anchor", "months"):
        if name in changes:
            body["trigger"][name] = changes.pop(name)
    return body | changes


def fee(code: str = "fee", amount: str = "5000", **changes: Any) -> dict[str, Any]:
    """Return a levy that asks for no figures."""
    days = {
        "opens": {"days": 0},
        "closes": {"days": 0},
        "assess": {"days": 0},
        "due": {"months": 1},
    }
    rule = [{"add": {"const": amount}}]
    return levy(code, **{"inputs": {}, "rule": rule, "calendar": days, **changes})


@built_once
def small(
    slug: str = "small",
    *levies: dict[str, Any],
    starts_on: date = FOUNDED,
    ends_on: date | None = None,
    members: Iterable[str] = ("a", "b"),
    sections: dict[str, Any] | None = None,
) -> Consortium:
    """Found a consortium under a charter with these levies, and admit members to `member`.

    `sections`: of the charter, besides its dues.
    """
    founding = Founding(
        slug=slug,
        name_en=slug.title(),
        currency="USD",
        time_zone="UTC",
        language="en",
        legal_form="contract",
        stage="key_technology",
        structure="vertical",
        initiator="enterprise",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    consortium = found(founding=founding, by=None, on=starts_on)
    charter(consortium, "first", *levies, starts_on=starts_on, sections=sections)
    for name in members:
        join(consortium, name)
    return consortium


def charter(
    consortium: Consortium,
    code: str,
    *levies: dict[str, Any],
    starts_on: date,
    ends_on: date | None = None,
    sections: dict[str, Any] | None = None,
) -> Charter:
    draft = draft_charter(
        consortium=consortium,
        code=code,
        name_en=code,
        starts_on=starts_on,
        ends_on=ends_on,
        sections={"dues": {"levies": list(levies)}, **(sections or {})},
        by=None,
        on=starts_on,
    )
    return adopt_charter(charter=draft, by=None, on=starts_on)


def join(consortium: Consortium, name: str, starts_on: date | None = None) -> Member:
    on = starts_on or consortium.starts_on
    organization = register_organization(
        consortium=consortium, name_en=name, kind="enterprise", country="US", by=None, on=on
    )
    return admit(
        consortium=consortium,
        organization=organization,
        category="member",
        starts_on=on,
        ends_on=consortium.ends_on,
        by=None,
        on=on,
    ).member


def staffed(consortium: Consortium, role: str) -> User:
    """Return a person of a staff role from the first day, called by it."""
    user = person(role)
    appoint(
        consortium=consortium,
        user=user,
        role=Role(role),
        starts_on=consortium.starts_on,
        by=None,
        on=consortium.starts_on,
    )
    return user


def member(consortium: Consortium, name: str) -> Member:
    return consortium.members.get(organization__name_en=name)


def declared(
    consortium: Consortium,
    name: str,
    sales: str,
    *,
    period: date,
    on: date,
    levy: str = "dues",
    correction: bool = False,
) -> Declaration:
    """Record a member's figure."""
    figures = Figures(
        levy=levy,
        period_starts_on=period,
        values={"semiconductor_sales": Decimal(sales)},
        correction=correction,
    )
    return record_declaration(member=member(consortium, name), figures=figures, by=None, on=on)


def ledger(consortium: Consortium) -> dict[str, list[Any]]:
    """Return everything the sweeps wrote, without keys, addresses and moments."""
    own = {"consortium": consortium}
    name = "member__organization__name_en"
    return {
        "rounds": rows(Round, own, "levy", "starts_on", "ends_on", "opened_on"),
        "assessments": rows(
            Assessment, own, "levy", name, "period_starts_on", "version", "category", "inputs",
            "trace", "amount", "unit", "assessed_on",
        ),
        "charges": rows(
            Charge, own, "number", name, "levy", "amount", "unit", "issued_on", "due_on", "parties",
        ),
        "transfers": rows(
            Transfer, own, "key", "leg", "amount", "unit", "on", "charge__number",
            f"debit__{name}", "credit__kind",
        ),
        "notices": rows(Notice, own, "code", "on", "values", "recipient__username"),
        "events": rows(AuditEvent, own, "number", "action", "on", "facts__count"),
        "parked": rows(ParkedItem, own, "sweep", "attempts", "reason", "since"),
    }  # fmt: skip


def rows(model: Any, where: dict[str, Any], *fields: str) -> list[Any]:
    return sorted(model.objects.filter(**where).values_list(*fields), key=str)


def balances(consortium: Consortium) -> dict[str, Decimal]:
    """Return each account's debits less credits, by kind and member."""
    found = {}
    for account in Account.objects.filter(consortium=consortium).select_related("member"):
        debit = account.debits.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        credit = account.credits.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        found[f"{account.kind} {account.member or ''} {account.unit}"] = debit - credit
    return found
