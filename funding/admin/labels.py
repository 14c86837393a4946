"""What the parts of the charter's dues section are called."""

from django.utils.translation import gettext_lazy as _

from consortium.admin import labels
from funding.rules.choices import Issue, Visibility
from funding.states import GRADES

labels.add(
    names_={
        "dues": _("Dues"),
        "DuesSection.units": _("units in kind"),
        "levies": _("levies"),
        "Levy.label": _("name"),
        "Levy.categories": _("who owes it: categories, by their codes"),
        "unit": _("unit"),
        "trigger": _("when it falls due again"),
        "anchor": _("first day of a period"),
        "PeriodTrigger.months": _("months in a period"),
        "calendar": _("calendar of a round"),
        "opens": _("declarations open"),
        "closes": _("declarations close"),
        "assess": _("assessed"),
        "due": _("due"),
        "months": _("months"),
        "days": _("days"),
        "inputs": _("figures that members declare"),
        "Levy.basis": _("which figures count"),
        "fiscal_years_back": _("fiscal years back"),
        "rule": _("rule, line by line"),
        "Line.label": _("what the line is called"),
        "add": _("add"),
        "at_least": _("at least"),
        "at_most": _("at most"),
        "round": _("round to"),
        "const": _("amount"),
        "rate": _("rate"),
        "of": _("of the figure (code)"),
        "issue": _("charges leave"),
        "visibility": _("visible to"),
    },
    hints_={
        "unit": _("A currency such as CNY, or a unit in kind."),
        "rate": _("A part of 1: 0.01 is 1%."),
        "Levy.categories": _("Separated by commas: council, ordinary."),
        "CalendarOffset.days": _("Counted from the period's first day; negative: before it."),
        "anchor": _("Any day on which a period begins."),
    },
    choices_={
        "Issue": [
            (Issue.AUTOMATIC, _("By themselves on their day")),
            (Issue.CONFIRMED, _("After a second person confirms")),
        ],
        "Visibility": [
            (Visibility.MEMBERS, _("All members")),
            (Visibility.SECRET, _("The member itself and finance staff")),
        ],
        "Grade": GRADES,
    },
    options_={
        "Const": _("a fixed amount"),
        "Rate": _("a rate of a declared figure"),
        "MoneyInput": _("money"),
    },
    experts_=["Levy.calendar", "Levy.basis", "DuesSection.units", "Line.label"],
)
