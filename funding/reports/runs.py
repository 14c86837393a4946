"""How far a confirmed dues run has come."""

from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from consortium.models import AuditEvent
from funding.models import DuesRun


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
