"""What staff do about payment plans: propose with instalments, agree, refuse, cancel."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from consortium import words
from consortium.admin.acts import Act, FigureField, Scoped
from consortium.admin.standing import standing
from consortium.models import Consortium, Member
from funding.models import Charge, Concession, PaymentPlan
from funding.operations.plans import (
    amend_plan,
    cancel_plan,
    grant_plan,
    propose_plan,
    refuse_plan,
    withdraw_plan,
)
from funding.reports.open_items import open_amounts
from funding.rules.plans import Instalment, monthly

MOST = 60


class ProposePlan(Act):
    """Propose a plan: equal monthly instalments are suggested, then sent as they stand."""

    name, title, icon = "add", _("Agree on a payment plan"), "calendar_month"
    operation, submit = "funding.propose_plan", _("Go on")
    done = _("The plan is recorded. Above the charter's limit it waits for a second person.")
    note = _(
        "While a plan is kept, its charges are not dunned. Leave the instalments empty to have"
        " equal ones suggested; then change them as agreed, and send them."
    )
    charges = forms.ModelMultipleChoiceField(Charge.objects.none(), label=_("charges"))
    charge = Scoped(Concession._meta.get_field("charge"), label=_("charge"))
    count = forms.IntegerField(
        label=_("number of instalments"), min_value=2, max_value=MOST, initial=3, required=False
    )
    first_on = forms.DateField(label=_("first one due on"), required=False)
    schedule = forms.CharField(
        label=_("instalments"),
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("One a line: the day and the amount, such as “2026-04-01 1,250.00”."),
    )
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "charges" in self.fields:
            field = self.fields["charges"]
            assert isinstance(field, forms.ModelMultipleChoiceField)
            field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.choices)
            field.widget.choices = field.choices

    def prepare(self) -> None:
        """Offer what is open of the member that is asked for; else any one charge."""
        if self.asked is None:
            del self.fields["charges"]
            return
        del self.fields["charge"]
        field = self.fields["charges"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        open_ = open_amounts(self.seen().filter(member=self.asked).values_list("pk", flat=True))
        field.queryset = self.seen().filter(pk__in=open_).order_by("due_on", "number")
        field.label_from_instance = lambda obj: said(obj, open_)  # type: ignore[method-assign]
        chosen = self.request.GET.get("charge")
        field.initial = [chosen] if chosen else list(open_)

    def seen(self) -> Any:
        return Charge.objects.visible_to(self.request.user, standing(self.request).today)

    @cached_property
    def asked(self) -> Member | None:
        """Return the member the page was opened for, by its key or by a charge of its."""
        given = self.request.GET
        here = standing(self.request)
        rows = Member.objects.visible_to(here.user, here.today)
        if (key := given.get("member", "")).isdecimal():
            return rows.filter(pk=key).first()
        if (key := given.get("charge", "")).isdecimal():
            return rows.filter(pk__in=self.seen().filter(pk=key).values("member")).first()
        return None

    def clean_schedule(self) -> list[Instalment]:
        return list(read(self.cleaned_data["schedule"]))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["schedule"]:
            self.suggest(cleaned)
        return cleaned

    def suggest(self, cleaned: dict[str, Any]) -> None:
        """Write equal instalments into the form, to be looked at before they are sent."""
        if not (cleaned["count"] and cleaned["first_on"]):
            raise ValidationError(_("Say how many instalments there are, and when they begin."))
        charges = self.chosen
        open_ = sum(open_amounts(each.pk for each in charges).values(), Decimal(0))
        rows = monthly(open_, cleaned["count"], cleaned["first_on"], charges[0].unit)
        data: Any = self.data
        data = data.copy()
        data["schedule"] = written(rows)
        self.data = data
        told = ngettext(
            "%(count)s instalment is suggested: look at it, change it if need be, and go on.",
            "%(count)s instalments are suggested: look at them, change them if need be, and go on.",
            len(rows),
        )
        self.add_error("schedule", told % {"count": len(rows)})

    @property
    def chosen(self) -> list[Charge]:
        if "charges" in self.fields:
            return list(self.cleaned_data["charges"].select_related("member__consortium"))
        return [self.cleaned_data["charge"]]

    @property
    def consortium(self) -> Consortium:
        return self.chosen[0].member.consortium

    def write(self) -> PaymentPlan:
        charges = self.chosen
        return propose_plan(
            member=charges[0].member,
            charges=charges,
            instalments=self.cleaned_data["schedule"],
            reason=self.cleaned_data["reason"],
            **self.who,
        )


def read(text: str) -> Iterator[Instalment]:
    """Yield the instalments as they are written, one a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        day, _space, amount = line.strip().partition(" ")
        if not day:
            continue
        try:
            found = FigureField(required=True).clean(amount)
            yield Instalment(date.fromisoformat(day), found)
        except (ValueError, ValidationError):
            wrong = gettext("Line %(number)s is not a day and an amount: “%(line)s”.")
            raise ValidationError(wrong % {"number": number, "line": line[:60]}) from None


