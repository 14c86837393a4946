"""Recomputing what submitted proposals were sealed with."""

from collections.abc import Iterator
from typing import Any

from consortium.models import Consortium, digest
from consortium.registry import Failure
from projects.models import ProposalVersion
from projects.reports.content import receipt_of
from projects.rules.shares import whole

BATCH = 200


def submissions(*, consortium: Consortium | None) -> Iterator[Failure]:
    """Every submitted version has its digest, and shares that are the whole."""
    rows: Any = ProposalVersion.objects.filter(
        proposal__consortium=consortium, submitted_at__isnull=False
    )
    rows = rows.select_related("proposal__consortium", "proposal__call", "submitted_by")
    for each in rows.order_by("pk").iterator(chunk_size=BATCH):
        if each.digest != digest(receipt_of(each)):
            yield Failure("proposal_altered", f"proposalversion:{each.uid}")
        parties = list(each.participants.all())
        if not (
            whole(party.work_share for party in parties)
            and whole(party.cost_share for party in parties)
        ):
            yield Failure("proposal_shares_differ", f"proposalversion:{each.uid}")
