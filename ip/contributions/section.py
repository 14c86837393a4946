"""The words for what is wrong in an `ip` section."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "notice_unused": _("nothing needs notice to the co-owners; leave it out"),
    "exclusive_to_all": _("what is kept to “%(value)s” is kept from nobody"),
    "opens_to_nobody": _("“%(value)s” is not kept out by this exclusivity"),
    "access_to_owner": _("an owner has its rights from owning; leave it out"),
    "access_to_transfer": _("only an owner can transfer; leave it out"),
    "licensing_body_differs": _("name the body when a body grants licences, and only then"),
    "portions_exceed": _("the portions come to %(total)s, more than the whole"),
    "unknown_tier": _("there is no tier “%(value)s” in this section"),
    "home_missing": _("say which country is home, since something opens to domestic parties"),
    "exclusivity_over": _("The exclusivity ended on %(ends_on)s; what is open stays open."),
    "exclusivity_ends_before_decision": _(
        "It would end on %(ends_on)s, before the day of the decision, %(on)s."
    ),
    "no_ownership_rule": _("No rule of the charter says who owns it; record an agreement."),
    "ownership_not_whole": _("The parts come to %(total)s; they come to exactly 1, each above 0."),
}
