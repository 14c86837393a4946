"""What staff do with patents: register, record, enter an owner's word, charge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import words
from consortium.access import in_one_transaction
from consortium.admin.acts import Act, ActWithin, FigureField, Scoped
from consortium.operations.documents import file_document
from ip.models import (
    Instruction,
    OwnershipShare,
    PatentApplication,
    PatentEvent,
    PatentFamily,
    PatentFee,
    Result,
)
from ip.operations.instructing import enter_instruction
from ip.operations.patent_fees import Paid, charge_owners, record_fee, undo_fee
from ip.operations.patents import (
    Planned,
    record_event,
    register_application,
    register_family,
)
from ip.reports.patents import Due, called, due_of, with_all
from ip.rules.offices import Applicants, RightKind, Route, Size, offices
from ip.rules.patent_docket import Choice, State
from ip.rules.patents import Happening
from ip.states import APPLICANTS, CHOICES, HAPPENINGS, RIGHT_KINDS, ROUTES, SIZES


def office_choices() -> list[tuple[str, str]]:
    return [(each.code, f"{each.code} · {each.name.pick(words.language())}")
            for each in offices().offices]  # fmt: skip


def filed(act: Act, write: Any) -> Any:
    """File the scan that was uploaded, if any, and write in the same transaction."""
    sent = act.cleaned_data["paper"]
    if sent is None:
        return write(None)

    def do() -> Any:
        document = file_document(
            consortium=act.consortium, name=sent.name, content=sent.read(), **act.who
        )
        try:
            return write(document)
        except BaseException:
            document.file.delete(save=False)
            raise

    return in_one_transaction(do)


class RegisterFamily(ActWithin):
    name, title, icon = "add", _("Register a patent family"), "workspace_premium"
    operation = "ip.register_family"
    note = _("The applications for one result that go back to the same first filing.")
    result = forms.ModelChoiceField(queryset=Result.objects.none(), label=_("result"))
    title_filed = forms.CharField(label=_("title"), max_length=200)

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        rows = Result.objects.filter(consortium__in=here).order_by("number")
        self.fields["result"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        result = self.cleaned_data.get("result")
        if result is not None and result.consortium != self.cleaned_data.get("consortium_choice"):
            self.add_error("result", _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> PatentFamily:
        data = self.cleaned_data
        return register_family(result=data["result"], title=data["title_filed"], **self.who)


class RegisterApplication(Act):
    name, title, icon = "apply", _("Register an application"), "note_add"
    operation = "ip.register_application"
    note = _("Filed or planned; record the filing itself on the application's page.")
    office = forms.ChoiceField(label=_("patent office"))
    kind = forms.ChoiceField(label=_("kind of right"), choices=RIGHT_KINDS)
    route = forms.ChoiceField(label=_("route"), choices=ROUTES)
    priority_on = forms.DateField(label=_("claims priority of"), required=False)
    priority_restored = forms.BooleanField(label=_("priority restored"), required=False)
    applicants = forms.ChoiceField(label=_("applicants"), choices=APPLICANTS)
    size = forms.ChoiceField(label=_("size for fees"), choices=SIZES)

    def prepare(self) -> None:
        self.fields["office"].choices = office_choices()  # type: ignore[attr-defined]
        self.fields["priority_on"].initial = self.subject.priority_on

    def write(self) -> PatentApplication:
        data = self.plain("office", "priority_on", "priority_restored")
        for name, kind in (("kind", RightKind), ("route", Route), ("applicants", Applicants),
                           ("size", Size)):  # fmt: skip
            data[name] = kind(self.cleaned_data[name])
        return register_application(family=self.subject, planned=Planned(**data), **self.who)


class RecordEvent(Act):
    name, title, icon = "record", _("Record what happened"), "event_available"
    operation = "ip.record_event"
    submit, done = _("Record"), _("It is recorded; what is due is computed anew.")
    note = _("Recorded again, the later word counts.")
    kind = forms.ChoiceField(label=_("what happened"), choices=HAPPENINGS)
    happened_on = forms.DateField(label=_("happened on"))
    number = forms.CharField(label=_("number"), max_length=40, required=False)
    paper = forms.FileField(label=_("scan"), required=False)

    def write(self) -> PatentEvent:
        data = self.plain("happened_on", "number")
        kind = Happening(self.cleaned_data["kind"])
        return filed(
            self,
            lambda paper: record_event(
                application=self.subject, kind=kind, paper=paper, **data, **self.who
            ),
        )


def said(due: Due) -> str:
    deadline = due.deadline
    return f"{called(deadline.code, deadline.part)} · {words.day(deadline.due_on)}"


class AboutSomethingDue(Act):
    """An act on one thing that is due, chosen first."""

    what = forms.ChoiceField(label=_("what is due"))

    def prepare(self) -> None:
        application = with_all(PatentApplication.objects.all()).get(pk=self.subject.pk)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (
                f"{each.deadline.code}:{each.deadline.part}",
                said(each),
            )
            for each in due_of(application, self.now)
            if self.takes(each)
        ]

    @property
    def now(self) -> Any:
        return self.who["on"]

    def takes(self, due: Due) -> bool:
        return due.deadline.act

    @property
    def about(self) -> dict[str, Any]:
        code, _colon, part = self.cleaned_data["what"].partition(":")
        return {"code": code, "part": part}


class EnterInstruction(AboutSomethingDue):
    name, title, icon = "instruct", _("Enter an owner's instruction"), "rule"
    operation = "ip.enter_instruction"
    submit, done = _("Enter"), _("It is entered; the other owners are told of a wish to drop.")
    note = _(
        "One owner that pays keeps the right for all; it is dropped where every owner says so."
    )
    share = forms.ModelChoiceField(
        queryset=OwnershipShare.objects.none(), label=pgettext_lazy("ownership", "owner")
    )
    choice = forms.ChoiceField(label=_("instruction"), choices=CHOICES)
    paper = forms.FileField(label=_("scan"), required=False)

    def prepare(self) -> None:
        super().prepare()
        shares = self.subject.family.result.shares.on(self.now).select_related("owner")
        self.fields["share"].queryset = shares  # type: ignore[attr-defined]

    def takes(self, due: Due) -> bool:
        return due.deadline.act and due.state not in (State.PAID, State.MISSED)

    def write(self) -> Instruction:
        choice, share = Choice(self.cleaned_data["choice"]), self.cleaned_data["share"]
        return filed(
            self,
            lambda paper: enter_instruction(
                share=share, application=self.subject, choice=choice, paper=paper,
                **self.about, **self.who,
            ),
        )  # fmt: skip


class RecordFee(AboutSomethingDue):
    name, title, icon = "pay", _("Record a fee that was paid"), "payments"
    operation = "ip.record_fee"
    submit, done = _("Record"), _("The fee is recorded.")
    note = _("What was paid to the office, surcharge included. A year paid settles earlier ones.")
    paid_on = forms.DateField(label=_("paid on"))
    amount = FigureField(label=_("amount"))
    unit = forms.CharField(label=_("currency"), max_length=3)
    payer = Scoped(
        PatentFee._meta.get_field("payer"),
        label=pgettext_lazy("fee", "paid by"),
        required=False,
        help_text=_("An owner that paid it itself; leave it empty where the consortium paid."),
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["unit"].initial = offices().office(self.subject.office).currency

    def write(self) -> PatentFee:
        data = self.plain("paid_on", "amount", "unit", "payer")
        payment = Paid(**self.about, **data)
        return record_fee(application=self.subject, payment=payment, **self.who)


class UndoFee(Act):
    name, title, icon = "undo", _("Undo"), "undo"
    operation, variant = "ip.undo_fee", "danger"
    note = _("Of a fee recorded by mistake; it is due again.")

    @classmethod
    def fits(cls, subject: PatentFee) -> bool:
        return subject.undoes_id is None and not hasattr(subject, "undone_by")

    def write(self) -> PatentFee:
        return undo_fee(fee=self.subject, **self.who)


class ChargeOwners(Act):
    name, title, icon = "charge", _("Charge the owners"), "request_quote"
    operation, variant = "ip.charge_owners", "primary"
    submit, done = pgettext_lazy("act", "Charge"), _("The owners are charged.")
    note = _(
        "Each by its share on the day of payment, by the charter's levy for patent fees; what"
        " cannot be divided goes to whose part lost most by rounding."
    )

    @classmethod
    def fits(cls, subject: PatentFee) -> bool:
        return UndoFee.fits(subject) and subject.payer_id is None

    def write(self) -> PatentFee:
        charge_owners(fee=self.subject, **self.who)
        fee: PatentFee = self.subject
        return fee
