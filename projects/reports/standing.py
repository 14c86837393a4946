"""How projects stand on a day, computed from their contract and what happened to them."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from projects.models import Project, ProjectEvent, ProjectParticipant
from projects.states import Happening, Standing

FINAL = (Happening.TERMINATED, Happening.CLOSED)


def stood(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Add `standing` to projects: how each stands on a day."""
    happened = ProjectEvent.objects.filter(project=OuterRef("pk"), on__lte=on)
    last = happened.order_by("-on", "-pk").values("kind")[:1]
    unsigned = ProjectParticipant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on),
        Q(signed_on=None) | Q(signed_on__gt=on),
        project=OuterRef("pk"),
    )
    rows = rows.annotate(last=Subquery(last), unsigned=Exists(unsigned))
    return rows.annotate(
        standing=Case(
            When(last=Happening.TERMINATED, then=Value(Standing.TERMINATED)),
            When(last=Happening.CLOSED, then=Value(Standing.CLOSED)),
            When(last=Happening.SUSPENDED, then=Value(Standing.SUSPENDED)),
            When(
                contract_due_on__isnull=False,
                unsigned=True,
                then=Value(Standing.AWAITING_CONTRACT),
            ),
            default=Value(Standing.RUNNING),
            output_field=CharField(),
        )
    )


def standing(project: Project, on: date) -> Standing:
    """Return how one project stands on a day."""
    return Standing(stood(Project.objects.filter(pk=project.pk), on).get().standing)
