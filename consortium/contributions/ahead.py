"""What looking ahead tells of the ground, and the sentences it says."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import registry
from consortium.models import Notice, ParkedItem, ReportEdition
from consortium.registry import Outlook, Trace
from consortium.reports import ahead
from consortium.reports.ahead import DAY_OVER
from consortium.reports.editions import SWEEP

registry.traces.add(
    Trace("notices", Notice, ahead.notices),
    Trace("editions", ReportEdition, ahead.reports, frozenset({SWEEP})),
    Trace("parked", ParkedItem, ahead.parked, frozenset({DAY_OVER})),
)
registry.outlooks.add(
    Outlook("members", ahead.members),
    Outlook("parked", ahead.parked_items),
)
registry.add_messages(
    {
        "not_ahead": _("%(to)s is not ahead; choose a day from %(first)s on."),
        "nothing_ahead": _("%(consortium)s ends by then: nothing lies ahead of it."),
        "too_far_ahead": _("%(to)s is too far ahead; choose a day up to %(last)s."),
        "too_much_ahead": _(
            "%(days)s days of %(members)s members are too much to wait for; choose a day up to"
            " %(last)s, or use “manage.py advance --what-if”."
        ),
        "already_looking": _(
            "Somebody is looking ahead in this consortium just now; try again in a moment."
        ),
        # what was left
        "ahead_notices": _("People told"),
        "ahead_editions": _("Reports due"),
        "ahead_parked": _("Failed, and tried again or left"),
        "ahead_report": _("%(report)s: %(files)s files"),
        # the sweeps
        f"sweep_{SWEEP}": pgettext_lazy("sweep", "Reports"),
        f"sweep_{DAY_OVER}": pgettext_lazy("sweep", "Failures"),
        # how it stands
        "stands_members": _("Members"),
        "stands_parked": _("Parked items"),
    }
)
