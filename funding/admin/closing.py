"""Closing years of the books, and giving their surplus back to the members."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.acts import Act, FigureField
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.states import SECOND_ROLES
from funding.admin.books import READERS, balanced
from funding.admin.looks import note_members
from funding.admin.runs import FEWEST, said
from funding.models import FINANCE_READERS, Account, SurplusReturn, YearClose
from funding.operations.closing import confirm_close, propose_close
from funding.operations.surplus import confirm_return, propose_return, returnable
from funding.reports.closing import Closing, closing_of, shares, surplus_levy, to_close
from funding.states import Screen


class ProposeClose(Act):
    """Propose the next year of a unit that can be closed, for a second person to confirm."""

    name, title, icon = "add", _("Close a year"), "event_available"
    operation, submit = "funding.propose_close", _("Propose")
    done = _("The close is proposed; a second person has to confirm it.")
    note = _(
        "Income and expense of the year are carried over to the surplus. Once a second person has"
        " confirmed it, nothing can be booked in the year any more."
    )
    year = forms.ChoiceField(label=_("year"))

    def prepare(self) -> None:
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        several = len({each.consortium.pk for each in self.offered.values()}) > 1
        field.choices = [
            (key, f"{each.consortium}: {called(each)}" if several else called(each))
            for key, each in self.offered.items()
        ]
        if not self.offered:
            field.help_text = gettext("No year has ended that is not closed yet.")

    @cached_property
    def offered(self) -> dict[str, Closing]:
        """Return the next year to close of each unit, where it is over."""
        found = {}
        for consortium in standing(self.request).where(self.operation):
            units = Account.objects.filter(consortium=consortium).order_by("unit")
            for unit in units.values_list("unit", flat=True).distinct():
                try:
                    year = to_close(consortium, unit)
                except DomainError:
                    continue
                if year.period.end <= clock.today(consortium):
                    found[f"{consortium.slug}/{unit}"] = year
        return found

    @property
    def consortium(self) -> Any:
        return self.offered[self.cleaned_data["year"]].consortium

    def write(self) -> YearClose:
        year = self.offered[self.cleaned_data["year"]]
        return propose_close(
            consortium=year.consortium, unit=year.unit, ends_on=year.period.end, **self.who
        )


class ConfirmClose(Act):
    """Close a proposed year as the second person."""

    name, title, icon = "confirm", _("Confirm as second person"), "verified"
    operation, variant = "funding.confirm_close", "primary"
    submit, done = _("Close the year"), _("The year is closed.")
    note = _("Nothing can be booked in the year any more; what comes later is booked later.")

    @classmethod
    def fits(cls, subject: YearClose) -> bool:
        return subject.closed_on is None

    def write(self) -> YearClose:
        return confirm_close(close=self.subject, **self.who)


class ProposeReturn(Act):
    """Propose to give a part of a closed year's surplus back to the members."""

    name, title, icon = "return", _("Return the surplus"), "undo"
    operation, submit = "funding.propose_return", _("Propose")
    done = _("The return is proposed; a second person has to confirm it.")
    amount = FigureField(label=_("amount"))

    @classmethod
    def fits(cls, subject: YearClose) -> bool:
        if subject.closed_on is None or subject.surplus <= 0:
            return False
        done = SurplusReturn.objects.filter(close=subject, confirmed_on__isnull=False)
        return surplus_levy(subject) is not None and not done.exists()

    @property
    def note(self) -> str:
        return gettext(
            "Each member that paid of the levy “%(levy)s” in the year gets its part as a credit"
            " note, once a second person has confirmed it. There are %(most)s."
        ) % {
            "levy": surplus_levy(self.subject),
            "most": words.amount(returnable(self.subject), self.subject.unit),
        }

    def write(self) -> SurplusReturn:
        return propose_return(close=self.subject, **self.plain("amount"), **self.who)


class ConfirmReturn(Act):
    """Give a surplus back as the second person."""

    name, title, icon = "confirm", _("Confirm as second person"), "verified"
    operation, variant = "funding.confirm_return", "primary"
    submit, done = _("Issue the credit notes"), _("The credit notes are issued.")
    note = _("Open charges are reduced first; what is left stands on the member's account.")

    @classmethod
    def fits(cls, subject: SurplusReturn) -> bool:
        return subject.confirmed_on is None

    def write(self) -> SurplusReturn:
        return confirm_return(back=self.subject, **self.who)


def called(year: Closing) -> str:
    return f"{shown.period(*year.period)} ({year.unit})"


