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
    LEVY_INCOME = "levy_income", pgettext_lazy("account", "Income from levies")


class Channel(TextChoices):
    """How a declaration came in."""

    REST = "rest", pgettext_lazy("channel", "Online")
    PAPER = "paper", pgettext_lazy("channel", "On paper")
    RECORDED = "recorded", pgettext_lazy("channel", "From a published record")
