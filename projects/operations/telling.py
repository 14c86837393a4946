"""Who is told of calls and proposals."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from consortium.models import Consortium, User
from consortium.states import Role
from projects.models import ProposalVersion

TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)
"""Members' people who propose."""

AROUND = (*TOLD, Role.PROJECTS, Role.SECRETARY)
"""Who is told of everything that happens to a call."""


def people(
    *, consortium: Consortium, on: date, roles: Iterable[Role] = AROUND, **where: Any
) -> list[User]:
    """Return everybody who holds one of the roles, for whatever organization."""
    held = consortium.appointments.on(on).filter(role__in=list(roles), **where)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))


def participants(*, version: ProposalVersion, on: date) -> list[User]:
    """Return the people of a version's participants who propose."""
    organizations = version.participants.values("organization")
    return people(consortium=version.consortium, on=on, roles=TOLD, organization__in=organizations)