class ByTwo(ConsortiumAdmin):
    """What one person proposes and another confirms; sums for who reads every figure."""

    view_roles = frozenset({*SECOND_ROLES, *FINANCE_READERS})

    @display(description=_("proposed"), ordering="proposed_on")
    def proposed(self, row: Any) -> str:
        return said(row.proposed_on, row.proposed_by)

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Offer confirming to anybody but who proposed it."""
        mine = obj.proposed_by_id == request.user.pk
        path = reverse(self.url_name("confirm"), args=[obj.pk])
        return [
            each for each in super().buttons(request, obj) if not (mine and each["path"] == path)
        ]


@admin.register(YearClose)
class YearCloseAdmin(ByTwo):
    adds, acts = ProposeClose, (ConfirmClose, ProposeReturn)
    page_template = "funding/year_close.html"
    list_display = ("year", "unit", "state", "proposed", "closed", "consortium")
    list_display_links = ("year",)
    list_filter = (("consortium", ScopedFilter), "unit", "closed_on")
    ordering = ("-ends_on", "unit", "pk")
    select = ("consortium", "proposed_by", "closed_by")
    fields = (("year", "unit"), ("state", "consortium"), ("proposed", "closed"))
    readonly_fields = ("year", "state", "proposed", "closed")

    def title_of(self, obj: YearClose) -> str:
        return called(closing_of(obj))

    @display(description=_("year"), ordering="ends_on")
    def year(self, row: YearClose) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("closed"), ordering="closed_on")
    def closed(self, row: YearClose) -> str:
        return said(row.closed_on, row.closed_by)

    @display(description=_("state"))
    def state(self, row: YearClose) -> str:
        if row.closed_on is not None:
            return shown.mark(_("Closed"), "good")
        return shown.mark(_("Waits for a second person"), "warn")

    def page(self, request: HttpRequest, obj: YearClose) -> dict[str, Any]:
        reads = standing(request).has(obj.consortium, READERS)
        year = closing_of(obj)
        waits = obj.closed_on is None
        found: dict[str, Any] = {
            "close": obj,
            "reads": reads,
            "changed": waits and year.digest(obj.uid) != obj.digest,
            "mine": waits and obj.proposed_by_id == request.user.pk,
        }
        if not reads and not (waits and charged(year) >= FEWEST):
            return found
        return found | {
            "surplus": words.amount(obj.surplus, obj.unit),
            "trial": balanced(year.trial),
            "unassigned": words.amount(year.unassigned, obj.unit)
            if waits and year.unassigned
            else "",
            "back": getattr(obj, "surplus_return", None),
        }


def charged(year: Closing) -> int:
    """Return how many members a year's figures are of."""
    period = {"issued_on__gte": year.period.starts_on, "issued_on__lt": year.period.end}
    rows = year.consortium.charges.filter(unit=year.unit, **period)
    return rows.order_by().values("member").distinct().count()


@admin.register(SurplusReturn)
class SurplusReturnAdmin(ByTwo):
    acts = (ConfirmReturn,)
    page_template = "funding/surplus_return.html"
    list_display = ("named", "count", "state", "proposed", "confirmed", "consortium")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), "confirmed_on")
    ordering = ("-proposed_on", "pk")
    select = ("consortium", "close__consortium", "proposed_by", "confirmed_by")
    fields = (("close_shown", "levy"), ("count", "state"), ("proposed", "confirmed"))
    readonly_fields = ("close_shown", "state", "proposed", "confirmed")

    def title_of(self, obj: SurplusReturn) -> str:
        return called(closing_of(obj.close))

    @display(description=_("year"), ordering="close__ends_on")
    def named(self, row: SurplusReturn) -> str:
        return self.title_of(row)

    @display(description=_("year"))
    def close_shown(self, row: SurplusReturn) -> str:
        return shown.link(row.close, self.title_of(row))

    @display(description=_("confirmed"), ordering="confirmed_on")
    def confirmed(self, row: SurplusReturn) -> str:
        return said(row.confirmed_on, row.confirmed_by)

    @display(description=_("state"))
    def state(self, row: SurplusReturn) -> str:
        if row.confirmed_on is not None:
            return shown.mark(_("Returned"), "good")
        return shown.mark(_("Waits for a second person"), "warn")

    def page(self, request: HttpRequest, obj: SurplusReturn) -> dict[str, Any]:
        """Return each member's part to finance staff, the sum alone to who may confirm."""
        unit = obj.close.unit
        if not standing(request).has(obj.consortium, READERS):
            return {"amount": words.amount(obj.amount, unit) if obj.count >= FEWEST else ""}
        rows = shares(obj.close, obj.levy, obj.amount)
        secret = [each.member.pk for each in rows if each.secret]
        note_members(request, Screen.LEDGER, obj.consortium, secret, obj.uid)
        return {
            "amount": words.amount(obj.amount, unit),
            "shares": [
                {
                    "member": shown.link(each.member),
                    "paid": words.amount(each.paid, unit),
                    "amount": words.amount(each.amount, unit),
                }
                for each in rows
            ],
        }
