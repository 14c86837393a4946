"""What staff and owners should know of a result although nothing forbids it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from funding.rules.choices import InstrumentKind
from ip.models import Result
from ip.rules.section import IPSection


@dataclass(frozen=True)
class Warning:
    """A code, and values to word it."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


def warnings(result: Result) -> Iterator[Warning]:
    """Yield a warning where a duty to diffuse and an exclusivity both apply to a result."""
    section: IPSection = result.charter.rules("ip")
    promise = getattr(result, "exclusivity", None)
    if section.diffusion is None or promise is None:
        return
    paid = {each.instrument.kind for each in result.resultfundings.all()}
    if paid & {InstrumentKind(kind) for kind in section.diffusion.paid_by}:
        clause = section.diffusion.clause
        yield Warning("diffusion_against_exclusivity", {"clause": clause, "until": promise.ends_on})
