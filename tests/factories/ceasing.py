"""Organizations that are no more."""

from datetime import date
from typing import Any

from consortium.models import Cessation, Consortium, Organization
from tests.cast import TODAY, Cast

NEXT_YEAR = date(2027, 1, 1)


def ceased(consortium: Consortium, on: date = TODAY) -> Cessation:
    """Return an organization that is no more, with nobody named to succeed it."""
    gone = Organization.objects.create(name_en="Vanished", kind="enterprise", country="US")
    return Cessation.objects.create(
        consortium=consortium, organization=gone, ceased_on=on, evidence="Register"
    )


def ceasing_arguments(consortium: Consortium, organization: Organization) -> dict[str, Any]:
    """Return what the operations on organizations that are no more are called with."""
    return {
        "consortium.record_cessation": {
            "consortium": consortium, "organization": organization, "ceased_on": NEXT_YEAR,
            "evidence": "Register",
        },
        "consortium.name_successor": {
            "cessation": ceased(consortium), "successor": organization,
        },
    }  # fmt: skip


def cease_some(cast: Cast, *names: str) -> None:
    """Write of each member that it will be no more next year."""
    for name in names:
        member = cast.members[name]
        Cessation.objects.create(
            consortium=member.consortium, organization=member.organization,
            ceased_on=NEXT_YEAR, evidence="Register",
        )  # fmt: skip
