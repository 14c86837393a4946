"""Organizations that are no more."""

from datetime import date

from consortium.models import Cessation, Consortium, Organization
from tests.cast import TODAY, Cast


def ceased(consortium: Consortium, on: date = TODAY) -> Cessation:
    """Return an organization that is no more, with nobody named to succeed it."""
    gone = Organization.objects.create(name_en="Vanished", kind="enterprise", country="US")
    return Cessation.objects.create(
        consortium=consortium, organization=gone, ceased_on=on, evidence="Register"
    )


def cease_some(cast: Cast, *names: str) -> None:
    """Write of each member that it will be no more next year."""
    for name in names:
        member = cast.members[name]
        Cessation.objects.create(
            consortium=member.consortium, organization=member.organization,
            ceased_on=date(2027, 1, 1), evidence="Register",
        )  # fmt: skip
