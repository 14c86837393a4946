"""Writing the audit chain."""

from datetime import date
from typing import Any

from django.db.models.functions import Now

from consortium.models import AuditEvent, AuditHead, Consortium, User


def record(
    *,
    consortium: Consortium | None,
    action: str,
    by: User | None,
    on: date,
    subject: Any = None,
    **facts: Any,
) -> AuditEvent:
    """Append one event to the consortium's chain, in the caller's transaction.

    Called last in every operation, since it locks the head of the chain. `facts`
    hold ids, counts and digests, never a figure.
    """
    head, _ = AuditHead.objects.get_or_create(consortium=consortium)
    head = AuditHead.objects.select_for_update().annotate(now=Now()).get(pk=head.pk)
    label = f"{subject._meta.label_lower}:{subject.uid}" if subject is not None else ""
    event = AuditEvent(
        consortium=consortium,
        number=head.number + 1,
        at=head.now,
        on=on,
        by=by,
        action=action,
        subject=label,
        facts=facts,
        previous=head.digest,
    )
    event.digest = event.expected_digest()
    event.save(force_insert=True)
    head.number, head.digest = event.number, event.digest
    head.save(update_fields=["number", "digest"])
    return event
