"""Who is at the desk: the appointments behind a request, read once."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest

from consortium import access, clock
from consortium.models import Appointment, Consortium
from consortium.states import DESK_ROLES, MEMBER_ROLES, Role


@dataclass
class Standing:
    """A user's staff roles today, per consortium; a platform administrator has all."""

    user: Any
    today: date

    @property
    def everywhere(self) -> bool:
        return bool(self.user.is_active and self.user.is_superuser)

    @cached_property
    def appointed(self) -> list[Appointment]:
        """Return today's appointments to the desk, the first one first.

        All of the user's are read with their consortia, and then at hand for whoever asks.
        """
        rows = Appointment.objects.select_related("consortium").order_by("pk")
        prefetch_related_objects([self.user], Prefetch("appointments", rows))
        return [
            each
            for each in self.user.appointments.all()
            if each.role in DESK_ROLES and each.period.contains(self.today)
        ]

    @cached_property
    def held(self) -> dict[int, set[str]]:
        """Return the desk roles by the consortium's key."""
        found: dict[int, set[str]] = {}
        if self.user.is_active:
            for each in self.appointed:
                found.setdefault(each.consortium_id, set()).add(each.role)
        return found

    @cached_property
    def consortia(self) -> list[Consortium]:
        """Return the living consortia the user works for."""
        if self.everywhere:
            found = list(Consortium.objects.filter(is_reference=False))
        else:
            mine = {each.consortium_id: each.consortium for each in self.appointed}
            found = [mine[key] for key in self.held if not mine[key].is_reference]
        return sorted(found, key=lambda each: each.slug)

    def any_of(self, roles: frozenset[Role]) -> bool:
        """Say whether one of the roles is held in any consortium."""
        return self.everywhere or any(held & roles for held in self.held.values())

    def has(self, consortium: Consortium, roles: frozenset[Role]) -> bool:
        """Say whether one of the roles is held in this consortium."""
        return self.everywhere or bool(self.held.get(consortium.pk, set()) & roles)

    def may(self, operation: str, subject: Any = None) -> bool:
        """Say whether an operation is open to the user, on a subject or at all.

        The operation itself checks again; this decides which buttons are shown.
        """
        allow = access.operations[operation].allow - MEMBER_ROLES
        consortium = getattr(subject, "consortium", None)
        if consortium is None:
            return self.any_of(allow)
        return not consortium.is_reference and self.has(consortium, allow)

    def where(self, operation: str) -> list[Consortium]:
        """Return the consortia an operation may be done in."""
        return [each for each in self.consortia if self.may(operation, each)]


def standing(request: HttpRequest) -> Standing:
    """Return what the request's user may do, the same object all through the request."""
    found: Standing | None = getattr(request, "standing", None)
    if found is None:
        found = Standing(request.user, clock.today())
        request.standing = found  # type: ignore[attr-defined]
    return found
