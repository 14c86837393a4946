"""Closed choices of the money side, with their labels."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from consortium.states import labelled
from funding.rules.choices import Grade, InstrumentKind, Standing

GRADES = labelled(
    {
        Grade.DECLARED: pgettext_lazy("grade", "Declared"),
        Grade.CERTIFIED: pgettext_lazy("grade", "Certified"),
        Grade.AUDITED: pgettext_lazy("grade", "Audited"),
        Grade.ESTIMATED: pgettext_lazy("grade", "Estimated"),
    }
)


class AccountKind(TextChoices):
    """What an account stands for; the first two are kept per member."""

    RECEIVABLE = "receivable", pgettext_lazy("account", "Receivable from members")
    ON_ACCOUNT = "on_account", pgettext_lazy("account", "Credit on account")
    BANK = "bank", pgettext_lazy("account", "Bank")
    UNASSIGNED = "unassigned", pgettext_lazy("account", "Receipts not yet assigned")
    LEVY_INCOME = "levy_income", pgettext_lazy("account", "Income from levies")
    LATE_INCOME = "late_income", pgettext_lazy("account", "Income from late interest and fees")
    WAIVED = "waived", pgettext_lazy("account", "Dues waived")
    WRITTEN_OFF = "written_off", pgettext_lazy("account", "Bad debts written off")
    SURPLUS = "surplus", pgettext_lazy("account", "Accumulated surplus")
    OPENING = "opening", pgettext_lazy("account", "Opening balance from the cut-over")


MEMBER_ACCOUNTS = frozenset({AccountKind.RECEIVABLE, AccountKind.ON_ACCOUNT})
"""Kept per member; the others once per consortium and unit."""

RESULT_ACCOUNTS = frozenset(
    {
        AccountKind.LEVY_INCOME,
        AccountKind.LATE_INCOME,
        AccountKind.WAIVED,
        AccountKind.WRITTEN_OFF,
    }
)
"""Income and expense: carried over to the surplus when a year is closed."""

CHART = {
    AccountKind.BANK: "1000",
    AccountKind.RECEIVABLE: "1200",
    AccountKind.UNASSIGNED: "2000",
    AccountKind.ON_ACCOUNT: "2100",
    AccountKind.SURPLUS: "3000",
    AccountKind.OPENING: "3100",
    AccountKind.LEVY_INCOME: "4000",
    AccountKind.LATE_INCOME: "4100",
    AccountKind.WAIVED: "5000",
    AccountKind.WRITTEN_OFF: "5100",
}
"""The account numbers of who has not given its own."""


class Entry(TextChoices):
    """What a line of a member's statement is."""

    CHARGE = "charge", pgettext_lazy("entry", "Charge")
    CREDIT_NOTE = "credit_note", pgettext_lazy("entry", "Credit note")
    PAYMENT = "payment", pgettext_lazy("entry", "Payment")
    WAIVER = "waiver", pgettext_lazy("entry", "Waiver")
    WRITE_OFF = "write_off", pgettext_lazy("entry", "Write-off")
    CREDIT = "credit", pgettext_lazy("entry", "Credit by decision")
    REFUND = "refund", pgettext_lazy("entry", "Refund")
    REVERSAL = "reversal", pgettext_lazy("entry", "Reversal")
    ALLOCATION = "allocation", pgettext_lazy("entry", "Paid from credit on account")
    OPENING = "opening", pgettext_lazy("entry", "Credit brought over at the cut-over")
    OTHER = "other", pgettext_lazy("entry", "Other booking")


class Channel(TextChoices):
    """How a declaration came in."""

    REST = "rest", pgettext_lazy("channel", "Online")
    PAPER = "paper", pgettext_lazy("channel", "On paper")
    RECORDED = "recorded", pgettext_lazy("channel", "From a published record")
    ESTIMATED = "estimated", pgettext_lazy("channel", "Estimated by the charter's rule")


class CreditReason(TextChoices):
    """Why a member owes less than it was charged."""

    TRUE_UP = "true_up", pgettext_lazy("credit", "The dues were computed anew")
    CONCESSION = "concession", pgettext_lazy("credit", "Credited by decision")
    SURPLUS = "surplus", pgettext_lazy("credit", "Unused surplus returned")


class ConcessionKind(TextChoices):
    """What a concession does with money that is owed or on account."""

    WAIVER = "waiver", pgettext_lazy("concession", "Waiver")
    WRITE_OFF = "write_off", pgettext_lazy("concession", "Write-off")
    CREDIT = "credit", pgettext_lazy("concession", "Credit note")
    REFUND = "refund", pgettext_lazy("concession", "Refund")


