"""Results as the rules see them."""

from funding.rules.choices import InstrumentKind
from ip.models import Result
from ip.rules.choices import ResultKind
from ip.rules.facts import Work


def work_of(result: Result) -> Work:
    """Return a result's kind, tier, day and ways of payment; its window is told apart."""
    kinds = result.resultfundings.values_list("instrument__kind", flat=True)
    return Work(
        kind=ResultKind(result.kind),
        arose_on=result.completed_on,
        tier=result.tier,
        paid_by=frozenset(InstrumentKind(kind) for kind in kinds),
        project_ends_on=result.project.ends_on if result.project else None,
    )
