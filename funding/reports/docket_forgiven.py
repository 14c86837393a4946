"""Concessions and payment plans that wait for a decision."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import capped, list_of
from funding.models import Concession, PaymentPlan
from funding.reports.concessions import decidable
from funding.reports.docket import own
from funding.states import ConcessionKind


def proposed(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Concession]:
    """Return the concessions that wait, as far as a user may see them."""
    rows = Concession.objects.visible_to(user, on).filter(consortium=consortium, decided_on=None)
    related = rows.select_related("consortium", "member__organization", "charge")
    return related.order_by("proposed_on", "pk")


def concessions(
    *, consortium: Consortium, user: Any, on: date, until: date
) -> Iterator[DocketItem]:
    """What one person has proposed, to those who may be the second; no amounts."""
    rows = proposed(consortium=consortium, user=user, on=on, until=until)
    return waiting(rows, "concession_waits", "concessions", consortium, user, on)


def asked_for(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[PaymentPlan]:
    """Return the plans that wait, as far as a user may see them."""
    rows = PaymentPlan.objects.visible_to(user, on).filter(consortium=consortium, decided_on=None)
    related = rows.select_related("consortium", "member__organization")
    return related.order_by("proposed_on", "pk")


def plans(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Plans that were asked for, to those who may agree to them."""
    rows = asked_for(consortium=consortium, user=user, on=on, until=until)
    return waiting(rows, "plan_waits", "payment-plans", consortium, user, on)


def waiting(
    rows: QuerySet[Any], code: str, name: str, consortium: Consortium, user: Any, on: date
) -> Iterator[DocketItem]:
    """Yield what waits, with where it is looked at: at the desk, or by the member's own people."""
    theirs = own(user, consortium, on)

    def items(found: list[Any]) -> Iterator[DocketItem]:
        mine = decidable(found, user, on)
        for row in found:
            values: dict[str, Any] = {"member": str(row.member)}
            if isinstance(row, Concession):
                values["kind"] = ConcessionKind(row.kind)
            yield DocketItem(
                code,
                row.proposed_on,
                values,
                member_uid=str(row.member.uid),
                href=f"/api/v1/{name}/{row.uid}/"
                if row.member.organization_id in theirs
                else f"/admin/funding/{row._meta.model_name}/{row.pk}/change/",
                mine=row.pk in mine,
            )

    return capped(rows, items, href=f"{list_of(rows.model, consortium)}&decision=open")
