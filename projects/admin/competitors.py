"""Competitors that members have declared."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from consortium.admin.acts import Act, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Consortium
from projects.models import Competitor
from projects.operations.competitors import declare_competitor, end_competitor
from projects.states import PROJECT_READERS

FIELD = Competitor._meta.get_field


class DeclareCompetitor(Act):
    """Enter what a member has declared on paper."""

    name, title, icon = "add", _("Enter a declared competitor"), "swords"
    operation = "projects.declare_competitor"
    done = _("The competitor is declared.")
    note = _("Neither of the two reviews the other's proposals, nor does anybody of their groups.")
    member = Scoped(FIELD("member"), label=_("member"))
    organization = Scoped(FIELD("organization"), label=_("competitor"))
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until (exclusive)"), required=False)

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["member"].consortium
        return found

    def write(self) -> Competitor:
        return declare_competitor(**self.plain(), **self.who)


class EndCompetitor(Act):
    """End a declaration on a day."""

    name, title, icon = "end", _("End the declaration"), "event_busy"
    operation = "projects.end_competitor"
    done = _("The declaration is ended.")
    ends_on = forms.DateField(label=_("until (exclusive)"))

    def write(self) -> Competitor:
        row = self.subject
        return end_competitor(
            member=row.member, competitor=row, **self.plain("ends_on"), **self.who
        )


@admin.register(Competitor)
class CompetitorAdmin(ConsortiumAdmin):
    view_roles = frozenset(PROJECT_READERS)
    adds, acts = DeclareCompetitor, (EndCompetitor,)
    list_display = ("member", "organization", "starts_on", "ends_on", "consortium")
    list_filter = (("consortium", ScopedFilter), "starts_on")
    search_fields = ("member__organization__name_en", "member__organization__name_zh")
    ordering = ("member", "starts_on", "pk")
    select = ("consortium", "member__organization", "organization", "declared_by")
    fields = (("member", "organization"), ("starts_on", "ends_on"), "declared_by")
