"""The sentence for each code of payments, statements and matching."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused of a payment
    "amount_not_positive": _("The amount is %(amount)s; it has to be above zero."),
    "payment_too_large": _("The amount is too large to be right: %(amount)s."),
    "paid_in_the_future": _("%(paid_on)s is still to come; enter the day the money came in."),
    "bank_reference_missing": _(
        "Enter the bank's reference, or the number of the receipt: it keeps the same payment"
        " from being recorded twice."
    ),
    "reference_taken": _(
        "There is a payment with the reference “%(reference)s” on this account, and it says"
        " something else; look at it before you record another."
    ),
    "already_matched": _("Something of this payment is put to a member; undo its matches first."),
    "notice_answered": _("This notice is settled by a payment, or was refuted."),
    "notice_differs": _("The notice is of another amount, currency or consortium."),
    "already_noticed": _("The same was told before and is not settled yet."),
    "refutation_missing": _("Say why the notice does not count; the member reads it."),
    # what people are told
    "payment_notice_refuted": _(
        "%(consortium)s cannot find the payment you announced, made on %(paid_on)s. Please log in"
        " to read why, and ask your bank."
    ),
    # what is refused of a match
    "already_assigned": _("The payment is put to members in full already."),
    "exceeds_payment": _("Only %(left)s %(unit)s can be put to the charges chosen."),
    "exceeds_open_amount": _(
        "Only %(open)s %(unit)s is open of charge %(number)s; allocate no more than that. What"
        " is paid beyond it stays on the member's account."
    ),
    "allocation_exceeds_credit": _("The member has only %(credit)s %(unit)s on its account."),
    "other_unit": _(
        "Charge %(number)s is in %(unit)s and cannot be paid in %(paid_in)s; nothing is exchanged"
        " here. Put the payment on the member's account."
    ),
    "other_member": _(
        "%(member)s is not whom this belongs to: choose the charge's own member, in the payment's"
        " own consortium."
    ),
    "no_such_match": _("The payment has no match number %(number)s."),
    "match_used": _(
        "What was left of it on the account of %(member)s is used since; undo that first."
    ),
    "already_reversed": _("This is undone already."),
    "nothing_to_reverse": _("Nothing is booked that could be undone."),
    "payer_missing": _("Enter the payer's name, the account, or both."),
    "alias_of_another": _("%(member)s belongs to another consortium."),
    # what is refused of a statement
    "statement_unreadable": _(
        "The file is no bank statement that can be read: XLSX, XLS, CSV, camt.053 or MT940. Ask"
        " the bank for one of these, or open the file and save it as XLSX."
    ),
    "statement_too_large": _(
        "The file is too large; a statement has at most 5 MB and %(rows)s rows. Ask for a shorter"
        " period."
    ),
    "statement_forbidden_xml": _(
        "The file declares a document type or entities, which no bank's statement does; it is not"
        " read."
    ),
    "statement_no_header": _(
        "None of the first %(rows)s rows names the day and the amount of a line; say which columns"
        " hold them."
    ),
    "statement_no_column": _("These columns are missing or unknown: %(columns)s."),
    "statement_several": _(
        "The file holds more than one account or currency (%(found)s); import each by itself."
    ),
    "statement_not_a_day": _("%(cell)s: “%(value)s” is no day; write it as 2026-03-31."),
    "statement_not_an_amount": _("%(cell)s: “%(value)s” is no amount."),
    "statement_no_side": _("%(cell)s: “%(value)s” does not say whether money came or went."),
    "statement_both_sides": _("%(cell)s: the line says that money came and went at once."),
    "statement_no_day": _("%(cell)s: the line has an amount, and no day."),
    "statement_other_unit": _("The statement is in %(found)s, not in %(unit)s."),
    "statement_line_refused": _("Line %(row)s: %(why)s"),
    "layout_unnamed": _("Give the layout a name, such as the bank's."),
    # what is due
    "receipts_to_match": _("Receipts to match: %(count)s"),
    # what a check finds
    # what was done
    "did_import_statement": _("Bank statement imported"),
    "did_notice_payment": _("Payment announced"),
    "did_refute_notice": _("Payment notice refuted"),
    "did_save_layout": _("Statement layout saved"),
    "did_drop_layout": _("Statement layout dropped"),
    "did_confirm_safe": _("Safe matches confirmed"),
    "did_record_payment": _("Payment recorded"),
    "did_withdraw_payment": _("Payment taken back"),
    "did_match_payment": _("Payment put to a member"),
    "did_undo_match": _("Match undone"),
    "did_allocate_credit": _("Credit allocated"),
    "did_undo_allocation": _("Allocated credit put back"),
    "did_name_payer": _("Payer named"),
    "did_drop_alias": _("Payer forgotten"),
}
