"""Pages about one consortium at a time, for those who hold a role in it."""

from typing import Any, ClassVar

from django.http import Http404

from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.models import Consortium
from consortium.states import Role


class ConsortiumPage(DeskPage):
    """A page about one of the consortia in which the reader holds one of the `roles`."""

    roles: ClassVar[frozenset[Role]]
    title: Any = ""

    def has_permission(self) -> bool:
        return standing(self.request).any_of(self.roles)

    def consortia(self) -> list[Consortium]:
        here = standing(self.request)
        return [each for each in here.consortia if here.has(each, self.roles)]

    def consortium(self) -> Consortium:
        """Return the one asked for, the one the desk shows, or the first; 404 for another."""
        known = self.consortia()
        asked = self.request.GET.get("consortium")
        wanted = asked or self.request.session.get("desk")
        found = next((each for each in known if each.slug == wanted), None)
        if found is None and (asked or not known):
            raise Http404
        return found or known[0]
