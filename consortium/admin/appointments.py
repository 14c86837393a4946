"""Appointments: who acts for the consortium, and who for a member."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock
from consortium.admin.acts import Act, ActWithin, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.exchange import Exchange, NotThere
from consortium.admin.resources import AppointmentResource
from consortium.models import Appointment, User
from consortium.operations.appointments import appoint, end_appointment
from consortium.states import Role


class Appoint(ActWithin):
    """Appoint someone who has an account; found by exact name, so that nobody is listed."""

    name, title, operation = "add", _("Appoint a person"), "consortium.appoint"
    submit, done = _("Appoint"), _("The person is appointed.")
    person = forms.CharField(
        label=_("person"),
        help_text=_("User name or mail address; a platform administrator opens accounts."),
    )
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    organization = Scoped(
        Appointment._meta.get_field("organization"),
        label=_("on behalf of"),
        required=False,
        help_text=_("Only for signatories and contacts of a member."),
    )
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    def write(self) -> Appointment:
        values: dict[str, Any] = self.plain("organization", "starts_on", "ends_on")
        text = self.cleaned_data["person"].strip()
        lookup = "email__iexact" if "@" in text else "username"
        user = User.objects.filter(**{lookup: text}, is_active=True).first()
        if user is None:
            raise NotThere(column=_("person"), value=text)
        role = Role(self.cleaned_data["role"])
        return appoint(consortium=self.consortium, user=user, role=role, **values, **self.who)


class EndAppointment(Act):
    name, title, icon = "end", _("End appointment"), "logout"
    operation = "consortium.end_appointment"
    submit = _("End appointment")
    ends_on = forms.DateField(
        label=_("until (exclusive)"), help_text=_("Its rights are gone from that day on.")
    )

    @classmethod
    def fits(cls, subject: Appointment) -> bool:
        return subject.ends_on is None or subject.ends_on > clock.today(subject.consortium)

    def write(self) -> Appointment:
        appointment = Appointment.objects.get(pk=self.subject.pk)
        return end_appointment(appointment=appointment, **self.plain(), **self.who)


@admin.register(Appointment)
class AppointmentAdmin(Exchange, ConsortiumAdmin):
    adds, acts = Appoint, (EndAppointment,)
    imports = "consortium.appoint"
    resource_classes = (AppointmentResource,)
    list_display = ("person", "role", "organization", "consortium", "starts_on", "ends_on")
    list_filter = (("consortium", ScopedFilter), "role")
    search_fields = (
        "user__name", "user__username", "organization__name_en", "organization__name_zh",
    )  # fmt: skip
    ordering = ("user__name", "user__username", "starts_on", "pk")
    select = ("user", "consortium", "organization")
    fields = ("person", "role", "organization", "consortium", ("starts_on", "ends_on"))
    readonly_fields = ("person",)

    @display(description=_("person"), ordering="user__name")
    def person(self, row: Appointment) -> str:
        return str(row.user)
