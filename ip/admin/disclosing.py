"""Entering a result that was disclosed on paper."""

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import ActWithin
from consortium.models import Member, Organization
from funding.models import FundingInstrument
from ip.admin.reading import Reads, part, parts_field
from ip.models import Result
from ip.operations.disclosing import enter_disclosure
from ip.operations.soundness import Disclosure, Invention, Received
from ip.rules.choices import Confidentiality, ResultKind
from ip.states import CONFIDENTIALITIES, RESULT_KINDS
from projects.admin.acts import filed
from projects.admin.lines import TableField
from projects.models import Project

PLAIN = ("completed_on", "name_en", "name_zh", "summary", "tier", "field", "project",
         "work_package")  # fmt: skip
CODE = r"^[a-z0-9_-]*$"


class EnterDisclosure(Reads, ActWithin):
    """Enter a disclosure on paper; the charter of the day it was complete governs it."""

    name, title, icon = "add", _("Enter a result"), "lightbulb"
    operation = "ip.enter_disclosure"
    submit, done = _("Enter"), _("The result is entered; its owners are told.")
    note = _(
        "Who owns it follows from the charter in force on the day it was complete, unless an"
        " agreement on paper says otherwise."
    )
    member = forms.ModelChoiceField(Member.objects.none(), label=_("disclosed by"))
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("kind of result"), choices=RESULT_KINDS)
    confidentiality = forms.ChoiceField(label=_("who may read it"), choices=CONFIDENTIALITIES)
    completed_on = forms.DateField(label=_("complete on"))
    disclosed_on = forms.DateField(label=_("disclosed on"))
    project = forms.ModelChoiceField(Project.objects.none(), label=_("project"), required=False)
    work_package = forms.RegexField(
        CODE, label=_("work package"), max_length=50, required=False,
        help_text=_("Its code in the project’s plan."),
    )  # fmt: skip
    tier = forms.RegexField(CODE, label=_("tier"), max_length=50, required=False)
    field = forms.RegexField(
        CODE, label=_("field of business"), max_length=50, required=False,
        help_text=_("Where the project recorded whose core business each is."),
    )  # fmt: skip
    summary = forms.CharField(label=_("what it is"), widget=forms.Textarea, required=False)
    contributions = parts_field(_("contributions"))
    inventors = TableField(
        "name", "employer", "part", required_columns=1, label=_("inventors"),
        help_text=_("A line each: name | employer | part; together exactly 1."),
    )  # fmt: skip
    instruments = TableField(
        "instrument", label=_("paid by"),
        help_text=_("A line each: the contract number or title of the funding."),
    )  # fmt: skip
    agreed = parts_field(pgettext_lazy("ownership", "owners, where agreed otherwise"))
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        for name, model in (("member", Member), ("project", Project)):
            rows = model._default_manager.filter(consortium__in=here).order_by("pk")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["confidentiality"].initial = Confidentiality.PROJECT.value

    def clean_contributions(self) -> dict[Organization, Fraction]:
        return self.parts(self.cleaned_data["contributions"])

    def clean_agreed(self) -> dict[Organization, Fraction]:
        return self.parts(self.cleaned_data["agreed"])

    def clean_inventors(self) -> tuple[Invention, ...]:
        return tuple(self.inventor(row) for row in self.cleaned_data["inventors"])

    def inventor(self, row: dict[str, str]) -> Invention:
        """Return a line's inventor; who has no employer is for the operation to refuse."""
        employer = self.organization(row["employer"]) if row.get("employer") else None
        return Invention(row["name"], employer, part(row.get("part", "1")))

    def clean_instruments(self) -> tuple[FundingInstrument, ...]:
        return tuple(self.instrument(row["instrument"]) for row in self.cleaned_data["instruments"])

    def instrument(self, named: str) -> FundingInstrument:
        rows = FundingInstrument.objects.filter(
            consortium=self.cleaned_data.get("consortium_choice")
        )
        found = list((rows.filter(contract=named) | rows.filter(title=named)).distinct()[:2])
        if len(found) != 1:
            wrong = gettext("“%(name)s” is not the contract or title of one funding.")
            raise forms.ValidationError(wrong % {"name": named})
        return found[0]

    def clean(self) -> dict[str, Any]:
        for name in ("member", "project"):
            row = self.cleaned_data.get(name)
            if row is not None and row.consortium != self.cleaned_data.get("consortium_choice"):
                self.add_error(name, _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> Result:
        data = self.cleaned_data
        disclosure = Disclosure(
            kind=ResultKind(data["kind"]),
            confidentiality=Confidentiality(data["confidentiality"]),
            contributions=data["contributions"],
            inventors=data["inventors"],
            instruments=data["instruments"],
            **self.plain(*PLAIN),
        )
        return filed(
            self,
            "paper",
            lambda paper: enter_disclosure(
                member=data["member"],
                disclosure=disclosure,
                received=Received(data["disclosed_on"], paper, data["agreed"]),
                **self.who,
            ),
        )
