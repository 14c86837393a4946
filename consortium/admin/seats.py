"""Seats: which member sits on which body of the charter, of which rank, until when."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import clock, words
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline, ScopedFilter
from consortium.models import CharterSection, Member, Seat
from consortium.operations.seats import end_seat, give_seat
from consortium.rules.choices import Rank
from consortium.states import RANKS


class GiveSeat(Act):
    """Give a member a seat on a body of its consortium's charters."""

    name, title, icon = "seat", _("Give a seat"), "event_seat"
    operation = "consortium.give_seat"
    submit, done = _("Give the seat"), _("The seat is given.")
    body = forms.ChoiceField(label=pgettext_lazy("governance", "body"))
    rank = forms.ChoiceField(label=_("rank"), choices=RANKS)
    person = forms.CharField(
        label=_("person"), max_length=150, required=False,
        help_text=_("Who sits there for the member."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    def prepare(self) -> None:
        adopted = CharterSection.objects.filter(
            code="governance",
            charter__consortium=self.subject.consortium,
            charter__adopted_on__isnull=False,
        )
        bodies = {
            body.code: words.inside(body.label)
            for section in adopted.order_by("charter__starts_on")
            for body in section.parsed().bodies
        }
        self.fields["body"].choices = list(bodies.items())  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, subject: Member) -> bool:
        today = clock.today(subject.consortium)
        return any(each.ends_on is None or each.ends_on > today for each in subject.terms.all())

    def write(self) -> Seat:
        data = self.plain("body", "person", "starts_on", "ends_on")
        rank = Rank(self.cleaned_data["rank"])
        return give_seat(member=self.subject, rank=rank, **data, **self.who)


class EndSeat(Act):
    name, title, icon = "end", _("End the seat"), "logout"
    operation = "consortium.end_seat"
    submit = _("End the seat")
    ends_on = forms.DateField(label=_("until (exclusive)"))

    @classmethod
    def fits(cls, subject: Seat) -> bool:
        return subject.ends_on is None or subject.ends_on > clock.today(subject.consortium)

    def write(self) -> Seat:
        return end_seat(seat=Seat.objects.get(pk=self.subject.pk), **self.plain(), **self.who)


class Named:
    """Rows with what the charter calls their bodies."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).named()  # type: ignore[misc]
        return rows

    @display(description=pgettext_lazy("governance", "body"), ordering="body")
    def body_shown(self, row: Seat) -> str:
        return words.inside(row.called)


class SeatInline(Named, ReadOnlyInline):
    model = Seat
    fields = readonly_fields = ("body_shown", "rank", "person", "starts_on", "ends_on")
    ordering = ("starts_on", "pk")


@admin.register(Seat)
class SeatAdmin(Named, ConsortiumAdmin):
    acts = (EndSeat,)
    list_display = ("member", "body_shown", "rank", "person", "starts_on", "ends_on")
    list_filter = (("member__consortium", ScopedFilter), "rank")
    search_fields = (
        "member__organization__name_en", "member__organization__name_zh", "person", "body",
    )  # fmt: skip
    ordering = ("member__consortium", "body", "starts_on", "pk")
    select = ("member__organization", "member__consortium")
    fields = (("member", "body_shown"), ("rank", "person"), ("starts_on", "ends_on"))
    readonly_fields = ("body_shown",)
