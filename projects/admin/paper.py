"""What came on paper: whole proposals, and single signatures."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import clock
from consortium.admin.acts import Act
from consortium.errors import DomainError
from consortium.models import Document, Member, Organization
from consortium.operations.documents import file_document
from projects.admin.lines import (
    MomentField,
    TableField,
    amount,
    organization,
    part,
    placed,
)
from projects.models import Call, Participant, Proposal
from projects.operations.entering import OnPaper, enter_proposal
from projects.operations.proposals import sign_on_paper, withdraw_on_paper
from projects.operations.writing import Draft, Line, Party

CONTENT = "content_"
PARTIES = ("organization", "part", "work_share", "cost_share", "signatory", "paper_on")
BUDGET = ("organization", "category", "year", "amount", "own")


def over(call: Call) -> bool:
    """Say whether a call has closed for good."""
    return clock.now() > (call.ends_at or call.closes_at)


class WithScan(Act):
    """An act on a paper of which there may be a scan, filed with it or not at all."""

    scan = forms.FileField(
        label=_("scan"), required=False, help_text=_("PDF or picture, at most 20 MB.")
    )

    def write(self) -> Any:
        filed = None
        try:
            with transaction.atomic():
                filed = self.filed()
                return self.enter(filed)
        except DomainError:
            if filed is not None:
                filed.file.delete(save=False)
            raise

    def enter(self, paper: Document | None) -> Any:
        raise NotImplementedError

    def filed(self) -> Document | None:
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        return file_document(
            consortium=self.consortium, name=scan.name, content=scan.read(), **self.who
        )


class SignOnPaper(WithScan):
    """Enter the signature of a participant that signed on paper."""

    name, title, icon = "sign", _("Enter a signature on paper"), "signature"
    operation = "projects.sign_on_paper"
    submit, done = _("Enter the signature"), _("The signature is entered.")
    note = _(
        "For a draft whose other participants sign online. What the draft says is theirs alone"
        " until it is submitted; here only who waits for whose signature is shown."
    )
    participant = forms.ModelChoiceField(Participant.objects.none(), label=_("participant"))
    signatory = forms.CharField(label=_("signed by"), max_length=150)
    paper_on = forms.DateField(label=_("date on the paper"))

    def prepare(self) -> None:
        waiting = Participant.objects.filter(
            version__proposal__call=self.subject, version__submitted_at=None, signed_at=None
        ).select_related("organization", "version__proposal__lead__organization")
        field = self.fields["participant"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = waiting.order_by("pk")
        field.label_from_instance = self.named  # type: ignore[assignment]

    def named(self, row: Any) -> str:
        return f"{row.organization} ← {row.version.proposal.lead}"

    @classmethod
    def fits(cls, subject: Call) -> bool:
        return subject.published_at is not None and not over(subject)

    def enter(self, paper: Document | None) -> Participant:
        data = self.plain("participant", "signatory", "paper_on")
        return sign_on_paper(**data, paper=paper, at=clock.now(), **self.who)


class WithdrawOnPaper(WithScan):
    """Enter that a proposal's lead has withdrawn it on paper."""

    name, title, icon = "withdraw", _("Withdraw on paper"), "undo"
    operation = "projects.withdraw_on_paper"
    submit, done = _("Enter the withdrawal"), _("The proposal is withdrawn; all in it are told.")
    note = _("For a lead that withdraws its proposal by letter.")
    signatory = forms.CharField(label=_("signed by"), max_length=150)
    paper_on = forms.DateField(label=_("date on the paper"))

    @classmethod
    def fits(cls, subject: Proposal) -> bool:
        return subject.withdrawn_at is None and not subject.decisions.exists()

    def enter(self, paper: Document | None) -> Proposal:
        data = self.plain("signatory", "paper_on")
        return withdraw_on_paper(
            proposal=self.subject, **data, paper=paper, at=clock.now(), **self.who
        )


