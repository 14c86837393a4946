"""What codes of projects read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "no_bound": _("says neither “at least” nor “at most”"),
    "below_other": _("is below “%(other)s”"),
    "shares_differ": _("the shares come to %(total)s, not to 1"),
    "reviewers_differ": _("does not fit who screens: %(by)s"),
    "outside_project": _("is after the project’s last month, %(months)s"),
    "outside_package": _("is outside the months of the work package %(package)s"),
    "unknown_package": _("there is no work package “%(package)s”, but: %(choices)s"),
    "starts_too_early": _("the work package %(package)s, which comes before, ends later"),
    "circular_packages": _("the work package %(package)s waits for itself in the end"),
}
