"""What codes of what pays for research read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "instrument_amount_wrong": _("%(amount)s is no amount above 0."),
    "instrument_foreign": _(
        "The project %(project)s is another consortium’s, or whose work is "
        "paid takes no part in it."
    ),
    "instrument_funder_wrong": _(
        "Own money comes from who does the work, everything else from another: not so of "
        "%(funder)s."
    ),
    "did_record_instrument": _("Funding recorded"),
    "did_end_instrument": _("Funding ended"),
}
