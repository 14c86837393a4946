"""The reference rates a consortium's charters name for late interest."""

from consortium.models import Charter, Consortium
from consortium.rules.schema import Text
from funding.reports.rounds import SECTION, charters_of
from funding.rules.dues import Levy


def references(consortium: Consortium) -> dict[str, Text]:
    """Return the reference rates by code, under the latest charter's label."""
    return {
        levy.reference.rate: levy.reference.label
        for charter in charters_of(consortium)
        for levy in all_levies(charter)
        if levy.reference is not None
    }


def all_levies(charter: Charter) -> tuple[Levy, ...]:
    """Return a charter's levies, those on late charges included."""
    if not any(section.code == SECTION for section in charter.sections.all()):
        return ()
    levies: tuple[Levy, ...] = charter.rules(SECTION).levies
    return levies
