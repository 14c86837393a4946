"""Credit notes: what a member owes less, from which assessment, and where it was put."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import additions, shown
from consortium.admin.additions import Box
from consortium.admin.base import ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Member
from funding.admin.assessments import NAMES, sides
from funding.admin.ledger import stands, with_balance
from funding.admin.looks import Watched, note_members
from funding.admin.named import levy_name, with_levy_name
from funding.models import Account, Charge, CreditNote, Transfer
from funding.states import Screen

LINES = 12
"""Charges and credit notes on a member's page."""


@admin.register(CreditNote)
class CreditNoteAdmin(Watched):
    screen, list_screen = Screen.CREDIT_NOTE, Screen.CREDIT_NOTES
    page_template = "funding/credit_note.html"
    list_display = ("number", "member", "levy_shown", "credited", "reason", "issued_on")
    list_filter = (("consortium", ScopedFilter), "levy", "reason", "issued_on")
    search_fields = ("number", *NAMES)
    ordering = ("-issued_on", "-number", "pk")
    select = (
        "consortium", "member__organization", "member__consortium", "assessment", "close",
        "concession",
    )  # fmt: skip
    fields = (
        ("number", "consortium"), ("member_shown", "levy_shown"), ("credited", "reason"),
        ("issued_on", "recorded_at"), ("assessment_shown", "concession_shown"),
    )  # fmt: skip
    readonly_fields = (
        "member_shown", "levy_shown", "credited", "assessment_shown",
        "concession_shown", "recorded_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return with_levy_name(of_day(rows), starts_on="levied_on")

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Any) -> str:
        return levy_name(row)

    @display(description=_("amount"), ordering="amount")
    def credited(self, row: CreditNote) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("member"))
    def member_shown(self, row: CreditNote) -> str:
        return shown.link(row.member)

    @display(description=_("assessment"))
    def assessment_shown(self, row: Any) -> str:
        if row.assessment is None:
            return shown.link(row.close)
        period = shown.period(row.assessment.period_starts_on, row.assessment.period_ends_on)
        return shown.link(row.assessment, f"{levy_name(row)}, {period}")

    @display(description=_("concession"))
    def concession_shown(self, row: Any) -> str:
        return shown.link(row.concession)

    def page(self, request: HttpRequest, obj: CreditNote) -> dict[str, Any]:
        here = standing(request)
        transfers = Transfer.objects.visible_to(here.user, here.today).filter(
            consortium=obj.consortium, key=f"credit:{obj.number}"
        )
        return {
            "sides": sides(obj),
            "transfers": [
                {
                    "transfer": each,
                    "to": each.credit.get_kind_display(),
                    "charge": each.charge,
                    "amount": words.amount(each.amount, each.unit),
                }
                for each in transfers.select_related("credit", "charge").order_by("leg")
            ],
        }


def of_day(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate charges or credit notes with `levied_on`: a day of the charter they are under."""
    return rows.annotate(levied_on=Coalesce("assessment__period_starts_on", "issued_on"))


def money_of(request: HttpRequest, member: Member) -> Box | None:
    """Return what a member was charged and credited, as far as the reader may see it."""
    here = standing(request)
    papers = [each for kind in (Charge, CreditNote) for each in latest(kind, request, member)]
    accounts = with_balance(Account.objects.visible_to(here.user, here.today))
    own = [
        {"account": each, "kind": each.get_kind_display(), "stands": stands(each)}
        for each in accounts.filter(member=member).order_by("kind", "unit")
    ]
    if not papers and not own:
        return None
    note_members(request, Screen.STATEMENT, member.consortium, [member.pk], member.uid)
    papers.sort(key=lambda each: each["row"].recorded_at, reverse=True)
    shown_here = {"papers": papers[:LINES], "more": len(papers) > LINES, "accounts": own}
    return Box("funding/member_money.html", shown_here)


def latest(
    kind: type[Charge | CreditNote], request: HttpRequest, member: Member
) -> list[dict[str, Any]]:
    """Return a member's last charges or credit notes, one more than are shown."""
    here = standing(request)
    seen = kind.objects.visible_to(here.user, here.today).filter(member=member)
    rows = with_levy_name(of_day(seen), starts_on="levied_on")
    return [
        {
            "row": each,
            "link": shown.link(each),
            "levy": levy_name(each),
            "period": each.levied_on.year,
            "issued": shown.day(each.issued_on),
            "due": shown.day(getattr(each, "due_on", None)),
            "charged": words.amount(each.amount, each.unit) if kind is Charge else "",
            "credited": "" if kind is Charge else words.amount(each.amount, each.unit),
        }
        for each in rows.order_by("-recorded_at", "-pk")[: LINES + 1]
    ]


additions.boxes[Member].append(money_of)
