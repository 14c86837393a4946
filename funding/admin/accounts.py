"""A member's account: what is open, what moved, and what it came to on any day."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from consortium import clock, papers, words
from consortium.admin import additions, shown
from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.models import Member
from consortium.papers import sheets
from consortium.states import LANGUAGES
from funding.admin.books import READERS, Period, age_heads, aged, may_look
from funding.admin.credit_acts import AllocateCredit, UndoAllocation
from funding.admin.looks import note_members
from funding.models import Account, Transfer
from funding.papers.statement import Speaker, paper, sides, table
from funding.reports.books import aging, year_start
from funding.reports.statements import Open, Statement, member_statements
from funding.states import AccountKind, Entry, Screen

ALLOCATED = "allocate:"
"""How the key of a payment from credit begins; its address follows."""


class MemberAccount(DeskPage):
    """One member's statements, for those who read every member's figures."""

    title = ""
    template_name = "funding/member_account.html"

    def has_permission(self) -> bool:
        return may_look(self.request)

    def member(self) -> Member:
        """Return the member asked for; 404 where its figures are not the reader's to see."""
        here = standing(self.request)
        rows = Member.objects.visible_to(here.user, here.today)
        try:
            found = rows.select_related("consortium", "organization").filter(
                uid=self.request.GET.get("member")
            )
        except ValidationError:
            raise Http404 from None
        member = found.first()
        if member is None or not here.has(member.consortium, READERS):
            raise Http404
        return member

    def get(self, request: HttpRequest) -> HttpResponseBase:
        member = self.member()
        today = clock.today(member.consortium)
        form = Period(request.GET)
        given = form.cleaned_data if form.is_valid() else {}
        on = given.get("on") or today
        start = given.get("start") or year_start(member.consortium, on)
        found = member_statements(member, from_on=min(start, on), on=on)
        kind = request.GET.get("as", "")
        file = kind == "pdf" or kind in sheets.WRITERS
        screen = Screen.EXPORT if file else Screen.STATEMENT
        note_members(request, screen, member.consortium, [member.pk], member.uid)
        if file:
            return self.file(member, found, kind, on)
        self.title = _("Account of %(member)s") % {"member": member}
        return self.page(
            member=member,
            member_page=reverse("admin:consortium_member_change", args=[member.pk]),
            on=on,
            start=min(start, on),
            said_on=words.day(on),
            errors=[each for found in form.errors.values() for each in found],
            units=self.units(member, found),
            ages=[aged(each) for each in aging(member.consortium, on=on, member=member).values()],
            age_heads=age_heads(),
            languages=[(code, name) for code, name in LANGUAGES],
            query=self.query(),
        )

    def units(self, member: Member, found: list[Statement]) -> list[dict[str, Any]]:
        """Return the statements as they are shown, with what may be done from each."""
        speaker = Speaker(found)
        shown_units = [stated(each, speaker) for each in found]
        accounts = Account.objects.filter(member=member, kind=AccountKind.ON_ACCOUNT)
        keys = dict(accounts.values_list("unit", "pk"))
        here, undone = standing(self.request), undone_among(member, found)
        for each, page in zip(found, shown_units, strict=True):
            account = keys.get(each.unit)
            if account is None:
                continue
            if each.on_account > 0 and here.may(AllocateCredit.operation, member):
                page["pay"] = reverse("admin:funding_account_allocate", args=[account])
            if here.may(UndoAllocation.operation, member):
                page["undo"] = reverse("admin:funding_account_unallocate", args=[account])
            for line, shown_line in zip(each.lines, page["lines"], strict=True):
                if line.entry == Entry.ALLOCATION and line.key not in undone:
                    shown_line["allocation"] = line.key.removeprefix(ALLOCATED)
        return shown_units

    def query(self) -> str:
        """Return what was asked for, to be asked for again as a file."""
        given = self.request.GET.copy()
        given.pop("as", None)
        given.pop("language", None)
        return given.urlencode()

    def file(self, member: Member, found: list[Statement], kind: str, on: Any) -> HttpResponseBase:
        name = f"statement-{on.isoformat()}"
        if kind in sheets.WRITERS:
            return sheets.download(table(found), kind=kind, name=name)
        language = self.request.GET.get("language") or get_language() or "en"
        if language not in dict(LANGUAGES):
            raise Http404
        pdf = paper(member, found, on, language=language)
        return papers.download(pdf, name=f"{name}.pdf", language=language)


def stated(statement: Statement, speaker: Speaker) -> dict[str, Any]:
    """Return a statement as it is shown."""
    unit = statement.unit
    return {
        "unit": speaker.unit(unit),
        "tiles": [
            {"label": _("Balance"), "value": words.amount(statement.balance, unit)},
            {"label": pgettext("amount", "Open"), "value": words.amount(statement.owed, unit)},
            {
                "label": _("Past due"),
                "value": words.amount(statement.overdue, unit),
                "kind": "warn" * bool(statement.overdue),
            },
            {"label": _("Credit on account"), "value": words.amount(statement.on_account, unit)},
        ],
        "opening": words.amount(statement.opening, unit),
        "closing": words.amount(statement.balance, unit),
        "open": [open_item(each, speaker) for each in statement.open],
        "lines": [
            {
                "on": shown.day(each.on),
                "what": shown.link(each.row, speaker.entry(each))
                if each.row is not None
                else speaker.entry(each),
                "charges": [shown.link(part.charge) for part in each.parts],
                "owed": in_unit(sides(each.amount)[0], unit),
                "paid": in_unit(sides(each.amount)[1], unit),
                "after": words.amount(each.after, unit),
            }
            for each in statement.lines
        ],
    }


def undone_among(member: Member, statements: Iterable[Statement]) -> set[str]:
    """Return which of the allocations on some statements are undone by now."""
    made = [
        line.key for each in statements for line in each.lines if line.entry == Entry.ALLOCATION
    ]
    rows = Transfer.objects.filter(
        consortium=member.consortium, key__in=made, reversed_by__isnull=False
    )
    return set(rows.values_list("key", flat=True))


def open_item(item: Open, speaker: Speaker) -> dict[str, Any]:
    return {
        "charge": shown.link(item.charge),
        "levy": speaker.levy(item.charge),
        "due": shown.day(item.charge.due_on),
        "late": late(item.late),
        "amount": words.amount(item.amount, item.charge.unit),
    }


def late(days: int) -> str:
    if not days:
        return ""
    said = ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
    return shown.mark(said, "warn")


def in_unit(value: Any, unit: str) -> str:
    return words.amount(value, unit) if value is not None else ""


def on_member(request: HttpRequest, member: Member) -> Iterable[dict[str, Any]]:
    """Yield the button on a member's page, for those who may see its figures."""
    if standing(request).has(member.consortium, READERS):
        path = f"{reverse('admin:member-account')}?member={member.uid}"
        yield additions.button(_("Account"), "account_balance_wallet", path)


additions.buttons[Member].append(on_member)
