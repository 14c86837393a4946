"""What waits for a second person's decision, and what was granted, for two members."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium.models import Member
from consortium.states import Role
from funding.models import Charge, Concession, PaymentPlan
from funding.operations.concessions import Ask, grant_concession, propose_concession
from funding.operations.plans import grant_plan, propose_plan
from funding.reports.open_items import open_amount
from funding.rules.plans import monthly
from funding.states import ConcessionKind
from tests.cast import TODAY

OWN = {Role.SIGNATORY, Role.FINANCE_CONTACT}
SECONDS = {
    Role.SECRETARY,
    Role.FINANCE,
    Role.PROJECTS,
    Role.IP,
    Role.AUDITOR,
    Role.ACCOUNTANT,
    Role.SUPERVISOR,
}

ALLOWED: dict[str, set[Role]] = {
    "funding.amend_plan": {Role.FINANCE} | OWN,
    "funding.cancel_plan": {Role.FINANCE},
    "funding.end_plan": set(),
    "funding.grant_concession": SECONDS,
    "funding.grant_plan": SECONDS,
    "funding.propose_concession": {Role.FINANCE},
    "funding.propose_plan": {Role.FINANCE} | OWN,
    "funding.refuse_concession": SECONDS,
    "funding.refuse_plan": SECONDS,
    "funding.request_waiver": OWN,
    "funding.revoke_concession": SECONDS,
    "funding.withdraw_plan": {Role.FINANCE} | OWN,
}
"""Who may do what, written a second time by hand."""

OF_ONE_MEMBER = {
    "funding.amend_plan",
    "funding.propose_plan",
    "funding.request_waiver",
    "funding.withdraw_plan",
}


@dataclass
class Forgiving:
    """Of one member a waiting and a granted waiver and a waiting plan; another's plan runs."""

    charge: Charge
    waiting: Concession
    granted: Concession
    asked: PaymentPlan
    running: PaymentPlan

    @classmethod
    def of(cls, member: Member, other: Member) -> "Forgiving":
        charge, theirs = (Charge.objects.get(member=each, levy="fee") for each in (member, other))
        granted = waiver(charge, "10")
        grant_concession(concession=granted, by=None, on=TODAY)
        running = plan(theirs)
        grant_plan(plan=running, by=None, on=TODAY)
        asked, waiting = plan(charge), waiver(charge, "20")
        for row in (granted, running):
            row.refresh_from_db()
        return cls(charge, waiting, granted, asked, running)

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Return what each operation on them is called with."""
        member = self.charge.member
        ask = Ask(ConcessionKind.WAIVER, Decimal(5), "A hard year", self.charge)
        schedule = monthly(open_amount(self.charge), 3, TODAY, "USD")
        planned = {"charges": [self.charge], "instalments": schedule, "reason": "Cash is short"}
        return {
            "funding.amend_plan": {
                "plan": self.asked,
                "instalments": schedule,
                "reason": "Cash is short",
            },
            "funding.cancel_plan": {"plan": self.running},
            "funding.end_plan": {"plan": self.running},
            "funding.grant_concession": {"concession": self.waiting},
            "funding.grant_plan": {"plan": self.asked},
            "funding.propose_concession": {"member": member, "ask": ask},
            "funding.propose_plan": {"member": member, **planned},
            "funding.refuse_concession": {"concession": self.waiting, "refusal": "No"},
            "funding.refuse_plan": {"plan": self.asked, "refusal": "No"},
            "funding.request_waiver": {
                "charge": self.charge,
                "amount": Decimal(5),
                "reason": "A hard year",
            },
            "funding.revoke_concession": {"concession": self.granted},
            "funding.withdraw_plan": {"plan": self.asked},
        }


def waiver(charge: Charge, amount: str) -> Concession:
    ask = Ask(ConcessionKind.WAIVER, Decimal(amount), "A hard year", charge)
    return propose_concession(member=charge.member, ask=ask, by=None, on=TODAY)


def plan(charge: Charge, first_on: Any = TODAY) -> PaymentPlan:
    """Propose that what is open of a charge is paid in three parts."""
    return propose_plan(
        member=charge.member,
        charges=[charge],
        instalments=monthly(open_amount(charge), 3, first_on, charge.unit),
        reason="Cash is short",
        by=None,
        on=TODAY,
    )


def decide_some(member: Member, amount: str = "10") -> None:
    """Waive an amount of a member's dues and plan the rest; leave others of each waiting."""
    charge, fee = (Charge.objects.get(member=member, levy=levy) for levy in ("dues", "fee"))
    grant_concession(concession=waiver(charge, amount), by=None, on=TODAY)
    grant_plan(plan=plan(charge), by=None, on=TODAY)
    waiver(charge, "20")
    plan(fee)
