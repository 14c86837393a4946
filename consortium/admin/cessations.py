"""Organizations that are no more, and who succeeds them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin, Scoped, Weighed
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Cessation
from consortium.models.organizations import OUTWARD
from consortium.operations.cessations import name_successor, record_cessation
from consortium.reports.ceased import ceasing


def party(name: str, **more: Any) -> Scoped:
    link: Any = Cessation._meta.get_field(name)
    return Scoped(link, label=link.verbose_name, **more)


class RecordCessation(Weighed, ActWithin):
    name, title, operation = "add", _("Record a ceased organization"), "consortium.record_cessation"
    submit, done = _("Record"), _("It is recorded; what it owned passes to its successor.")
    note = _("It ends its membership. What it owned passes on that day to who succeeds it.")
    organization = party("organization")
    ceased_on = forms.DateField(
        label=_("no more from"),
        help_text=_("The first day on which it is not there any more."),
    )
    successor = party(
        "successor",
        required=False,
        help_text=_("Empty where nobody is known; it can be named later."),
    )
    evidence = forms.CharField(
        label=_("what shows it"),
        max_length=500,
        help_text=_("Such as the register’s entry and its day."),
    )

    def weigh(self) -> list[str]:
        given = self.plain("organization", "successor", "ceased_on")
        found = ceasing(consortium=self.consortium, **given, user=self.by, on=self.today)
        said = {"organization": str(given["organization"]), "ceased_on": given["ceased_on"]}
        return [
            words.say("ceasing_on", said),
            *(words.say(each.code, each.values) for each in found),
        ]

    def write(self) -> Cessation:
        return record_cessation(consortium=self.consortium, **self.plain(), **self.who)


class NameSuccessor(Act):
    name, title, icon = "successor", _("Name the successor"), "move_item"
    operation = "consortium.name_successor"
    done = _("The successor is named; what is still there passes to it.")
    successor = party("successor")

    @classmethod
    def fits(cls, subject: Cessation) -> bool:
        return subject.successor_id is None

    def write(self) -> Cessation:
        return name_successor(cessation=self.subject, **self.plain(), **self.who)


@admin.register(Cessation)
class CessationAdmin(ConsortiumAdmin):
    view_roles = frozenset(OUTWARD)
    adds, acts = RecordCessation, (NameSuccessor,)
    list_display = ("organization", "ceased_on", "successor_shown", "consortium")
    list_filter = (("consortium", ScopedFilter), "ceased_on")
    search_fields = ("organization__name_en", "organization__name_zh")
    ordering = ("-ceased_on", "pk")
    select = ("consortium", "organization", "successor")
    fields = (("organization", "ceased_on"), ("successor_shown", "consortium"), "evidence", "uid")
    readonly_fields = ("successor_shown", "uid")

    @display(description=_("successor"), ordering="successor__name_en")
    def successor_shown(self, row: Cessation) -> str:
        if row.successor is None:
            return shown.mark(_("nobody named"), "warn")
        return shown.link(row.successor)
