"""Closed choices of the money side, with their labels."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from consortium.states import labelled
from funding.rules.choices import Grade

GRADES = labelled(
    {
        Grade.DECLARED: pgettext_lazy("grade", "Declared"),
        Grade.CERTIFIED: pgettext_lazy("grade", "Certified"),
        Grade.AUDITED: pgettext_lazy("grade", "Audited"),
        Grade.ESTIMATED: pgettext_lazy("grade", "Estimated"),
    }
)


class AccountKind(TextChoices):
    """What an account stands for; a member's receivable is kept per member."""

    RECEIVABLE = "receivable", pgettext_lazy("account", "Receivable from members")
    ON_ACCOUNT = "on_account", pgettext_lazy("account", "Credit on account")
    LEVY_INCOME = "levy_income", pgettext_lazy("account", "Income from levies")


class Channel(TextChoices):
    """How a declaration came in."""

    REST = "rest", pgettext_lazy("channel", "Online")
    PAPER = "paper", pgettext_lazy("channel", "On paper")
    RECORDED = "recorded", pgettext_lazy("channel", "From a published record")
    ESTIMATED = "estimated", pgettext_lazy("channel", "Estimated by the charter's rule")


class CreditReason(TextChoices):
    """Why a member owes less than it was charged."""

    TRUE_UP = "true_up", pgettext_lazy("credit", "The dues were computed anew")


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
