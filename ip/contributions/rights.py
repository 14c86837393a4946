"""Exclusivity, access and offers: their sweep, and what their codes read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import Sweep
from ip.operations import announcing

MESSAGES: dict[str, Any] = {
    # questions
    "unknown_result": _("%(number)s is no result of %(consortium)s."),
    "organization_not_one": _("“%(name)s” is not the name or address of one organization."),
    # decisions on exclusivity
    "not_exclusive": _("No exclusivity of %(number)s is running whose end could be moved."),
    "exclusivity_nobody_moves": _(
        "The charter lets nobody move this exclusivity; it ends on %(ends_on)s as promised."
    ),
    "exclusivity_same_end": _("It ends on %(ends_on)s already."),
    "exclusivity_reason_missing": _("Give the reason why the exclusivity of %(number)s is moved."),
    # requests for access
    "access_nothing_asked": _("Name the uses of %(number)s, each once, and what they are for."),
    "access_asked_in_future": _("%(asked_on)s lies in the future."),
    "access_too_late": _("%(number)s: the time to ask for this is over: %(use)s"),
    "access_suspended": _("%(number)s: access is suspended, and this would be new: %(use)s"),
    "access_kept": _("%(number)s is kept to others on that day; not to be had: %(use)s"),
    "access_not_given": _("%(number)s: no rule of the charter gives this: %(use)s"),
    # notices
    "exclusivity_ends": _("%(number)s: its exclusivity ends on %(ends_on)s"),
    "exclusivity_over_now": _("%(number)s: its exclusivity ended on %(ends_on)s"),
    "exclusivity_moved": _("%(number)s: by a decision its exclusivity ends on %(ends_on)s"),
    "licence_offered": _("%(number)s is on offer to those it opened to on %(opened_on)s"),
    "access_requested": _("%(number)s: access was asked for on %(asked_on)s"),
}

registry.sweeps.add(Sweep(announcing.SWEEP, 75, announcing.sweep_exclusivity, announcing.next_look))
registry.add_messages(MESSAGES)
