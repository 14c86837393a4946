"""How projects begin: of a proposal that was granted, or without a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import Act, ActWithin, FigureField
from consortium.models import Member
from projects.admin.lines import TableField, amount, organization, part
from projects.models import Project, Proposal
from projects.operations.start import Opening, Taking, open_project, start_project
from projects.rules.choices import Part
from projects.states import Outcome

PARTIES = ("organization", "part", "work_share", "cost_share")


class StartProject(Act):
    """Make a project of a proposal that was granted and is none yet."""

    name, title, icon = "start", _("Start a project"), "rocket_launch"
    operation = "projects.start_project"
    submit, done = _("Start"), _("The project is started; its participants are told.")
    note = _("It takes over participants, shares and budget.")
    starts_on = forms.DateField(label=_("from"), required=False)
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    @classmethod
    def fits(cls, subject: Proposal) -> bool:
        granted = subject.decisions.filter(outcome=Outcome.GRANTED).exists()
        return granted and not Project.objects.filter(proposal=subject).exists()

    def write(self) -> Project:
        return start_project(proposal=self.subject, **self.plain(), **self.who)


class OpenProject(ActWithin):
    """Open a project that no call led to."""

    name, title, icon = "add", _("Open a project without a call"), "rocket_launch"
    operation = "projects.open_project"
    submit, done = (
        pgettext_lazy("project", "Open"),
        _("The project is started; its participants are told."),
    )
    note = _("What a call led to becomes a project by itself once it is granted.")
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    theme = forms.SlugField(label=_("topic"), max_length=50, required=False)
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"))
    budget = FigureField(label=_("budget"), required=False)
    unit = forms.CharField(
        label=_("unit"),
        max_length=20,
        required=False,
        help_text=_("A currency; the consortium’s own if left out."),
    )
    parties = TableField(
        *PARTIES,
        required_columns=4,
        label=_("participants"),
        help_text=_(
            "A line each: organization | lead, partner or subcontractor | share of the work |"
            " share of the cost; shares of 1, together exactly 1"
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read the participants, once it is known where they take part."""
        data = self.cleaned_data
        if not self.errors:
            try:
                data["taking"] = [self.taking(row) for row in data["parties"]]
                data["lead"] = self.lead(data["taking"])
            except forms.ValidationError as error:
                self.add_error("parties", error)
        return data

    def taking(self, row: dict[str, str]) -> Taking:
        return Taking(
            organization(row["organization"], self.by, self.today),
            part(row["part"]),
            amount(row["work_share"]),
            amount(row["cost_share"]),
        )

    def lead(self, taking: list[Taking]) -> Member:
        """Return the member that leads by the lines."""
        leads = [each.organization for each in taking if each.part == Part.LEAD]
        rows = Member.objects.filter(consortium=self.consortium, organization__in=leads)
        found = rows.select_related("organization").first()
        if found is None:
            raise forms.ValidationError(gettext("One of the members leads."))
        return found

    def write(self) -> Project:
        opening = Opening(
            **self.plain(
                "lead", "taking", "starts_on", "ends_on", "name_en", "name_zh", "theme", "budget",
                "unit",
            )
        )  # fmt: skip
        return open_project(consortium=self.consortium, opening=opening, **self.who)
