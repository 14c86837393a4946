"""Concessions and payment plans that wait for a decision."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from consortium.models import Consortium
from consortium.registry import DocketItem
from funding.models import Concession, PaymentPlan
from funding.reports.concessions import may_decide, speaks_for
from funding.states import ConcessionKind


def concessions(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """What one person has proposed, to those who may be the second; no amounts."""
    rows = Concession.objects.visible_to(user, on).filter(consortium=consortium, decided_on=None)
    related = ("consortium", "member__organization", "charge__assessment__charter")
    for row in rows.select_related(*related).order_by("proposed_on", "pk"):
        yield DocketItem(
            "concession_waits",
            row.proposed_on,
            {"kind": ConcessionKind(row.kind), "member": str(row.member)},
            member_uid=str(row.member.uid),
            href=path_of(row, "concessions", user, on),
            mine=may_decide(row, user, on),
        )


def plans(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Plans that were asked for, to those who may agree to them."""
    rows = PaymentPlan.objects.visible_to(user, on).filter(consortium=consortium, decided_on=None)
    related = ("consortium", "member__organization")
    for row in rows.select_related(*related).order_by("proposed_on", "pk"):
        yield DocketItem(
            "plan_waits",
            row.proposed_on,
            {"member": str(row.member)},
            member_uid=str(row.member.uid),
            href=path_of(row, "payment-plans", user, on),
            mine=may_decide(row, user, on),
        )


def path_of(row: Concession | PaymentPlan, name: str, user: Any, on: date) -> str:
    """Return where a row is looked at: at the desk, or by the member's own people."""
    if speaks_for(row.member, user, on):
        return f"/api/v1/{name}/{row.uid}/"
    return f"/admin/funding/{row._meta.model_name}/{row.pk}/change/"
