"""Who may confirm a dues run, and how far a confirmed one has come."""

from datetime import date
from typing import Any

from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from consortium import access
from consortium.models import AuditEvent
from consortium.rules.choices import Matter
from consortium.states import Role
from funding.models import DuesRun, Round
from funding.reports.rounds import Due, governing
from funding.reports.seconds import seconds


def assessed(run: DuesRun) -> int:
    """Return how many members a run has assessed so far, by the batches on the audit trail."""
    if run.confirmed_on is None:
        return 0
    if run.done_on is not None:
        return run.count
    events = AuditEvent.objects.filter(consortium=run.consortium_id)
    confirmed = events.filter(action="confirm_run", subject=f"funding.duesrun:{run.uid}").first()
    if confirmed is None:
        return 0
    batches = events.filter(
        action="assess",
        subject=f"funding.round:{run.round.uid}",
        number__gt=confirmed.number,
    )
    count = Cast(KeyTextTransform("count", "facts"), IntegerField())
    return batches.aggregate(sum=Sum(count))["sum"] or 0


def confirmers(round: Round) -> set[Role]:
    """Return the roles that may confirm a round."""
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    return seconds(due.charter, Matter.CONFIRM_DUES)


def may_confirm(run: DuesRun, user: Any, on: date, due: Due | None = None) -> bool:
    """Say whether a user is a second person for a run: of the charter's role, and another one.

    `due`: what governs its round, where that is known already.
    """
    roles = confirmers(run.round) if due is None else seconds(due.charter, Matter.CONFIRM_DUES)
    return run.proposed_by_id != user.pk and access.holds(
        user, consortium=run.consortium, on=on, roles=roles, organization=None
    )
