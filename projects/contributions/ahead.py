"""What looking ahead tells of projects, and the sentences it says."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import registry
from consortium.registry import Outlook, Trace
from projects.models import ProgressReport
from projects.reports import ahead

registry.traces.add(
    Trace("progress", ProgressReport, ahead.reports, frozenset({"ask_reports"})),
)
registry.outlooks.add(Outlook("deadlines", ahead.overdue))
registry.add_messages(
    {
        "ahead_progress": pgettext_lazy("ahead", "Progress reports asked for"),
        "ahead_progress_report": _("Progress report on %(project)s, due %(due_on)s"),
        "sweep_ask_reports": pgettext_lazy("sweep", "Progress reports"),
        "sweep_deadlines": pgettext_lazy("sweep", "Deadlines"),
        "stands_overdue": _("Deadlines passed"),
    }
)
