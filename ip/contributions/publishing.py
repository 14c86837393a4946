"""What codes of planned publications read as, and when their reviews are looked at."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import DocketSource, Sweep
from ip.operations import reviewing
from ip.reports import publications

registry.sweeps.add(
    Sweep("publication_reviews", 72, reviewing.review_publications, reviewing.next_review)
)
registry.docket_sources.add(DocketSource("publications", publications.due, publications.closing))

MESSAGES: dict[str, Any] = {
    # refusals
    "publication_not_reviewed": _(
        "The charter in force on %(on)s reviews no publications; no notice is needed."
    ),
    "publication_noticed_outside": _("%(noticed_on)s lies in the future."),
    "publication_about_nothing": _(
        "Give a title, and the project or the results of this consortium it is about."
    ),
    "publication_not_own": _(
        "%(organization)s has no part in %(subject)s; one publishes about one’s own work."
    ),
    "publication_too_soon": _(
        "The charter asks for %(days)s days’ notice: plan it for %(earliest)s or later, not"
        " %(planned_on)s."
    ),
    "objection_reason_missing": _("Say why, so that the author can meet it."),
    "objection_too_late": _(
        "Objections were to be raised before %(closes_on)s; one can only be taken back now."
    ),
    "publication_answered_outside": _("Give a day from %(earliest)s to today, not %(day)s."),
    # the docket
    "publication_closes": _("Answer planned publication %(notice)s of %(author)s before this day"),
    # notices
    "publication_noticed": _("Planned publication %(notice)s may be objected to before %(until)s"),
    "publication_answered": _("There is an answer to planned publication %(notice)s"),
    "publication_waiting": _("Planned publication %(notice)s is under review"),
    "publication_objected": _(
        "Planned publication %(notice)s is put off by an objection, until %(day)s at most"
    ),
    "publication_early": _(
        "Nothing stands against planned publication %(notice)s; it may appear from %(day)s on"
    ),
    "publication_silent": _(
        "Planned publication %(notice)s lacks consent, and silence is none under the charter"
    ),
    "publication_consented": _("All agreed to planned publication %(notice)s"),
    "publication_deemed": _(
        "Nobody objected in time to planned publication %(notice)s; it may appear"
    ),
    "publication_delayed": _(
        "The longest delay of planned publication %(notice)s is over; it may appear without"
        " confidential information of those who objected"
    ),
    # what was done
    "did_give_notice": _("Notice of a publication given"),
    "did_answer_notice": _("Answer to a planned publication given"),
}

registry.add_messages(MESSAGES)
