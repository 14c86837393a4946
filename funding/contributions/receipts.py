"""The sentence for each code of payments, statements and matching."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused of a payment
    "amount_not_positive": _("The amount is %(amount)s; it has to be above zero."),
    "payment_too_large": _("The amount is too large to be right: %(amount)s."),
    "paid_in_the_future": _("%(paid_on)s is still to come; enter the day the money came in."),
    "reference_missing": _(
        "Enter the bank's reference, or the number of the receipt: it keeps the same payment"
        " from being recorded twice."
    ),
    "reference_taken": _(
        "There is a payment with the reference “%(reference)s” on this account, and it says"
        " something else; look at it before you record another."
    ),
    "payment_already_matched": _(
        "Something of this payment is put to a member; undo its matches first."
    ),
    "notice_already_settled": _("This notice is settled by a payment, or was refuted."),
    "notice_differs": _("The notice is of another amount, currency or consortium."),
    # what is refused of a match
    "payment_already_assigned": _("The payment is put to members in full already."),
    "exceeds_payment": _("Only %(left)s %(unit)s can be put to the charges chosen."),
    "exceeds_open_amount": _(
        "Only %(open)s %(unit)s is open of charge %(number)s; allocate no more than that. What"
        " is paid beyond it stays on the member's account."
    ),
    "exceeds_credit": _("The member has only %(credit)s %(unit)s on its account."),
    "other_unit": _(
        "Charge %(number)s is in %(unit)s and cannot be paid in %(paid_in)s; nothing is exchanged"
        " here. Put the payment on the member's account."
    ),
    "other_member": _(
        "%(member)s is not whom this belongs to: choose the charge's own member, in the payment's"
        " own consortium."
    ),
    "no_such_match": _("The payment has no match number %(number)s."),
    "credit_used": _(
        "What was left of it on the account of %(member)s is used since; undo that first."
    ),
    "payer_missing": _("Enter the payer's name, the account, or both."),
    "alias_of_another": _("%(member)s belongs to another consortium."),
    # what was done
    "did_record_payment": _("Payment recorded"),
    "did_withdraw_payment": _("Payment taken back"),
    "did_match_payment": _("Payment put to a member"),
    "did_undo_match": _("Match undone"),
    "did_allocate_credit": _("Credit allocated"),
    "did_undo_allocation": _("Allocated credit put back"),
    "did_name_payer": _("Payer named"),
    "did_drop_alias": _("Payer forgotten"),
}
