"""Entering a declaration that a member made on paper."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import Act
from consortium.errors import DomainError
from consortium.models import Document, Member
from consortium.operations.documents import file_document
from funding.admin.figures import as_figures, paper_fields, refusals
from funding.admin.pages import due_of
from funding.models import Declaration, Round
from funding.operations.declarations import AlreadyDeclared, enter_declaration
from funding.operations.entering import Paper, is_known
from funding.reports.liability import liable
from funding.reports.rounds import Due

NAMES = ("organization__name_en", "organization__name_zh")


class EnterDeclaration(Act):
    """Enter figures that a member declared on paper."""

    name, title, icon = "paper", _("Enter a paper declaration"), "edit_document"
    operation = "funding.enter_declaration"
    submit, done = _("Enter"), _("The declaration is entered.")
    note = _("The paper is the legal act: enter what it says, who signed it and its date.")
    due: Due
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    scan = forms.FileField(
        label=_("scan"),
        required=False,
        help_text=_("PDF or picture, at most 20 MB."),
    )
    correction = forms.BooleanField(
        label=_("replaces an earlier declaration for this period"), required=False
    )

    class Media:
        css = {"all": ["funding/season.css"]}
        js = ["funding/figures.js"]

    @classmethod
    def fits(cls, subject: Round) -> bool:
        due = due_of(subject)
        return due is not None and bool(due.levy.inputs)

    def prepare(self) -> None:
        due = due_of(self.subject)
        assert due is not None
        self.due = due
        members = liable(consortium=self.subject.consortium, due=due).order_by(*NAMES)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["member"].initial = self.request.GET.get("member")
        self.fields["correction"].initial = "correction" in self.request.GET
        first = {"member": self.fields.pop("member")}
        self.fields = {**first, **paper_fields(self.subject, due), **self.fields}

    def perform(self) -> Any:
        """Return the declaration, or None with each refusal at its field.

        The same paper again, such as by a form sent twice, is no refusal.
        """
        try:
            return self.write()
        except DomainError as error:
            if isinstance(error, AlreadyDeclared) and is_known(self.paper, self.due.levy):
                return self.subject
            for name, text in refusals(error, self.due.levy):
                self.add_error(name if name in self.fields else None, text.split("\n"))
        return None

    @property
    def paper(self) -> Paper:
        cleaned = self.cleaned_data
        figures = as_figures(self.subject, self.due.levy, cleaned, cleaned["correction"])
        return Paper(cleaned["member"], figures, cleaned["signed_by"], cleaned["paper_on"])

    def write(self) -> Declaration:
        paper, filed = self.paper, None
        try:
            # Both or neither: a refused declaration leaves no scan behind.
            with transaction.atomic():
                filed = self.filed()
                return enter_declaration(
                    member=paper.member,
                    figures=paper.figures,
                    signed_by=paper.signed_by,
                    paper_on=paper.paper_on,
                    paper=filed,
                    **self.who,
                )
        except DomainError:
            if filed is not None:
                filed.file.delete(save=False)
            raise

    def filed(self) -> Document | None:
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        return file_document(
            consortium=self.consortium, name=scan.name, content=scan.read(), **self.who
        )
