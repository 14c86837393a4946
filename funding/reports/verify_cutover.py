"""Recomputing what must hold of a cut-over."""

from collections.abc import Iterator
from hashlib import sha256

from consortium.models import Consortium, digest
from consortium.registry import Failure
from funding.models import CutOver, OpeningItem


def cut_over(*, consortium: Consortium | None) -> Iterator[Failure]:
    """What was brought over stands as it came, and the file is still the one it came from."""
    items = OpeningItem.objects.filter(consortium=consortium)
    for each in items.select_related("charge__assessment").iterator(chunk_size=1000):
        charge, assessment = each.charge, each.charge.assessment
        known = (assessment.subject, assessment.amount) == (each.uid, charge.amount)
        if not known or assessment.digest != digest(assessment.content()):
            yield Failure("opening_altered", f"charge:{charge.number}")
    done = CutOver.objects.filter(consortium=consortium, done_on__isnull=False)
    for row in done.select_related("document"):
        if row.document is None or filed(row) != row.sha256:
            yield Failure("cutover_file_lost", f"cut_over:{row.uid}")


def filed(row: CutOver) -> str:
    """Return the digest of the file as it is kept, nothing where it is not."""
    assert row.document is not None
    try:
        with row.document.file.open("rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return ""
