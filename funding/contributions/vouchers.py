"""The sentence for each code of vouchers."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # what is refused
    "voucher_number_missing": _("Enter the number that stands on it."),
    "voucher_number_taken": _("Number %(number)s of this kind is recorded already."),
    "voucher_in_the_future": _("%(issued_on)s is still to come; enter the day it was issued."),
    "voucher_for_nothing": _("Say which charges or payments it is for."),
    "voucher_exceeds_paid": _(
        "Only %(room)s %(unit)s of this is paid and has no voucher yet; it cannot be for more."
    ),
    "voucher_in_other_unit": _("It is in %(unit)s, but was paid in %(paid_in)s."),
    "already_red": _("A red voucher for it is recorded already; it is undone once."),
    "voucher_is_a_reversal": _("This is a red voucher itself; record a new one instead."),
    "voucher_reversed_too_early": _(
        "It was issued on %(issued_on)s; a red voucher cannot be older."
    ),
    "voucher_not_pdf": _("“%(name)s” is no PDF; file it as the issuing system saves it."),
    "already_has_file": _("Its file is there already."),
    # what is refused of a list
    "vouchers_unreadable": _("The file is no list that can be read; save it as XLSX or CSV."),
    "vouchers_too_many": _("The file is too large; at most %(rows)s rows come in at a time."),
    "vouchers_no_header": _(
        "No row at the top names the columns that are needed: %(columns)s. Download the list of"
        " what misses a voucher and fill it in."
    ),
    "vouchers_none": _("No row has a number; fill in those you have vouchers for."),
    "voucher_kind_unknown": _("%(cell)s: “%(value)s” is no kind of voucher."),
    "voucher_number_lost_digits": _(
        "%(cell)s: a spreadsheet keeps 15 digits of a number, and this one has more; make the"
        " column text and enter it again."
    ),
    "voucher_not_a_day": _("%(cell)s: “%(value)s” is no day; write it as 2026-03-31."),
    "voucher_not_an_amount": _("%(cell)s: “%(value)s” is no amount."),
    "voucher_row_refused": _("Row %(row)s: %(why)s"),
    "voucher_no_charge": _("There is no charge %(number)s."),
    "voucher_no_payment": _("There is no payment with the bank reference %(reference)s."),
    "voucher_payment_unclear": _(
        "Several accounts have a payment with the bank reference %(reference)s; name the charges."
    ),
    "voucher_member_unclear": _(
        "The payments (%(payments)s) are put to several members or to none; name the charges."
    ),
    # what was done
    "did_record_voucher": _("Voucher recorded"),
    "did_record_vouchers": _("List of vouchers recorded"),
    "did_reverse_voucher": _("Red voucher recorded"),
    "did_file_voucher": _("File of a voucher added"),
}
