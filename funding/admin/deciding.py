"""Screens of what one person proposes and another decides."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin
from consortium.admin.standing import standing
from consortium.states import SECOND_ROLES, Role
from funding.models import FINANCE_READERS, Concession
from funding.reports.concessions import asked_by, deciders, may_decide


class Waiting(admin.SimpleListFilter):
    """What waits, and what of it waits for the reader."""

    title = _("decision")
    parameter_name = "decision"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Waits for me")),
            ("open", _("Waits")),
            ("granted", _("Granted")),
            ("refused", _("Refused")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "mine":
                user, today = request.user, standing(request).today
                waiting = queryset.filter(decided_on=None)
                return queryset.filter(
                    pk__in=[each.pk for each in waiting if may_decide(each, user, today)]
                )
            case "open":
                return queryset.filter(decided_on=None)
            case "granted" | "refused" as value:
                return queryset.filter(granted=value == "granted")
        return queryset


class Decided(ConsortiumAdmin):
    """A screen of what one person proposes and another decides."""

    view_roles = frozenset({*SECOND_ROLES, *FINANCE_READERS})
    takes_back: ClassVar[Sequence[type[Act]]] = ()
    """Acts of who asked for it, while it waits."""

    @display(description=_("proposed"), ordering="proposed_on")
    def proposed(self, row: Any) -> str:
        return said(row.proposed_on, row.proposed_by)

    @display(description=_("decided"), ordering="decided_on")
    def decided(self, row: Any) -> str:
        return said(row.decided_on, row.decided_by)

    @display(description=_("member"))
    def member_shown(self, row: Any) -> str:
        return shown.link(row.member)

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Offer deciding to those only who can, and taking back to who asked for it."""
        user, today = request.user, self.today(request)
        own = {self.act_path(act, obj) for act in self.takes_back}
        decides = obj.decided_on is None or isinstance(obj, Concession)
        may = not decides or may_decide(obj, user, today)
        offered = super().buttons(request, obj)
        return [
            each for each in offered if (asked_by(obj, user, today) if each["path"] in own else may)
        ]

    def waiting(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return whom a proposal waits for, as its page says it."""
        today = self.today(request)
        return {
            "waits": obj.decided_on is None,
            "mine": obj.proposed_by_id == request.user.pk,
            "may_decide": obj.decided_on is None and may_decide(obj, request.user, today),
            "roles": ", ".join(str(Role(each).label) for each in sorted(deciders(obj, today))),
        }


def said(on: Any, by: Any) -> str:
    """Return when something was done and by whom, a dash before it is."""
    return " · ".join([shown.day(on), *([str(by)] if by else [])])
