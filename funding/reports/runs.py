"""Who may confirm a dues run, as the charter says."""

from consortium.models import Charter
from consortium.rules.choices import Matter
from consortium.rules.governance import GovernanceSection, NobodyDecides
from consortium.states import SECOND_ROLES, Role
from funding.models import Round
from funding.reports.rounds import governing


def confirmers(round: Round) -> set[Role]:
    """Return the roles that may confirm a round."""
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    return seconds(due.charter)


def seconds(charter: Charter) -> set[Role]:
    """Return the roles that may confirm dues: the charter's, or any that can be second."""
    if any(section.code == "governance" for section in charter.sections.all()):
        governance: GovernanceSection = charter.rules("governance")
        try:
            decides = governance.decider(Matter.CONFIRM_DUES)
        except NobodyDecides:
            return set(SECOND_ROLES)
        if decides.second is not None:
            return {Role(decides.second.value)}
    return set(SECOND_ROLES)
