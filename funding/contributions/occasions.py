"""The sentences of levies that are charged when something happens."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "on_occasion_only": _(
        "“%(levy)s” is charged when something happens; it has no rounds and no periods."
    ),
    "not_on_occasion": _("a levy of the trigger “occasion” has none of this; take it out"),
    "occasion_twice": _("another levy in %(unit)s is charged for “%(occasion)s”; which one?"),
    "no_levy_for_it": _(
        "The charter “%(charter)s” names no levy in %(unit)s for it, of the trigger “occasion” and"
        " of “%(occasion)s”."
    ),
    "charged_already": _("%(member)s was charged for it already."),
}
