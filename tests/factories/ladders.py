"""Consortia that collect: a fee, a ladder, members who pay late or not at all."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.states import Role
from funding.models import Charge, DunningStep
from funding.operations.ledger import Leg, transfer
from funding.states import AccountKind
from tests.cast import person
from tests.factories.ledgers import FOUNDED, fee, join, member
from tests.snapshot import built_once

LADDER: list[dict[str, Any]] = [
    {
        "code": "reminder",
        "label": {"en": "Reminder", "zh": "提醒"},
        "after": {"days": 14},
        "text": {"en": "{member}, please pay {number} by {deadline}: {open}.",
                 "zh": "{member}：请于{deadline}前支付{number}，金额{open}。"},
        "deadline": {"days": 28},
    },
    {
        "code": "warning",
        "label": {"en": "Warning", "zh": "警告"},
        "after": {"months": 2},
        "suspends": ["voting", "proposals"],
    },
    {"code": "last", "label": {"en": "Last call"}, "after": {"months": 6}},
    {"code": "exit", "label": {"en": "Exit"}, "after": {"months": 12}, "exit": "proposed"},
]  # fmt: skip
"""Reminded after two weeks, voiceless after two months, put to the board after a year."""

GOVERNANCE: dict[str, Any] = {
    "bodies": [
        {"code": "council", "label": {"en": "Council"}, "kind": "board"},
        {"code": "assembly", "label": {"en": "Assembly"}, "kind": "assembly"},
    ],
    "decides": {"expel": {"by": "assembly"}},
}


@built_once
def collecting(
    slug: str = "late",
    *levies: dict[str, Any],
    ladder: Iterable[dict[str, Any]] = LADDER,
    members: Iterable[str] = ("a", "b"),
    governance: dict[str, Any] | None = GOVERNANCE,
    starts_on: date = FOUNDED,
    **collection: Any,
) -> Consortium:
    """Found a consortium that charges a fee of 5,000 on its first day, due a month later."""
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
    )
    consortium = found(founding=founding, by=None, on=starts_on)
    draft = draft_charter(
        consortium=consortium,
        code="collecting",
        name_en="collecting",
        starts_on=starts_on,
        sections={
            "dues": {"levies": list(levies) or [fee(anchor=starts_on.isoformat(), months=120)]},
            "collection": {"ladder": list(ladder), **collection},
            **({"governance": governance} if governance else {}),
        },
        by=None,
        on=starts_on,
    )
    adopt_charter(charter=draft, by=None, on=starts_on)
    for name in members:
        join(consortium, name)
    return consortium


def staff(consortium: Consortium, role: Role) -> User:
    """Appoint somebody to a role of the consortium itself."""
    return holding(f"{consortium.slug}-{role.value}", consortium, role)


def speaker(consortium: Consortium, name: str, role: Role = Role.SIGNATORY) -> User:
    """Appoint somebody to speak for a member."""
    who = member(consortium, name).organization
    return holding(f"{consortium.slug}-{name}", consortium, role, organization=who)


def holding(username: str, consortium: Consortium, role: Role, **more: Any) -> User:
    user = person(username)
    on = consortium.starts_on
    appoint(consortium=consortium, user=user, role=role, starts_on=on, by=None, on=on, **more)
    return user


def charge(consortium: Consortium, name: str, levy: str = "fee") -> Charge:
    return Charge.objects.get(consortium=consortium, member=member(consortium, name), levy=levy)


def pay(charge: Charge, amount: str, on: date, key: str = "") -> None:
    """Settle part of a charge, as a payment that is put to it does."""
    legs = [Leg(AccountKind.BANK, AccountKind.RECEIVABLE, Decimal(amount), charge.member, charge)]
    name = key or f"paid:{charge.number}:{on.isoformat()}"
    transfer(consortium=charge.consortium, unit=charge.unit, key=name, on=on, legs=legs)


def steps(consortium: Consortium) -> list[tuple[str, str, date]]:
    """Return every level taken: whose, which, when."""
    rows = DunningStep.objects.filter(consortium=consortium).order_by("on", "member", "position")
    return list(rows.values_list("member__organization__name_en", "level", "on"))
