"""What is said of a cut-over: what is wrong in which cell, and what to do."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "already_cut_over": _("The consortium moved in on %(on)s; that is done once."),
    "books_begun": _(
        "Something is booked already. A cut-over opens empty books; take what was booked for a"
        " try to another consortium."
    ),
    "cutover_ahead": _("The cut-over day, %(day)s, has not come; until then check the file only."),
    "cutover_other_half": _("Of the two people one has to be secretary and the other finance."),
    "cutover_file_changed": _(
        "The file is missing or no longer the one that was proposed; propose it again."
    ),
    "cutover_unreadable": _(
        "This is no XLSX workbook that can be read; download the template and fill it in."
    ),
    "cutover_too_large": _(
        "The workbook is too large: at most 5 MB, and %(rows)s rows on each sheet."
    ),
    "cutover_sheet_missing": _(
        "Sheets are missing: %(missing)s. Keep all sheets of the template, empty ones too."
    ),
    "cutover_cell": _("Cell %(sheet)s!%(cell)s: %(why)s"),
    "cutover_column_missing": _(
        "Columns are missing (%(missing)s), or the hidden first row with their codes; copy your"
        " rows into a new template."
    ),
    "cutover_formula": _("This is a formula; paste its value instead."),
    "cutover_cell_empty": _("This cell has to be filled in."),
    "cutover_cell_too_long": _("At most %(longest)s characters fit; shorten it."),
    "cutover_no_day": _("“%(value)s” is no day; write it as 2026-07-01."),
    "cutover_no_amount": _("“%(value)s” is no amount; write a number, zero or more."),
    "cutover_no_choice": _("“%(value)s” is none of the choices; choose from: %(choices)s."),
    "cutover_digits": _(
        "A spreadsheet keeps 15 digits of a number; format the cell as text and write it again."
    ),
    "cutover_repeated": _("Row %(row)s says it already; delete one of the two."),
    "cutover_unknown_organization": _(
        "“%(name)s” is no organization known here; list it on the sheet organizations, and write"
        " its registration number or exact name."
    ),
    "cutover_ambiguous": _(
        "More than one organization is called “%(name)s”; write its registration number."
    ),
    "cutover_no_member": _("%(name)s is no member; list it on the sheet members."),
    "cutover_unknown_category": _(
        "The charter of the cut-over day has no category “%(category)s”. It has: %(known)s."
    ),
    "cutover_no_email": _("“%(email)s” is no mail address."),
    "cutover_other_unit": _(
        "The levy “%(levy)s” is in %(unit)s, and this says %(found)s; correct the unit, or the"
        " levy."
    ),
    "cutover_after_day": _(
        "It was issued after the cut-over day, %(on)s; leave it out and let the new books charge"
        " it."
    ),
    "cutover_due_before_issue": _("It would be due before it was issued, on %(issued_on)s."),
    "cutover_nothing_open": _("Nothing is open; delete the row."),
    "cutover_total_differs": _(
        "The rows come to %(found)s %(unit)s (debits less credits), the control total says"
        " %(said)s; find what is missing or twice."
    ),
    "cutover_total_missing": _(
        "There is no control total for the account %(account)s in %(unit)s, where the rows come"
        " to %(found)s (debits less credits)."
    ),
    # what was done
    "did_propose_cutover": _("Cut-over proposed"),
    "did_confirm_cutover": _("Cut-over done"),
    # what a check finds
    "opening_altered": _("What was brought over at the cut-over was altered."),
    "cutover_file_lost": _("The file of the cut-over is missing or was altered."),
}
