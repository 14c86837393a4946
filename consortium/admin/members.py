"""Members: admitting them, their terms, their suspensions, their people."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.acts import Act, ActWithin, Scoped, Weighed
from consortium.admin.base import ConsortiumAdmin, ReadOnlyInline, ScopedFilter
from consortium.admin.exchange import Exchange
from consortium.admin.facts import told
from consortium.admin.resources import MemberResource
from consortium.admin.seats import GiveSeat, SeatInline
from consortium.admin.standing import standing
from consortium.models import Appointment, Member, MembershipTerm, Suspension
from consortium.operations.members import (
    admit,
    change_category,
    end_membership,
    reinstate,
    suspend,
)
from consortium.reports.leaving import leaving, preview
from consortium.rules.admission import Leaving
from consortium.rules.choices import Left
from consortium.states import LEFT, RIGHTS, Role

CATEGORY_HELP = _("The code the charter's dues name, such as “member”.")


class Admit(ActWithin):
    name, title, operation = "add", _("Admit a member"), "consortium.admit"
    submit, done = _("Admit"), _("The member is admitted.")
    organization = Scoped(Member._meta.get_field("organization"), label=_("organization"))
    category = forms.SlugField(label=_("category"), max_length=40, help_text=CATEGORY_HELP)
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)
    share = forms.DecimalField(
        label=_("share"), required=False, max_digits=7, decimal_places=6,
        min_value=0, max_value=1, help_text=_("1 is the whole; leave empty where there is none."),
    )  # fmt: skip

    def write(self) -> Member:
        return admit(consortium=self.consortium, **self.plain(), **self.who).member


class ChangeCategory(Act):
    name, title, icon = "category", _("Change category"), "swap_horiz"
    operation = "consortium.change_category"
    category = forms.SlugField(label=_("category"), max_length=40, help_text=CATEGORY_HELP)
    from_on = forms.DateField(label=_("from"))

    @classmethod
    def fits(cls, subject: Member) -> bool:
        return has_open_term(subject)

    def write(self) -> MembershipTerm:
        return change_category(member=self.subject, **self.plain(), **self.who)


class EndMembership(Weighed):
    name, title, icon = "end", _("End membership"), "logout"
    operation = "consortium.end_membership"
    submit = _("End membership")
    left = forms.ChoiceField(
        label=pgettext_lazy("membership", "left"),
        choices=LEFT,
        help_text=_("Whether in good standing or in breach; all members see it, not what is owed."),
    )
    told_on = forms.DateField(
        label=_("notice given on"), required=False, help_text=_("Empty: today.")
    )
    ends_on = forms.DateField(
        label=_("until (exclusive)"),
        required=False,
        help_text=_("The first day that no longer counts. Empty: when the notice has run out."),
    )

    @classmethod
    def fits(cls, subject: Member) -> bool:
        return has_open_term(subject)

    @property
    def told_on_or_today(self) -> date:
        found: date = self.cleaned_data["told_on"] or self.today
        return found

    @property
    def notice(self) -> Leaving:
        return leaving(consortium=self.consortium, told_on=self.told_on_or_today)

    @property
    def last(self) -> date:
        """Return the day from which it is no member: what was entered, or when notice is over."""
        found: date = self.cleaned_data["ends_on"] or self.notice.leaves_on
        return found

    def weigh(self) -> list[str]:
        who = {"user": self.by, "on": self.today}
        found = preview(member=self.subject, ends_on=self.last, **who)
        said = {"told_on": self.told_on_or_today, "leaves_on": self.notice.leaves_on}
        return [
            words.say("leaving_on", {"member": str(self.subject), "ends_on": self.last}),
            words.say("leaving_notice", said),
            *(words.say(each.code, each.values) for each in found),
        ]

    def write(self) -> MembershipTerm:
        return end_membership(
            member=self.subject,
            ends_on=self.last,
            left=Left(self.cleaned_data["left"]),
            told_on=self.cleaned_data["told_on"],
            **self.who,
        )


class Suspend(Act):
    name, title, icon = "suspend", _("Suspend a right"), "block"
    operation = "consortium.suspend"
    submit = _("Suspend")
    right = forms.ChoiceField(label=_("right"), choices=RIGHTS)
    cause = forms.SlugField(
        label=_("cause"), max_length=40, help_text=_("A short code, such as “arrears”.")
    )
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, required=False)
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    @classmethod
    def fits(cls, subject: Member) -> bool:
        return has_open_term(subject)

    def write(self) -> Suspension:
        return suspend(member=self.subject, **self.plain(), **self.who)


class Reinstate(Act):
    name, title, icon = "reinstate", _("Reinstate"), "check_circle"
    operation = "consortium.reinstate"
    submit = _("Reinstate")
    suspension = forms.ModelChoiceField(Suspension.objects.none(), label=_("suspension"))
    from_on = forms.DateField(label=_("from"))

    @classmethod
    def fits(cls, subject: Member) -> bool:
        return subject.suspensions.filter(ends_on=None).exists()

    def prepare(self) -> None:
        seen = Suspension.objects.visible_to(self.request.user, standing(self.request).today)
        self.fields["suspension"].queryset = seen.filter(  # type: ignore[attr-defined]
            member=self.subject, ends_on=None
        ).select_related("member__organization")

    def write(self) -> Suspension:
        return reinstate(member=self.subject, **self.plain(), **self.who)


def has_open_term(member: Member) -> bool:
    """Say whether the member belongs today or later."""
    today = clock.today(member.consortium)
    return any(t.ends_on is None or t.ends_on > today for t in member.terms.all())


class TermInline(ReadOnlyInline):
    model = MembershipTerm
    fields = readonly_fields = (
        "category", "starts_on", "ends_on", "percentage", "left", "told_on",
    )  # fmt: skip
    ordering = ("starts_on",)

    @display(description=_("share"))
    def percentage(self, row: MembershipTerm) -> str:
        return shown.share(row.share)


class SuspensionInline(ReadOnlyInline):
    model = Suspension
    fields = readonly_fields = ("right", "cause", "reason", "starts_on", "ends_on")
    ordering = ("starts_on", "pk")
    view_roles = frozenset({Role.SECRETARY, Role.FINANCE, Role.AUDITOR})


class StandingFilter(admin.SimpleListFilter):
    """Members of today, of the past, and of days to come."""

    title, parameter_name = _("standing"), "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("current", _("Member today")),
            ("former", _("Former member")),
            ("future", _("Joins later")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = standing(request).today
        later = MembershipTerm.objects.filter(member=OuterRef("pk"), starts_on__gt=today)
        match self.value():
            case "current":
                return queryset.filter(category_today__isnull=False)
            case "former":
                return queryset.filter(~Exists(later), category_today=None)
            case "future":
                return queryset.filter(Exists(later), category_today=None)
        return queryset


class CategoryFilter(admin.SimpleListFilter):
    """Members by their category today."""

    title, parameter_name = _("category"), "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        seen = MembershipTerm.objects.visible_to(request.user, standing(request).today)
        found = seen.order_by("category").values_list("category", flat=True).distinct()
        return [(category, category) for category in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(category_today=self.value()) if self.value() else queryset


@admin.register(Member)
class MemberAdmin(Exchange, ConsortiumAdmin):
    adds, acts = Admit, (GiveSeat, ChangeCategory, EndMembership, Suspend, Reinstate)
    imports = "consortium.admit"
    resource_classes = (MemberResource,)
    inlines = (TermInline, SeatInline, SuspensionInline)
    page_template, page_first = "consortium/member.html", False
    list_display = ("named", "consortium", "category_now", "since", "until")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), StandingFilter, CategoryFilter)
    search_fields = (
        "organization__name_en", "organization__name_zh", "organization__registration_number",
    )  # fmt: skip
    ordering = ("consortium__is_reference", "organization__name_en", "pk")
    select = ("consortium", "organization")
    fields = (("consortium", "organization"),)
    readonly_fields = ("consortium", "organization")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        terms = MembershipTerm.objects.filter(member=OuterRef("pk"))
        now = terms.on(standing(request).today)
        return (
            super()
            .get_queryset(request)
            .annotate(
                category_today=Subquery(now.values("category")[:1]),
                first_on=Subquery(terms.order_by("starts_on").values("starts_on")[:1]),
                last_on=Subquery(terms.order_by("-starts_on").values("ends_on")[:1]),
            )
        )

    @display(description=_("organization"), ordering="organization__name_en")
    def named(self, row: Member) -> str:
        return row.organization.name

    @display(description=_("category today"), ordering="category_today")
    def category_now(self, row: Any) -> str:
        return row.category_today or shown.mark(_("no term today"))

    @display(description=_("first term from"), ordering="first_on")
    def since(self, row: Any) -> str:
        return shown.day(row.first_on)

    @display(description=_("last term until"), ordering="last_on")
    def until(self, row: Any) -> str:
        return shown.day(row.last_on) if row.last_on else str(_("open"))

    def page(self, request: HttpRequest, obj: Member) -> dict[str, Any]:
        seen = Appointment.objects.visible_to(request.user, standing(request).today)
        people = seen.filter(consortium=obj.consortium, organization=obj.organization)
        return {
            "people": people.select_related("user").order_by("role", "starts_on"),
            "facts": told(obj.organization.facts.order_by("position")),
        }
