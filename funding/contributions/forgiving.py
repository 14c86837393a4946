"""The sentences of concessions and payment plans, by their codes."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused
    "concession_not_positive": _(
        "The amount %(amount)s is not above zero; write what is to be granted."
    ),
    "concession_in_other_unit": _(
        "It is in %(expected)s; an amount in %(unit)s cannot be put to it."
    ),
    "charge_of_another": _("Charge %(number)s is another member's; choose one of its own."),
    "needs_charge": _("A waiver or a write-off is of a charge; say which."),
    "takes_no_charge": _("A refund pays back the credit on the account; leave the charge out."),
    "charge_settled": _(
        "Nothing is open of charge %(number)s any more; there is nothing to forgive."
    ),
    "concession_exceeds_open": _(
        "%(amount)s %(unit)s is more than is open of the charge: %(open)s %(unit)s."
    ),
    "exceeds_creditable": _(
        "%(amount)s %(unit)s is more than can be credited of the charge: %(most)s %(unit)s are"
        " neither forgiven nor credited yet."
    ),
    "exceeds_credit": _(
        "%(amount)s %(unit)s is more than stands on the member's account: %(credit)s %(unit)s."
    ),
    "concession_without_reason": _("Give the reason."),
    "already_answered": _("This is decided already."),
    "same_person_grants": _("%(person)s has asked for it; another person has to decide it."),
    "own_member_grants": _("%(person)s speaks for the member; somebody else has to decide it."),
    "not_the_asker": _("Only who asked for it takes it back or changes it."),
    "wrong_granter": _("It is decided by a person in one of these roles: %(roles)s."),
    "not_granted": _("It was not granted; there is nothing to take back."),
    "credit_used": _("What was credited is used already; undo that first."),
    "nothing_planned": _(
        "A plan is for at least one charge, and has at least two instalments; add what is missing."
    ),
    "already_planned": _("Charge %(number)s is in a plan that runs; end that one first."),
    "instalments_differ": _(
        "The instalments add up to %(sum)s %(unit)s, but %(open)s %(unit)s are open; make them"
        " the same."
    ),
    "instalment_past": _("The instalment of %(due_on)s would be late already; choose later days."),
    "same_day_twice": _("Two instalments are due on %(due_on)s; put them together."),
    "too_many_instalments": _(
        "%(count)s instalments are more than the charter allows, which is %(most)s."
    ),
    "plan_too_long": _(
        "The last instalment, of %(due_on)s, comes after %(last_on)s; the charter allows"
        " %(months)s months."
    ),
    "plan_not_running": _("This plan does not run; only one that runs can be ended."),
    # what people are told
    "concession_granted": _(
        "%(consortium)s has decided in your favour about what you owe or have paid. Please log in"
        " to read it."
    ),
    "concession_refused": _(
        "%(consortium)s has refused a request about what you owe. Please log in to read why."
    ),
    "concession_revoked": _(
        "%(consortium)s has taken back an earlier decision about what you owe or have paid. Please"
        " log in to read it."
    ),
    "plan_granted": _(
        "%(consortium)s has agreed to the payment plan of %(member)s. Please log in to read what"
        " is due when."
    ),
    "plan_refused": _(
        "%(consortium)s has refused the payment plan that %(member)s asked for. Please log in to"
        " read why."
    ),
    "plan_cancelled": _(
        "%(consortium)s has ended the payment plan of %(member)s, agreed on %(agreed_on)s. Please"
        " log in to read what is open."
    ),
    "plan_paid": _(
        "Everything under the payment plan of %(member)s, agreed on %(agreed_on)s with"
        " %(consortium)s, is paid."
    ),
    "plan_broken": _(
        "An instalment under the payment plan of %(member)s, agreed on %(agreed_on)s with"
        " %(consortium)s, was missed. The plan has ended; everything open is due again."
    ),
    # what is due
    "plan_waits": _("The payment plan of %(member)s waits for agreement"),
    "concession_waits": _("%(kind)s for %(member)s waits for a second person"),
    # what a check finds
    "concession_not_posted": _("The concession is not posted as it was decided."),
    "concession_missing": _("It is posted for a concession that is not there."),
    "plan_wrong": _("The payment plan has no instalments, or another member's charges."),
    # what was done
    "did_propose_plan": _("Payment plan proposed"),
    "did_grant_plan": _("Payment plan agreed"),
    "did_refuse_plan": _("Payment plan refused"),
    "did_cancel_plan": _("Payment plan cancelled"),
    "did_withdraw_plan": _("Payment plan withdrawn"),
    "did_end_plan": _("Payment plan ended"),
    "did_propose_concession": _("Concession proposed"),
    "did_request_waiver": _("Waiver asked for"),
    "did_grant_concession": _("Concession granted"),
    "did_refuse_concession": _("Concession refused"),
    "did_revoke_concession": _("Concession taken back"),
}
