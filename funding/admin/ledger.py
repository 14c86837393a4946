"""The ledger: accounts with their statements, and the transfers between them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.models import Consortium
from funding.admin.credit_acts import AllocateCredit, UndoAllocation
from funding.models import FINANCE_READERS, Account, Transfer
from funding.operations.rates import note_view
from funding.reports.books import secret_among
from funding.states import Screen

EXACT = DecimalField(max_digits=30, decimal_places=3)
LINES = 200


def summed(side: str) -> Coalesce:
    """Return the sum of an account's transfers on one side."""
    sums = Transfer.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    found = Subquery(sums.annotate(sum=Sum("amount")).values("sum"), output_field=EXACT)
    return Coalesce(found, Value(Decimal(0), output_field=EXACT))


def with_balance(rows: QuerySet[Account]) -> QuerySet[Any]:
    """Annotate accounts with `standing`: debits less credits."""
    summed_up = rows.annotate(debited=summed("debit")).annotate(credited=summed("credit"))
    return summed_up.annotate(standing=F("debited") - F("credited"))


def stands(row: Any) -> str:
    """Return an account's balance with its side: what is owed to it, or what it has in credit."""
    said = words.amount(abs(row.standing), row.unit)
    if row.standing == 0:
        return said
    return (_("%(amount)s debit") if row.standing > 0 else _("%(amount)s credit")) % {
        "amount": said
    }


class Looked(ConsortiumAdmin):
    """A screen of the ledger: looking at whose account holds secret amounts is recorded."""

    def members(self, row: Any) -> set[int]:
        """Return whose amounts a row shows."""
        raise NotImplementedError

    def note(self, request: HttpRequest, rows: Iterable[Any], subject: Any = None) -> None:
        found: dict[Consortium, set[int]] = {}
        for row in rows:
            found.setdefault(row.consortium, set()).update(self.members(row))
        secret = set(secret_among({each for members in found.values() for each in members}))
        by = standing(request).user
        for consortium, members in found.items():
            seen = sorted(members & secret)
            note_view(
                consortium=consortium, screen=Screen.LEDGER, by=by, members=seen, subject=subject
            )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            self.note(request, [obj], obj.uid)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None) or {}
        if "cl" in found:
            self.note(request, found["cl"].result_list)
        return response


@admin.register(Account)
class AccountAdmin(Looked):
    view_roles = frozenset(FINANCE_READERS)
    acts = (AllocateCredit, UndoAllocation)
    page_template = "funding/account.html"
    list_display = ("named", "kind", "consortium", "balance")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), "kind", "unit")
    search_fields = ("member__organization__name_en", "member__organization__name_zh")
    ordering = ("consortium__slug", "kind", "member__organization__name_en", "unit", "pk")
    select = ("consortium", "member__organization")
    fields = (("kind", "unit"), ("consortium", "member_shown"), "balance")
    readonly_fields = ("member_shown", "balance")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return with_balance(super().get_queryset(request))

    def members(self, row: Account) -> set[int]:
        return {row.member_id} if row.member_id else set()

    @display(description=_("account"), ordering="member__organization__name_en")
    def named(self, row: Account) -> str:
        return str(row.member) if row.member else row.get_kind_display()

    @display(description=_("member"))
    def member_shown(self, row: Account) -> str:
        return shown.link(row.member)

    @display(description=_("balance"), ordering="standing")
    def balance(self, row: Any) -> str:
        return stands(row)

    def buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return ways in, without what is done beside a line of the member's account."""
        quiet = self.act_path(UndoAllocation, obj)
        return [each for each in super().buttons(request, obj) if each["path"] != quiet]

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return where an act leads: to the member's account as it stands then."""
        return f"{reverse('admin:member-account')}?member={obj.member.uid}"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        rows = (
            Transfer.objects.filter(Q(debit=obj) | Q(credit=obj))
            .select_related("charge", "debit__member__organization", "credit__member__organization")
            .order_by("-on", "-recorded_at", "-pk")
        )
        running, lines = obj.standing, []
        for each in rows[:LINES]:
            amount = each.amount if each.debit_id == obj.pk else -each.amount
            lines.append(
                {
                    "transfer": each,
                    "on": shown.day(each.on),
                    "other": each.credit if each.debit_id == obj.pk else each.debit,
                    "debit": words.amount(each.amount, obj.unit) if amount > 0 else "",
                    "credit": words.amount(each.amount, obj.unit) if amount < 0 else "",
                    "after": words.amount(running, obj.unit),
                }
            )
            running -= amount
        return {
            "lines": lines,
            "shortened": rows.count() > LINES,
            "others": [
                {"account": each, "stands": stands(each)}
                for each in self.get_queryset(request).filter(member=obj.member).exclude(pk=obj.pk)
            ]
            if obj.member
            else [],
        }


@admin.register(Transfer)
class TransferAdmin(Looked):
    view_roles = frozenset(FINANCE_READERS)
    list_display = ("on", "key", "debit_shown", "credit_shown", "moved", "consortium")
    list_display_links = ("key",)
    list_filter = (("consortium", ScopedFilter), "unit", "on")
    search_fields = ("key",)
    ordering = ("-on", "-pk")
    select = (
        "consortium", "debit__member__organization", "credit__member__organization", "charge",
    )  # fmt: skip
    fields = (
        ("key", "leg"), ("on", "recorded_at"), ("debit_shown", "credit_shown"), "moved",
        "charge_shown", "reverses", "consortium",
    )  # fmt: skip
    readonly_fields = ("debit_shown", "credit_shown", "moved", "charge_shown", "recorded_at")

    def members(self, row: Transfer) -> set[int]:
        return {each.member_id for each in (row.debit, row.credit) if each.member_id}

    @display(description=_("debit"))
    def debit_shown(self, row: Transfer) -> str:
        return shown.link(row.debit)

    @display(description=_("credit"))
    def credit_shown(self, row: Transfer) -> str:
        return shown.link(row.credit)

    @display(description=_("amount"), ordering="amount")
    def moved(self, row: Transfer) -> str:
        return words.amount(row.amount, row.unit)

    @display(description=_("charge"))
    def charge_shown(self, row: Transfer) -> str:
        return shown.link(row.charge)