class PlanEnd(TextChoices):
    """How a payment plan ended."""

    PAID = "paid", pgettext_lazy("plan", "Paid in full")
    BROKEN = "broken", pgettext_lazy("plan", "Broken: an instalment was missed")
    CANCELLED = "cancelled", pgettext_lazy("plan", "Cancelled")
    WITHDRAWN = "withdrawn", pgettext_lazy("plan", "Withdrawn before a decision")


class ExitOutcome(TextChoices):
    """What was decided about the end of a membership."""

    ENDED = "ended", pgettext_lazy("exit", "Membership ended")
    KEPT = "kept", pgettext_lazy("exit", "Membership kept")
    SETTLED = "settled", pgettext_lazy("exit", "Settled before the decision")


EXIT_DECISIONS = [each for each in ExitOutcome.choices if each[0] != ExitOutcome.SETTLED]
"""What a body decides; that it is settled is found by the sweep."""


class VoucherKind(TextChoices):
    """What paper a payer was given for its money, by whoever is entitled to issue it."""

    DUES_RECEIPT = "dues_receipt", pgettext_lazy("voucher", "Dues receipt")
    ORDINARY = "e_invoice_ordinary", pgettext_lazy("voucher", "Digital invoice (ordinary)")
    SPECIAL = "e_invoice_special", pgettext_lazy("voucher", "Digital invoice (special)")
    FUNDS_RECEIPT = "funds_receipt", pgettext_lazy("voucher", "Receipt for current funds")
    OTHER = "other_invoice", pgettext_lazy("voucher", "Other invoice")


class PaymentNoticeState(TextChoices):
    """What became of a member's word that it has paid."""

    UNKNOWN = "unknown", pgettext_lazy("payment notice", "Unknown")
    SETTLED = "settled", pgettext_lazy("payment notice", "Settled")
    REFUTED = "refuted", pgettext_lazy("payment notice", "Refuted")


class Screen(TextChoices):
    """Where secret figures were looked at."""

    DECLARATION = "declaration", pgettext_lazy("screen", "Declaration")
    DECLARATIONS = "declarations", pgettext_lazy("screen", "List of declarations")
    ASSESSMENT = "assessment", pgettext_lazy("screen", "Assessment")
    ASSESSMENTS = "assessments", pgettext_lazy("screen", "List of assessments")
    ROUND = "round", pgettext_lazy("screen", "Round")
    PREVIEW = "preview", pgettext_lazy("screen", "Preview of a dues run")
    WHAT_IF = "what_if", pgettext_lazy("screen", "What-if of a charter")
    EXPORT = "export", pgettext_lazy("screen", "Export")
    CHARGE = "charge", pgettext_lazy("screen", "Charge")
    CHARGES = "charges", pgettext_lazy("screen", "List of charges")
    CREDIT_NOTE = "credit_note", pgettext_lazy("screen", "Credit note")
    CREDIT_NOTES = "credit_notes", pgettext_lazy("screen", "List of credit notes")
    STATEMENT = "statement", pgettext_lazy("screen", "Statement of a member's account")
    LEDGER = "ledger", pgettext_lazy("screen", "Ledger")


STANDINGS = labelled(
    {
        Standing.GOOD: pgettext_lazy("standing", "In good standing"),
        Standing.LATE: pgettext_lazy("standing", "Late"),
        Standing.SUSPENDED: pgettext_lazy("standing", "Rights suspended"),
        Standing.EXIT_PROPOSED: pgettext_lazy("standing", "Exit proposed"),
    }
)

INSTRUMENTS = labelled(
    {
        InstrumentKind.OWN_MONEY: pgettext_lazy("instrument", "Own money"),
        InstrumentKind.GRANT: pgettext_lazy("instrument", "Grant"),
        InstrumentKind.RESEARCH_CONTRACT: pgettext_lazy("instrument", "Research contract"),
        InstrumentKind.INTEREST_FREE_LOAN: pgettext_lazy("instrument", "Interest-free loan"),
        InstrumentKind.CONDITIONAL_LOAN: pgettext_lazy("instrument", "Conditional loan"),
        InstrumentKind.BELOW_MARKET_LOAN: pgettext_lazy("instrument", "Loan below market rate"),
    }
)
"""How research is paid."""
