"""Organizations and who controls them."""

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms.models import fields_for_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.acts import ActWithin, Scoped
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline
from consortium.admin.exchange import Exchange
from consortium.admin.resources import OrganizationResource
from consortium.models import Control, Member, Organization
from consortium.operations.organizations import end_control, record_control, register_organization
from consortium.rules.standards import countries
from consortium.states import Role

REGISTERED = ("name_zh", "name_en", "kind", "country", "registration_number")


def country_name(code: str) -> str:
    return str(words.locale().territories.get(code, code))


class Register(ActWithin):
    name, title = "add", _("Register an organization")
    operation = "consortium.register_organization"
    done = _("The organization is registered.")

    def prepare(self) -> None:
        super().prepare()
        self.fields.update(fields_for_model(Organization, fields=REGISTERED))
        names = sorted(((code, country_name(code)) for code in countries()), key=lambda c: c[1])
        first = [(code, country_name(code)) for code in ("CN",)]
        self.fields["country"] = forms.ChoiceField(label=_("country"), choices=first + names)

    def write(self) -> Organization:
        return register_organization(consortium=self.consortium, **self.plain(), **self.who)


class MembershipInline(ReadOnlyInline):
    model = Member
    verbose_name_plural = _("Memberships")
    fields = readonly_fields = ("consortium", "terms_shown")
    ordering = ("pk",)
    show_change_link = True
    select = ("consortium",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).prefetch_related("terms")

    @display(description=_("terms"))
    def terms_shown(self, row: Member) -> str:
        terms = sorted(row.terms.all(), key=lambda term: term.starts_on)
        return "; ".join(f"{t.category}: {shown.period(t.starts_on, t.ends_on)}" for t in terms)


class ControllerInline(ReadOnlyInline):
    model = Control
    fk_name = "organization"
    verbose_name_plural = _("Controlled by")
    fields = readonly_fields = ("controller", "percentage", "starts_on", "ends_on")
    ordering = ("starts_on",)
    select = ("controller",)
    view_roles = frozenset({Role.SECRETARY, Role.AUDITOR})
    show_change_link = True

    @display(description=_("share"))
    def percentage(self, row: Control) -> str:
        return shown.share(row.share)


@admin.register(Organization)
class OrganizationAdmin(Exchange, ConsortiumAdmin):
    adds = Register
    imports = "consortium.register_organization"
    resource_classes = (OrganizationResource,)
    inlines = (MembershipInline, ControllerInline)
    list_display = ("named", "kind", "place", "registration_number", "belongs")
    list_display_links = ("named",)
    list_filter = ("kind", "country")
    search_fields = ("name_en", "name_zh", "registration_number")
    ordering = ("name_en", "name_zh", "pk")
    fields = REGISTERED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        seen = Member.objects.visible_to(request.user, clock.today()).select_related("consortium")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("members", queryset=seen, to_attr="memberships"))

    @display(description=_("name"), ordering="name_en")
    def named(self, row: Organization) -> str:
        return row.name

    @display(description=_("country"), ordering="country")
    def place(self, row: Organization) -> str:
        return country_name(row.country)

    @display(description=_("member of"))
    def belongs(self, row: Organization) -> str:
        return ", ".join(str(m.consortium) for m in row.memberships) or "—"  # type: ignore[attr-defined]


class RecordControl(ActWithin):
    name, title, operation = "add", _("Record a control"), "consortium.record_control"
    organization = Scoped(Control._meta.get_field("organization"), label=_("organization"))
    controller = Scoped(Control._meta.get_field("controller"), label=_("controller"))
    percentage = forms.DecimalField(
        label=_("share in per cent"), max_digits=7, decimal_places=4, min_value=0, max_value=100
    )
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    def write(self) -> Control:
        values = self.plain()
        share: Decimal = values.pop("percentage") / 100
        return record_control(consortium=self.consortium, share=share, **values, **self.who)


class EndControl(ActWithin):
    name, title, icon = "end", _("End"), "event_busy"
    operation = "consortium.end_control"
    ends_on = forms.DateField(label=_("until (exclusive)"))

    @classmethod
    def fits(cls, subject: Control) -> bool:
        return subject.ends_on is None

    def write(self) -> Control:
        return end_control(
            consortium=self.consortium, control=self.subject, **self.plain(), **self.who
        )


@admin.register(Control)
class ControlAdmin(ConsortiumAdmin):
    view_roles = frozenset({Role.SECRETARY, Role.AUDITOR})
    adds, acts = RecordControl, (EndControl,)
    list_display = ("organization", "controller", "percentage", "starts_on", "ends_on")
    list_filter = ("starts_on",)
    search_fields = (
        "organization__name_en", "organization__name_zh",
        "controller__name_en", "controller__name_zh",
    )  # fmt: skip
    ordering = ("organization__name_en", "starts_on", "pk")
    select = ("organization", "controller")
    fields = ("organization", "controller", "percentage", "starts_on", "ends_on")
    readonly_fields = ("percentage",)

    @display(description=_("share"), ordering="share")
    def percentage(self, row: Control) -> str:
        return shown.share(row.share)
