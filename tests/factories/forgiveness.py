"""A small alliance whose members owe fees, and people who may forgive them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Consortium, Member, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.states import Role
from funding.models import Charge, Concession
from funding.operations.concessions import Ask, propose_concession
from funding.operations.ledger import Leg, transfer
from funding.reports.open_items import on_account, open_amount
from funding.states import AccountKind, ConcessionKind
from tests.cast import person
from tests.factories.ledgers import fee, join
from tests.snapshot import built_once

START = date(2024, 1, 1)
TODAY = date(2024, 3, 1)
"""A month after the fee of 5,000 USD and the levy of 2,400 USD are due."""

SECTIONS: dict[str, Any] = {
    "governance": {
        "bodies": [{"code": "council", "label": {"en": "Council"}, "kind": "board"}],
        "decides": {"approve_write_off": {"by": "council", "second": "auditor"}},
    },
    "collection": {
        "grace_days": 5,
        "concessions": {"limits": {"USD": "1000"}},
        "plans": {"instalments": 6, "months": 6},
    },
}
"""One person forgives up to 1,000 USD; above it an auditor agrees. Plans of half a year."""


@dataclass
class Alliance:
    """The consortium, its members by name, and its people."""

    consortium: Consortium
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def charge(self, name: str = "a", levy: str = "fee") -> Charge:
        return Charge.objects.get(member=self.members[name], levy=levy)

    def open(self, name: str = "a", levy: str = "fee") -> Decimal:
        return open_amount(self.charge(name, levy))

    def credit(self, name: str = "a") -> Decimal:
        return on_account(self.members[name].pk, "USD")

    def pay(self, amount: str, name: str = "a", levy: str | None = "fee") -> None:
        """Let a member pay: to a charge, or on account."""
        member, paid = self.members[name], Decimal(amount)
        legs = [Leg(AccountKind.BANK, AccountKind.ON_ACCOUNT, paid, member)]
        if levy is not None:
            charge = self.charge(name, levy)
            legs.append(Leg(AccountKind.ON_ACCOUNT, AccountKind.RECEIVABLE, paid, member, charge))
        key = f"paid:{self.consortium.transfers.count()}"
        transfer(consortium=self.consortium, unit="USD", key=key, on=TODAY, legs=legs)

    def propose(
        self,
        kind: str = "waiver",
        amount: str = "1500",
        *,
        name: str = "a",
        levy: str | None = "fee",
        of: str = "",
        by: str | None = "finance",
        on: date = TODAY,
        **more: Any,
    ) -> Concession:
        charge = self.charge(name, levy) if levy else None
        ask = Ask(ConcessionKind(kind), Decimal(amount), "A hard year", charge, levy=of, **more)
        asker = self.people[by] if by else None
        return propose_concession(member=self.members[name], ask=ask, by=asker, on=on)


@built_once
def alliance(slug: str = "alliance", sections: dict[str, Any] | None = None) -> Alliance:
    """Found an alliance of two members, charged 5,000 and 2,400 USD each."""
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
        starts_on=START,
    )
    consortium = found(founding=founding, by=None, on=START)
    levies = [fee("fee", "5000"), fee("lab", "2400")]
    draft = draft_charter(
        consortium=consortium,
        code="first",
        name_en="First charter",
        starts_on=START,
        sections={"dues": {"levies": levies}, **(SECTIONS if sections is None else sections)},
        by=None,
        on=START,
    )
    adopt_charter(charter=draft, by=None, on=START)
    made = Alliance(consortium)
    for name in ("a", "b"):
        made.members[name] = join(consortium, name)
        made.people[name] = staff(made, Role.SIGNATORY, name, made.members[name])
    for role in (Role.FINANCE, Role.AUDITOR, Role.SECRETARY, Role.ACCOUNTANT):
        made.people[role.value] = staff(made, role, role.value)
    made.people["colleague"] = staff(made, Role.FINANCE, "colleague")
    advance(consortium=consortium, to=TODAY)
    return made


def staff(made: Alliance, role: Role, name: str, member: Member | None = None) -> User:
    user = person(f"{made.consortium.slug}-{name}", is_staff=member is None)
    appoint(
        consortium=made.consortium,
        user=user,
        role=role,
        organization=member.organization if member else None,
        starts_on=START,
        by=None,
        on=START,
    )
    return user
