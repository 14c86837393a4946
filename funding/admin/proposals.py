"""Proposals for payments, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin import shown
from funding.reports.matching import Proposed
from funding.rules.matching import Why

REASONS: dict[Why, tuple[Any, str]] = {
    Why.NUMBER: (_("charge number in the text"), "good"),
    Why.AMOUNT: (_("amount agrees"), "good"),
    Why.SUM: (_("amount is the sum of charges"), "good"),
    Why.ALIAS: (_("known payer"), "good"),
    Why.ALIAS_NAME: (_("known payer, other account"), "warn"),
    Why.NAME: (_("payer is called like the member"), "note"),
    Why.TEXT: (_("member is named in the text"), "note"),
    Why.NOTICED: (_("member said it has paid this amount"), "note"),
    Why.ONLY_AMOUNT: (_("the only open charge of this amount"), "note"),
    Why.LESS: (_("less than is open"), "warn"),
    Why.MORE: (_("more than is open"), "warn"),
    Why.OTHER_PAYER: (_("payer is known as another member"), "bad"),
    Why.SETTLED: (_("the charge named is paid already"), "bad"),
    Why.SEVERAL: (_("charges of several members: split it"), "warn"),
}
"""What a proposal rests on, and how good that is."""


def reasons(why: Iterable[Why]) -> list[Any]:
    return [shown.mark(*REASONS[each]) for each in why]


def shown_proposal(found: Proposed) -> dict[str, Any]:
    """Return a proposal as a line of the matching desk shows it."""
    payment = found.payment
    return {
        "payment": payment,
        "link": shown.link(payment),
        "paid_on": shown.day(payment.paid_on),
        "left": words.amount(payment.left, payment.unit),
        "of": words.amount(payment.amount, payment.unit) if payment.left < payment.amount else "",
        "member": found.member,
        "member_link": shown.link(found.member),
        "allocations": [
            {"charge": shown.link(charge), "amount": words.amount(amount, payment.unit)}
            for charge, amount in found.allocations
        ],
        "what": ",".join(f"{charge.pk}:{amount}" for charge, amount in found.allocations),
        "credit": words.amount(found.credit, payment.unit) if found.credit else "",
        "reasons": reasons(found.proposal.why),
        "safe": found.safe,
    }
