"""How the codes of the books read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    # what is refused
    "year_closed": _(
        "The books of %(on)s are closed; book it on %(open_from)s or later, with a word on why."
    ),
    "nothing_booked": _("Nothing is booked in %(unit)s."),
    "year_not_over": _("The year ends on %(ends_on)s; close it after that."),
    "year_not_swept": _(
        "The daily work of the year up to %(ends_on)s is done up to %(advanced_to)s only; let it"
        " catch up, then close."
    ),
    "other_year": _("Years are closed one after the other; the next to close ends on %(ends_on)s."),
    "already_closed": _(
        "The year up to %(ends_on)s is closed; the books are open from %(open_from)s."
    ),
    "run_unfinished": _(
        "A dues run confirmed in the year up to %(ends_on)s is not carried out to the end; wait for"
        " it, then close."
    ),
    "books_changed": _(
        "The books up to %(ends_on)s (%(unit)s) have changed since this was proposed; look at it"
        " again and propose it anew."
    ),
    "year_still_open": _("The year up to %(ends_on)s is not closed yet; close it first."),
    "no_surplus_rule": _(
        "The charter in force on %(on)s does not say by which levy a surplus goes back; it is said"
        " under “collection.surplus”."
    ),
    "exceeds_surplus": _("Between nothing and %(most)s %(unit)s can go back, not %(amount)s."),
    "already_returned": _("The surplus of %(starts_on)s to %(ends_on)s went back already."),
    "nobody_paid": _("Nobody paid anything of “%(levy)s” between %(starts_on)s and %(ends_on)s."),
    "number_used_twice": _("The number %(number)s is used twice; each account has its own."),
    "account_unnamed": _(
        "“%(account)s” needs a number and a name, in one language at least; or leave all of it"
        " empty."
    ),
    # what was done
    "did_propose_close": _("Year close proposed"),
    "did_confirm_close": _("Year closed"),
    "did_propose_return": _("Return of the surplus proposed"),
    "did_confirm_return": _("Surplus returned"),
    "did_number_accounts": _("Chart of accounts changed"),
    # what a check finds
    "payment_altered": _("The payment was altered."),
    "payment_not_posted": _("The payment is not posted in full."),
    "payment_overspent": _("More of the payment is assigned than came in."),
    "charge_oversettled": _("More of the charge is settled than was charged."),
    "credit_below_zero": _("More credit was used than stood on the account."),
    "books_unbalanced": _("The balances do not sum to zero."),
    "close_altered": _("The closed year's books are not those that were closed."),
    "result_not_carried": _("Income or expense of the closed year is not carried over in full."),
    "booked_after_close": _("It was booked in a year that was closed before."),
    "item_missing": _("The charge is on nobody's agenda."),
    "steps_out_of_order": _("Dunning levels were not taken in their order."),
}
