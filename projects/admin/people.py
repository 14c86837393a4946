"""Facilities, and who is sent where."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Member
from consortium.states import DESK_ROLES
from projects.admin.acts import filed
from projects.admin.projects import READERS
from projects.models import Facility, Project, Secondment
from projects.operations.facilities import add_facility, close_facility
from projects.operations.people import Sending, extend, hand_back, second
from projects.reports.people import present
from projects.rules.choices import Payer
from projects.states import PAYERS, FacilityKind


class AddFacility(ActWithin):
    name, title, icon = "add", _("Add a facility"), "factory"
    operation = "projects.add_facility"
    kind = forms.ChoiceField(label=_("kind"), choices=FacilityKind.choices)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    organization = Scoped(
        Facility._meta.get_field("organization"), label=_("organization"), required=False
    )
    place = forms.CharField(label=_("place"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("open from"))
    ends_on = forms.DateField(label=_("open until (exclusive)"), required=False)

    def clean(self) -> dict[str, Any]:
        if not (self.cleaned_data.get("name_en") or self.cleaned_data.get("name_zh")):
            self.add_error("name_en", _("Give a name in English or in Chinese."))
        return self.cleaned_data

    def write(self) -> Facility:
        return add_facility(consortium=self.consortium, **self.plain(), **self.who)


class CloseFacility(Act):
    name, title, icon = "close", pgettext_lazy("facility", "Close"), "event_busy"
    operation = "projects.close_facility"
    ends_on = forms.DateField(label=_("closed from"))

    def write(self) -> Facility:
        return close_facility(facility=self.subject, **self.plain(), **self.who)


@admin.register(Facility)
class FacilityAdmin(ConsortiumAdmin):
    view_roles = DESK_ROLES
    adds, acts = AddFacility, (CloseFacility,)
    list_display = ("title_shown", "kind", "organization", "place", "starts_on", "ends_on",
                    "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "kind")
    search_fields = ("name_en", "name_zh", "place")
    ordering = ("starts_on", "pk")
    select = ("consortium", "organization")
    fields = (("name_en", "name_zh"), ("kind", "organization"), ("place", "consortium"),
              ("starts_on", "ends_on"), "uid")  # fmt: skip
    readonly_fields = ("uid",)

    @display(description=_("name"), ordering="name_en")
    def title_shown(self, row: Facility) -> str:
        return row.name


class Send(ActWithin):
    """Send a member's person to a facility."""

    name, title, icon = "add", _("Send a person"), "transfer_within_a_station"
    operation = "projects.second"
    submit, done = _("Send"), _("The secondment is recorded.")
    home = forms.ModelChoiceField(queryset=Member.objects.none(), label=_("Home member"))
    person = forms.CharField(label=_("Person"), max_length=150)
    facility = forms.ModelChoiceField(queryset=Facility.objects.none(), label=_("Facility"))
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(), label=_("Project"), required=False
    )
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"))
    pays = forms.ChoiceField(
        label=_("paid by"), choices=[("", _("as the charter says")), *PAYERS], required=False
    )
    letter_on = forms.DateField(label=_("letter of the three parties signed on"))
    letter = forms.FileField(label=_("scan of the letter"), required=False)
    undertaking_on = forms.DateField(
        label=_("undertaking on IP and secrecy signed on"), required=False
    )

    def prepare(self) -> None:
        super().prepare()
        here = self.fields["consortium_choice"].queryset  # type: ignore[attr-defined]
        for name, model in (("home", Member), ("facility", Facility), ("project", Project)):
            rows = model._default_manager.filter(consortium__in=here).order_by("pk")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        for name in ("home", "facility", "project"):
            row = self.cleaned_data.get(name)
            if row is not None and row.consortium != self.cleaned_data.get("consortium_choice"):
                self.add_error(name, _("It is of another consortium."))
        return self.cleaned_data

    def write(self) -> Secondment:
        data = self.plain()
        home = data.pop("home")
        data["pays"] = Payer(data["pays"]) if data["pays"] else None
        data.pop("letter")
        return filed(
            self,
            "letter",
            lambda letter: second(home=home, sending=Sending(letter=letter, **data), **self.who),
        )


class Extend(Act):
    name, title, icon = "extend", _("Extend"), "update"
    operation = "projects.extend"
    ends_on = forms.DateField(label=_("until (exclusive)"))

    @classmethod
    def fits(cls, subject: Secondment) -> bool:
        return subject.handed_back_on is None

    def write(self) -> Secondment:
        return extend(secondment=self.subject, **self.plain(), **self.who)


class HandBack(Act):
    name, title, icon = "hand-back", _("Hand back"), "undo"
    operation = "projects.hand_back"
    note = _("What the person may do for the facility's organization ends on that day.")
    handed_back_on = forms.DateField(label=_("handed back on"))

    @classmethod
    def fits(cls, subject: Secondment) -> bool:
        return subject.handed_back_on is None

    def write(self) -> Secondment:
        return hand_back(secondment=self.subject, **self.plain(), **self.who)


class There(admin.SimpleListFilter):
    """Secondments by whether the person is there today."""

    title, parameter_name = _("there today"), "there"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("there today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return present(queryset, clock.today()) if self.value() == "yes" else queryset


@admin.register(Secondment)
class SecondmentAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds, acts = Send, (Extend, HandBack)
    list_display = ("person", "home", "facility", "project", "starts_on", "ends_on", "state",
                    "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), There, "starts_on", "ends_on")
    search_fields = ("person", "home__organization__name_en", "home__organization__name_zh")
    ordering = ("-starts_on", "pk")
    select = ("consortium", "home__organization", "facility", "project")
    fields = (
        ("person", "home"), ("facility", "project"), ("starts_on", "ends_on"),
        ("agreed_until", "handed_back_on"), ("pays", "state"), ("letter_on", "undertaking_on"),
    )  # fmt: skip
    readonly_fields = ("state",)

    @display(description=_("state"))
    def state(self, row: Secondment) -> str:
        on = clock.today(row.consortium)
        if row.handed_back_on is not None and row.handed_back_on <= on:
            return shown.mark(pgettext("secondment", "back"))
        if row.starts_on > on:
            return shown.mark(pgettext("secondment", "to come"), "note")
        if row.ends_on is not None and row.ends_on <= on:
            return shown.mark(pgettext("secondment", "not handed back"), "bad")
        return shown.mark(pgettext("secondment", "there"), "good")