def written(rows: Iterable[Any]) -> str:
    """Return instalments as they are read, one a line."""
    return "\n".join(f"{each.due_on.isoformat()} {words.amount(each.amount)}" for each in rows)


def said(row: Charge, open_: dict[int, Decimal]) -> str:
    return f"{row.number} · {words.day(row.due_on)} · {words.amount(open_[row.pk], row.unit)}"


class GrantPlan(Act):
    """Agree to a plan that another person has proposed."""

    name, title, icon = "grant", _("Agree"), "verified"
    operation, variant = "funding.grant_plan", "primary"
    submit, done = _("Agree"), _("The plan runs.")
    note = _("While its instalments are paid in time, its charges are not dunned.")

    @classmethod
    def fits(cls, subject: PaymentPlan) -> bool:
        return subject.decided_on is None

    def write(self) -> PaymentPlan:
        return grant_plan(plan=self.subject, **self.who)


class RefusePlan(Act):
    """Refuse a plan that another person has proposed, with the reason."""

    name, title, icon = "refuse", _("Refuse"), "block"
    operation = "funding.refuse_plan"
    submit, done = _("Refuse"), _("The plan is refused.")
    refusal = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: PaymentPlan) -> bool:
        return subject.decided_on is None

    def write(self) -> PaymentPlan:
        return refuse_plan(plan=self.subject, **self.plain("refusal"), **self.who)


class AmendPlan(Act):
    """Put other instalments in place of what waits."""

    name, title, icon = "amend", _("Change the plan"), "edit_calendar"
    operation = "funding.amend_plan"
    submit, done = _("Change the plan"), _("The plan is changed; the earlier one is withdrawn.")
    note = _("The changed plan takes the place of this one, so that nobody agrees to it unseen.")
    schedule = forms.CharField(
        label=_("instalments"),
        widget=forms.Textarea({"rows": 8}),
        help_text=_("One a line: the day and the amount, such as “2026-04-01 1,250.00”."),
    )
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea({"rows": 2}))

    @classmethod
    def fits(cls, subject: PaymentPlan) -> bool:
        return subject.decided_on is None

    def prepare(self) -> None:
        self.fields["schedule"].initial = written(self.subject.instalments.all())
        self.fields["reason"].initial = self.subject.reason

    def clean_schedule(self) -> list[Instalment]:
        return list(read(self.cleaned_data["schedule"]))

    def write(self) -> PaymentPlan:
        return amend_plan(
            plan=self.subject,
            instalments=self.cleaned_data["schedule"],
            reason=self.cleaned_data["reason"],
            **self.who,
        )


class WithdrawPlan(Act):
    """Take back a plan that waits."""

    name, title, icon = "withdraw", _("Withdraw the plan"), "undo"
    operation = "funding.withdraw_plan"
    submit, done = _("Withdraw the plan"), _("The plan is withdrawn.")

    @classmethod
    def fits(cls, subject: PaymentPlan) -> bool:
        return subject.decided_on is None

    def write(self) -> PaymentPlan:
        return withdraw_plan(plan=self.subject, **self.who)


class CancelPlan(Act):
    """End a running plan before its time."""

    name, title, icon = "cancel", _("Cancel the plan"), "event_busy"
    operation = "funding.cancel_plan"
    submit, done = _("Cancel the plan"), _("The plan has ended.")
    note = _("Everything that is open of its charges can be dunned again from now on.")

    @classmethod
    def fits(cls, subject: PaymentPlan) -> bool:
        return bool(subject.granted) and subject.ended_on is None

    def write(self) -> PaymentPlan:
        return cancel_plan(plan=self.subject, **self.who)
