"""The books on a day: trial balance and ages of what is open, and the ledger as a file."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium import clock, words
from consortium.admin.pages import ConsortiumPage
from consortium.admin.standing import standing
from consortium.models import Consortium, Member
from consortium.papers.sheets import Rows, download, saved
from funding.admin.looks import note_members
from funding.models import FINANCE_READERS
from funding.papers.journal import FORMATS
from funding.reports.books import AGES, Aged, Balance, TrialBalance, aging, trial_balance
from funding.reports.journal import Journal
from funding.states import Screen
from funding.words import account_name

READERS = frozenset(FINANCE_READERS)


def may_look(request: HttpRequest) -> bool:
    """Say whether the reader may see a consortium's books anywhere."""
    return standing(request).any_of(READERS)


class Period(forms.Form):
    """From which day to which; the last day is today if left out."""

    start = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        start, on = found.get("start"), found.get("on")
        if start and on and start > on:
            raise forms.ValidationError(_("It comes after the last day."))
        return found


class OfConsortium(ConsortiumPage):
    """A page about one of the consortia whose figures the reader sees."""

    roles = READERS


class Books(OfConsortium):
    """The trial balance of each unit, with what is open by its age."""

    template_name = "funding/books.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.title = _("Books")
        consortium = self.consortium()
        today = clock.today(consortium)
        form = Period(request.GET)
        if not form.is_valid():
            on, start = today, None
        else:
            on, start = form.cleaned_data["on"] or today, form.cleaned_data["start"]
        kind, members = request.GET.get("as", ""), "members" in request.GET
        if kind in FORMATS:
            return self.file(consortium, kind, on, start)
        found = trial_balance(consortium, on=on, from_on=start, by_member=members)
        if members:
            own = {each.member.pk for unit in found.values() for each in unit.lines if each.member}
            note_members(request, Screen.LEDGER, consortium, own)
        if kind == "xlsx":
            name = f"trial-balance-{consortium.slug}-{on.isoformat()}"
            return download(sheet(found.values()), kind=kind, name=name)
        return self.page(
            consortium=consortium,
            consortia=self.consortia(),
            on=on,
            start=start,
            members=members,
            errors=[each for found in form.errors.values() for each in found],
            said_on=words.day(on),
            units=[balanced(each) for each in found.values()],
            ages=[aged(each) for each in aging(consortium, on=on).values()],
            age_heads=age_heads(),
            query=self.query(),
        )

    def query(self) -> str:
        """Return what was asked for, to be asked for again as a file."""
        given = self.request.GET.copy()
        given.pop("as", None)
        return given.urlencode()

    def file(
        self, consortium: Consortium, kind: str, on: date, start: date | None
    ) -> HttpResponseBase:
        write, content_type, suffix = FORMATS[kind]
        note_members(self.request, Screen.EXPORT, consortium, all_members(consortium))
        journal, name = Journal(consortium, on, start), f"{consortium.slug}-{on.isoformat()}"
        return saved(
            lambda out: write(journal, out), name=f"{name}.{suffix}", content_type=content_type
        )


def all_members(consortium: Consortium) -> list[int]:
    return list(Member.objects.filter(consortium=consortium).values_list("pk", flat=True))


def balanced(found: TrialBalance) -> dict[str, Any]:
    """Return a unit's trial balance as it is shown."""
    return {
        "unit": found.unit,
        "lines": [
            {
                "number": each.heading.number,
                "name": account_name(each.heading),
                "member": each.member,
                "account": account_page(each) if each.member else "",
                **{
                    name: words.amount(getattr(each, name), found.unit)
                    for name in ("opening", "debit", "credit", "balance")
                },
            }
            for each in found.lines
        ],
        "debit": words.amount(found.debit, found.unit),
        "credit": words.amount(found.credit, found.unit),
    }


def account_page(line: Balance) -> str:
    assert line.member is not None
    return f"{reverse('admin:member-account')}?member={line.member.uid}"


def sheet(found: Iterable[TrialBalance]) -> Rows:
    """Yield the trial balances as a table."""
    yield [
        _("Unit"), _("Account number"), _("Account"), _("Member"), _("Opening balance"),
        _("Debit"), _("Credit"), _("Balance"),
    ]  # fmt: skip
    for each in found:
        for line in each.lines:
            yield [
                each.unit, line.heading.number, account_name(line.heading),
                str(line.member) if line.member else "", line.opening, line.debit, line.credit,
                line.balance,
            ]  # fmt: skip


def age_heads() -> list[str]:
    """Return what the ages of open items are called."""
    between = [
        _("%(first)s to %(last)s days late") % {"first": first + 1, "last": last}
        for first, last in pairwise(AGES)
    ]
    more = ngettext("more than %(days)s day late", "more than %(days)s days late", AGES[-1])
    return [_("not late"), *between, more % {"days": AGES[-1]}]


def aged(found: Aged) -> dict[str, Any]:
    return {
        "unit": found.unit,
        "amounts": [words.amount(each, found.unit) for each in found.amounts],
        "total": words.amount(found.total, found.unit),
    }
