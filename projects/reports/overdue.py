"""Progress reports that are overdue; money may wait for them."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from consortium.models import Consortium, Member
from projects.models import ProgressReport, Project


def late(on: date) -> Q:
    """Return the reports that were due before a day and not handed in by then."""
    unsent = Q(submitted_on=None) | Q(submitted_on__gt=on)
    return Q(unsent, Q(dropped_on=None) | Q(dropped_on__gt=on), due_on__lt=on)


def overdue_reports(project: Project, on: date) -> QuerySet[ProgressReport]:
    """Return a project's reports that are overdue on a day."""
    return project.progressreports.filter(late(on)).order_by("due_on", "pk")


def overdue_by_member(*, consortium: Consortium, on: date) -> dict[Member, int]:
    """Return how many reports each member owes and has not handed in in time."""
    rows = ProgressReport.objects.filter(late(on), consortium=consortium)
    counts = dict(
        rows.order_by()
        .values_list("responsible")
        .annotate(count=Count("pk"))
        .values_list("responsible", "count")
    )
    members = Member.objects.filter(consortium=consortium, organization__in=counts)
    return {each: counts[each.organization_id] for each in members}
