"""Who is the second person for what one person alone may not decide."""

from datetime import date

from consortium.models import Charter, Consortium, NoCharterInForce
from consortium.rules.choices import Matter
from consortium.rules.governance import GovernanceSection, NobodyDecides
from consortium.states import SECOND_ROLES, Role


def seconds(charter: Charter, matter: Matter) -> set[Role]:
    """Return the roles that may agree to a matter: the charter's, or any that can be second."""
    if any(section.code == "governance" for section in charter.sections.all()):
        governance: GovernanceSection = charter.rules("governance")
        try:
            decides = governance.decider(matter)
        except NobodyDecides:
            return set(SECOND_ROLES)
        if decides.second is not None:
            return {Role(decides.second.value)}
    return set(SECOND_ROLES)


def approvers(*, consortium: Consortium, on: date) -> set[Role]:
    """Return the roles that may agree to a concession, a plan or a closed year on a day."""
    try:
        charter = Charter.objects.in_force(consortium=consortium, on=on)
    except NoCharterInForce:
        return set(SECOND_ROLES)
    return seconds(charter, Matter.APPROVE_WRITE_OFF)
