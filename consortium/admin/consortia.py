"""Consortia and their goals."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import fields_for_model
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin, Scoped, Weighed
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline, ScopedFilter
from consortium.admin.exchange import Exchange
from consortium.admin.facts import FactInline
from consortium.admin.resources import ConsortiumResource
from consortium.models import Consortium, Goal, Notice
from consortium.operations.consortia import (
    AMENDABLE,
    Founding,
    amend_consortium,
    found,
    reach_goal,
    set_goal,
)
from consortium.operations.ending import end_consortium
from consortium.operations.notices import drop_waiting, hold_outbound, release_outbound
from consortium.reports.leaving import ending

UNITS = ("lead", "host_unit", "liable_unit", "funds_holder")
FOUNDING = [
    "slug", "name_en", "name_zh", "starts_on", "ends_on", "currency", "time_zone",
    "language", "legal_form", "stage", "structure", "initiator",
    "field_en", "field_zh", "fiscal_year_month", "fiscal_year_day",
]  # fmt: skip
SHOWN = [
    "name_en", "name_zh", "language", "field_en", "field_zh",
    "lead", "host_unit", "liable_unit", "funds_holder", "funds_account",
]  # fmt: skip


def unit_field(name: str) -> Scoped:
    link: Any = Consortium._meta.get_field(name)
    return Scoped(link, label=link.verbose_name, required=False)


class Found(Act):
    """Found a consortium; for platform administrators."""

    name, title, operation = "add", _("Found a consortium"), "consortium.found"
    submit, done = _("Found it"), _("The consortium is founded. Its outbound mail is on hold.")

    def prepare(self) -> None:
        self.fields.update(fields_for_model(Consortium, fields=FOUNDING))
        self.fields.update({name: unit_field(name) for name in UNITS})

    def write(self) -> Consortium:
        units = {name: value for name, value in self.plain(*UNITS).items() if value}
        founding = Founding(**self.plain(*FOUNDING), units=units)
        return found(founding=founding, by=self.by, on=clock.today())


class Amend(Act):
    name, title, icon = "amend", _("Change"), "edit"
    operation = "consortium.amend_consortium"
    note = _("Only what does not follow from the charter can be changed here.")

    def prepare(self) -> None:
        names = [name for name in SHOWN if name in AMENDABLE]
        plain = fields_for_model(Consortium, fields=[n for n in names if n not in UNITS])
        self.fields.update(
            {name: unit_field(name) if name in UNITS else plain[name] for name in names}
        )
        self.initial = {name: self.subject.serializable_value(name) for name in names}

    def write(self) -> Consortium:
        changes: dict[str, Any] = self.plain(*self.changed_data)
        consortium = Consortium.objects.get(pk=self.subject.pk)
        return amend_consortium(consortium=consortium, changes=changes, **self.who)


class End(Weighed):
    name, title, icon = "end", _("End the consortium"), "event_busy"
    operation = "consortium.end_consortium"
    submit, done = _("End the consortium"), _("The end is recorded.")
    note = _("Until that day has come, it can be moved by saying it again.")
    ends_on = forms.DateField(
        label=_("until (exclusive)"), help_text=_("The first day that no longer counts.")
    )
    reason = forms.CharField(
        label=_("why it ends"),
        max_length=500,
        help_text=_("Such as the resolution that says so, and its day."),
    )

    @classmethod
    def fits(cls, subject: Consortium) -> bool:
        return subject.ends_on is None or subject.ends_on > clock.today(subject)

    def weigh(self) -> list[str]:
        end = {"consortium": self.subject, "ends_on": self.cleaned_data["ends_on"]}
        found = ending(user=self.by, on=self.today, **end)
        return [
            words.say("ending_on", {**end, "consortium": str(self.subject)}),
            *(words.say(each.code, each.values) for each in found),
        ]

    def write(self) -> Consortium:
        consortium = Consortium.objects.get(pk=self.subject.pk)
        return end_consortium(consortium=consortium, **self.plain(), **self.who)


class ReleaseOutbound(Act):
    name, title, icon = "release-outbound", _("Release outbound mail"), "outgoing_mail"
    operation, variant = "consortium.release_outbound", "primary"
    submit, done = _("Release"), _("Outbound mail is released.")

    @property
    def note(self) -> str:
        """Ask once, with what goes out."""
        waiting = Notice.objects.waiting().filter(consortium=self.subject)
        people = waiting.order_by().values("recipient").distinct().count()
        return gettext(
            "%(count)s waiting notices to %(people)s people go out, and all later ones without"
            " asking. Read them before under Notices, and drop what should not go."
        ) % {"count": waiting.count(), "people": people}

    @classmethod
    def fits(cls, subject: Consortium) -> bool:
        return subject.outbound_held

    def write(self) -> Consortium:
        return release_outbound(consortium=self.subject, at=clock.now(), **self.who)


class HoldOutbound(Act):
    name, title, icon = "hold-outbound", _("Hold outbound mail"), "pause_circle"
    operation = "consortium.hold_outbound"
    submit, done = _("Hold"), _("Outbound mail is on hold.")
    note = _("Notices keep gathering in the outbox; none goes out as mail until released.")

    @classmethod
    def fits(cls, subject: Consortium) -> bool:
        return not subject.outbound_held

    def write(self) -> Consortium:
        return hold_outbound(consortium=self.subject, **self.who)


class DropWaiting(Act):
    name, title, icon = "drop-waiting", _("Drop all waiting notices"), "unsubscribe"
    operation, submit = "consortium.drop_waiting", _("Drop them")
    done = _("The waiting notices are dropped.")
    reason = forms.CharField(label=_("reason"), max_length=300)

    @classmethod
    def fits(cls, subject: Consortium) -> bool:
        waiting = Notice.objects.waiting().filter(consortium=subject)
        return subject.outbound_held and waiting.exists()

    @property
    def note(self) -> str:
        waiting = Notice.objects.waiting().filter(consortium=self.subject)
        return gettext(
            "%(count)s notices are never sent; whom they were for does not see them either."
        ) % {"count": waiting.count()}

    def write(self) -> None:
        drop_waiting(consortium=self.subject, **self.plain(), **self.who)


class GoalInline(ReadOnlyInline):
    model = Goal
    fields = readonly_fields = ("text_en", "text_zh", "set_on", "due_on", "reached_on")
    ordering = ("set_on", "pk")
    show_change_link = True


@admin.register(Consortium)
class ConsortiumsAdmin(Exchange, ConsortiumAdmin):
    resource_classes = (ConsortiumResource,)
    adds, acts = Found, (Amend, ReleaseOutbound, DropWaiting, HoldOutbound, End)
    list_display = ("named", "slug", "legal_form", "structure", "life", "mail")
    list_display_links = ("named",)
    list_filter = ("is_reference", "legal_form", "stage", "structure", "initiator")
    search_fields = ("slug", "name_en", "name_zh")
    ordering = ("is_reference", "slug")
    select = UNITS
    fieldsets = (
        (None, {"fields": ("name_en", "name_zh", "slug", "is_reference", "mail", "swept")}),
        (
            _("Profile"),
            {
                "fields": (
                    ("legal_form", "stage"), ("structure", "initiator"),
                    ("field_en", "field_zh"), ("starts_on", "ends_on"), "end_reason",
                )
            },
        ),
        (
            _("Money and time"),
            {
                "fields": (
                    ("currency", "time_zone"), ("fiscal_year_month", "fiscal_year_day"), "language"
                )
            },
        ),
        (_("Named units"), {"fields": (*UNITS, "funds_account")}),
    )  # fmt: skip
    readonly_fields = ("mail", "swept")

    def get_inlines(self, request: HttpRequest, obj: Consortium | None) -> list[Any]:
        return [GoalInline, FactInline] if obj and obj.is_reference else [GoalInline]

    @display(description=_("name"), ordering="name_en")
    def named(self, row: Consortium) -> str:
        return row.name

    @display(description=_("life"), ordering="starts_on")
    def life(self, row: Consortium) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("outbound mail"))
    def mail(self, row: Consortium) -> str:
        if row.is_reference:
            return shown.mark(_("Reference case"), "note")
        if row.outbound_held:
            return shown.mark(_("On hold"), "warn")
        return shown.mark(_("Released"), "good")

    @display(description=_("swept up to"))
    def swept(self, row: Consortium) -> str:
        return "—" if row.is_reference else shown.day(row.advanced_to)


class SetGoal(ActWithin):
    name, title, operation = "add", _("Set a goal"), "consortium.set_goal"
    text_zh = forms.CharField(label=_("goal (Chinese)"), widget=forms.Textarea, required=False)
    text_en = forms.CharField(label=_("goal (English)"), widget=forms.Textarea, required=False)
    set_on = forms.DateField(label=_("set on"))
    due_on = forms.DateField(label=_("due on"), required=False)

    def write(self) -> Goal:
        return set_goal(consortium=self.consortium, **self.plain(), **self.who)


class ReachGoal(Act):
    name, title, icon = "reach", _("Record as reached"), "flag"
    operation = "consortium.reach_goal"
    reached_on = forms.DateField(label=_("reached on"))

    @classmethod
    def fits(cls, subject: Goal) -> bool:
        return subject.reached_on is None

    def write(self) -> Goal:
        return reach_goal(goal=self.subject, **self.plain(), **self.who)


@admin.register(Goal)
class GoalAdmin(ConsortiumAdmin):
    adds, acts = SetGoal, (ReachGoal,)
    list_display = ("__str__", "consortium", "set_on", "due_on", "reached_on")
    list_filter = (("consortium", ScopedFilter), "due_on", "reached_on")
    search_fields = ("text_en", "text_zh")
    ordering = ("-set_on", "pk")
    select = ("consortium",)
    fields = ("consortium", "text_zh", "text_en", "set_on", "due_on", "reached_on")
