"""What staff and owners should know of a result although nothing forbids it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from funding.rules.choices import InstrumentKind
from ip.models import Result
from ip.reports.charters import section_of


@dataclass(frozen=True)
class Warning:
    """A code, and values to word it."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


def warnings(result: Result) -> Iterator[Warning]:
    """Yield a warning where a duty to diffuse and an exclusivity both apply to a result."""
    section = section_of(result.charter)
    promise = getattr(result, "exclusivity", None)
    if section.diffusion is None or promise is None:
        return
    paid = {each.instrument.kind for each in result.resultfundings.all()}
    if paid & {InstrumentKind(kind) for kind in section.diffusion.paid_by}:
        clause = section.diffusion.clause
        moves = sorted(result.exclusivitychanges.all(), key=lambda each: (each.decided_on, each.pk))
        until = moves[-1].ends_on if moves else promise.ends_on
        yield Warning("diffusion_against_exclusivity", {"clause": clause, "until": until})
