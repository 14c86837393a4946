"""What finance staff do on a round: enter paper, assess, issue charges."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin.acts import Act, FigureField
from consortium.errors import DomainError
from consortium.models import Document, Member
from consortium.operations.documents import file_document
from consortium.words import explain
from funding.models import Declaration, Round
from funding.operations.assess import assess
from funding.operations.declarations import Figures, enter_declaration
from funding.operations.runs import propose_run
from funding.reports.liability import liable
from funding.reports.rounds import Due, governing
from funding.rules.choices import Grade, Issue
from funding.states import GRADES
from funding.words import label

FIGURE = "figure_"


def due_of(round: Round) -> Due | None:
    """Return what governs a round, or None where its charter no longer says."""
    try:
        return governing(
            consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on
        )
    except DomainError:
        return None


class EnterDeclaration(Act):
    """Enter figures that a member declared on paper."""

    name, title, icon = "paper", _("Enter a paper declaration"), "edit_document"
    operation, variant = "funding.enter_declaration", "primary"
    submit, done = _("Enter"), _("The declaration is entered.")
    note = _("The paper is the legal act: enter what it says, who signed it and its date.")
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    grade = forms.ChoiceField(label=_("grade"), choices=GRADES)
    fiscal_year_ends_on = forms.DateField(label=_("fiscal year ended on"), required=False)
    signed_by = forms.CharField(label=_("signed on paper by"), max_length=150)
    paper_on = forms.DateField(label=_("date on the paper"))
    scan = forms.FileField(
        label=_("scan"),
        required=False,
        help_text=_("PDF or picture, at most 20 MB."),
    )
    correction = forms.BooleanField(
        label=_("replaces an earlier declaration for this period"), required=False
    )

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and bool(due.levy.inputs)

    def prepare(self) -> None:
        due = due_of(self.subject)
        assert due is not None
        members = liable(consortium=self.subject.consortium, due=due)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["member"].initial = self.request.GET.get("member")
        figures = {
            FIGURE + name: FigureField(
                label=label(each.label), help_text=gettext("in %(unit)s") % {"unit": due.levy.unit}
            )
            for name, each in due.levy.inputs.items()
        }
        first = {"member": self.fields.pop("member")}
        self.fields = {**first, **figures, **self.fields}

    def write(self) -> Declaration:
        figures = Figures(
            levy=self.subject.levy,
            period_starts_on=self.subject.starts_on,
            values=self.values(),
            fiscal_year_ends_on=self.cleaned_data["fiscal_year_ends_on"],
            grade=Grade(self.cleaned_data["grade"]),
            correction=self.cleaned_data["correction"],
        )
        filed = None
        try:
            # Both or neither: a refused declaration leaves no scan behind.
            with transaction.atomic():
                filed = self.filed()
                return enter_declaration(
                    member=self.cleaned_data["member"],
                    figures=figures,
                    **self.plain("signed_by", "paper_on"),
                    paper=filed,
                    **self.who,
                )
        except DomainError:
            if filed is not None:
                filed.file.delete(save=False)
            raise

    def values(self) -> dict[str, Decimal]:
        return {
            name.removeprefix(FIGURE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(FIGURE) and value is not None
        }

    def filed(self) -> Document | None:
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        return file_document(
            consortium=self.consortium, name=scan.name, content=scan.read(), **self.who
        )


class AssessNow(Act):
    """Assess whoever is on the roll of a levy whose charges leave by themselves."""

    name, title, icon = "assess", _("Assess and charge now"), "calculate"
    operation, submit = "funding.assess", _("Assess and charge")
    note = _(
        "Every liable member that has declared and is not assessed yet is assessed and charged now."
    )
    done = _("Done.")

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and due.levy.issue == Issue.AUTOMATIC

    def write(self) -> Round:
        batch = assess(round=self.subject, **self.who)
        for entry, error in batch.refused:
            messages.warning(self.request, f"{entry.party.name}: {explain(error)}")
        said = ngettext("%(count)s member assessed.", "%(count)s members assessed.", batch.written)
        messages.info(self.request, said % {"count": batch.written})
        round: Round = self.subject
        return round


class ProposeRun(Act):
    """Propose what the preview says for a second person to confirm."""

    name, title, icon = "propose", _("Propose the run"), "request_quote"
    operation, submit = "funding.propose_run", _("Propose")
    note = _("What the preview says is issued when a second person has confirmed it.")
    done = _("The run is proposed. A second person has to confirm it.")

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and due.levy.issue == Issue.CONFIRMED

    def write(self) -> Round:
        propose_run(round=self.subject, **self.who)
        round: Round = self.subject
        return round


def schedule_days(due: Due, on: date) -> list[dict[str, Any]]:
    """Return the round's four days, each said with whether it has come."""
    days = due.schedule
    named = [
        (gettext("Opens"), days.opens_on),
        (gettext("Closes"), days.closes_on),
        (gettext("Assessed"), days.assess_on),
        (gettext("Due"), days.due_on),
    ]
    return [{"title": title, "day": words.day(day), "past": day <= on} for title, day in named]
