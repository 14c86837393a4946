"""What codes of results, their owners and background read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    # refusals: disclosure
    "result_completed_in_future": _("%(completed_on)s lies in the future."),
    "result_disclosed_wrong_day": _(
        "Disclosed on %(disclosed_on)s: give a day from its completion, %(completed_on)s, to today."
    ),
    "result_before_project": _(
        "It was complete on %(completed_on)s, before the project began on %(starts_on)s: list it "
        "as background."
    ),
    "result_not_own_work": _(
        "%(organization)s takes no part in this work; one discloses the results of one’s own."
    ),
    "generator_not_participant": _("%(organization)s takes no part in %(project)s."),
    "result_package_unknown": _(
        "The project’s plan in force has no work package “%(package)s”, but: %(choices)s."
    ),
    "result_tier_unknown": _("The charter knows no tier “%(tier)s”, but: %(choices)s."),
    "inventor_without_employer": _("Say for whom %(inventor)s works."),
    "inventor_twice": _("%(inventor)s is named twice."),
    "instrument_elsewhere": _("“%(instrument)s” did not pay for this work."),
    "agreement_paper_missing": _("Attach the signed agreement."),
    "part_too_fine": _("%(part)s is too fine a part to be kept exactly."),
    # notices
    "result_disclosed": _("Result %(result)s was disclosed"),
}
