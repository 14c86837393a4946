"""The doorbell of dues runs that were confirmed and are not finished."""

from celery import shared_task

from consortium import clock
from consortium.models import Consortium
from funding.operations import sweeps
from funding.operations.runs import unfinished


@shared_task
def carry_out_runs() -> None:
    """Finish what was confirmed and left to the background, or cut short by a kill."""
    waiting = {run.consortium_id for run in unfinished()}
    for consortium in Consortium.objects.filter(pk__in=waiting):
        sweeps.carry_out_runs(consortium=consortium, on=clock.today(consortium))