class EnterProposal(WithScan):
    """Enter a whole proposal that came on paper, and submit it as of when it came."""

    name, title, icon = "paper", _("Enter a proposal on paper"), "edit_document"
    operation = "projects.enter_proposal"
    submit, done = _("Enter and submit"), _("The proposal is submitted.")
    note = _("The paper is the legal act: enter what it says, who signed it and when it came in.")
    member = forms.ModelChoiceField(Member.objects.none(), label=_("lead"))
    received_at = MomentField(label=_("received at"))
    title_given = forms.CharField(label=_("title"), max_length=200)
    summary = forms.CharField(label=_("summary"), widget=forms.Textarea, required=False)
    theme = forms.ChoiceField(label=_("topic"), required=False)
    months = forms.IntegerField(label=_("months"), min_value=1, max_value=600)
    parties = TableField(
        *PARTIES,
        required_columns=4,
        label=_("participants"),
        help_text=_(
            "A line each: organization | lead, partner or subcontractor | share of the work |"
            " share of the cost | signed by | date on the paper"
        ),
    )
    budget = TableField(
        *BUDGET,
        required_columns=4,
        label=_("budget"),
        help_text=_("A line each: organization | category | year | amount | of which own money"),
    )

    def prepare(self) -> None:
        call = self.subject
        self.fields["member"].queryset = (  # type: ignore[attr-defined]
            Member.objects.filter(consortium=call.consortium)
            .on(clock.today(call.consortium))
            .select_related("organization")
            .order_by("organization__name_en", "pk")
        )
        terms = call.rules()
        topics = [(each.code, each.label.pick(self.request.LANGUAGE_CODE)) for each in terms.themes]
        self.fields["theme"].choices = [("", "—"), *topics]  # type: ignore[attr-defined]
        for asked in terms.fields:
            self.fields[f"{CONTENT}{asked.code}"] = forms.CharField(
                label=asked.label.pick(self.request.LANGUAGE_CODE),
                widget=forms.Textarea,
                required=False,
            )

    @classmethod
    def fits(cls, subject: Call) -> bool:
        return subject.published_at is not None

    def clean_parties(self) -> list[tuple[Party, OnPaper | None]]:
        return [self.party(row) for row in self.cleaned_data["parties"]]

    def party(self, row: dict[str, str]) -> tuple[Party, OnPaper | None]:
        """Return a participant and its signature from a line."""
        party = Party(
            organization=organization(row["organization"], self.by, self.today),
            part=part(row["part"]),
            work_share=amount(row["work_share"]),
            cost_share=amount(row["cost_share"]),
        )
        if "signatory" not in row:
            return party, None
        try:
            paper_on = date.fromisoformat(row.get("paper_on", ""))
        except ValueError:
            raise forms.ValidationError(gettext("Write each date as 2027-03-31.")) from None
        return party, OnPaper(signatory=row["signatory"], paper_on=paper_on)

    def clean_budget(self) -> list[tuple[Organization, Line]]:
        return [self.line(row) for row in self.cleaned_data["budget"]]

    def line(self, row: dict[str, str]) -> tuple[Organization, Line]:
        """Return who spends what from a line; whoever it is takes part."""
        if not re.fullmatch(r"(19|20|21)\d\d", row["year"]):
            raise forms.ValidationError(gettext("Write each year with four digits."))
        spender = organization(row["organization"], self.by, self.today)
        parties = self.cleaned_data.get("parties", [])
        if parties and spender not in {party.organization for party, _signed in parties}:
            wrong = gettext("“%(name)s” has a budget, but does not take part.")
            raise forms.ValidationError(wrong % {"name": spender})
        own = amount(row.get("own") or "0")
        spent = amount(row["amount"])
        year = int(row["year"])
        return spender, Line(category=row["category"], year=year, amount=spent, own=own)

    def draft(self) -> Draft:
        data = self.cleaned_data
        parties = tuple(
            replace(
                party,
                budget=tuple(line for who, line in data["budget"] if who == party.organization),
            )
            for party, _signed in data["parties"]
        )
        content = {
            name.removeprefix(CONTENT): data[name] for name in data if name.startswith(CONTENT)
        }
        return Draft(
            title=data["title_given"],
            summary=data["summary"],
            theme=data["theme"],
            months=data["months"],
            content=content,
            participants=parties,
        )

    def enter(self, paper: Document | None) -> Call:
        data = self.cleaned_data
        received_at = placed(data["received_at"], self.consortium.time_zone)
        assert received_at is not None
        signatures = {
            party.organization: signed for party, signed in data["parties"] if signed is not None
        }
        enter_proposal(
            member=data["member"],
            call=self.subject,
            draft=self.draft(),
            signatures=signatures,
            paper=paper,
            received_at=received_at,
            at=clock.now(),
            **self.who,
        )
        call: Call = self.subject
        return call
