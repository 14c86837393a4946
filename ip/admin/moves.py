"""Decisions on exclusivities, requests for access and offers: read, and entered from paper."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium.admin import shown
from consortium.admin.acts import Act, Scoped
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.models import Consortium
from ip.admin.offering import WithdrawOffer
from ip.models import AccessRequest, ExclusivityChange, LicenceOffer
from ip.operations.asking import Asked, request_access
from ip.operations.exclusivity import decide_exclusivity
from ip.rules.choices import Use
from ip.states import IP_READERS, USES
from projects.admin.acts import filed

READERS = frozenset(IP_READERS)


class OfResultAct(Act):
    """An act on a result that is chosen in the form."""

    paper = forms.FileField(label=_("scan"), required=False)

    @property
    def consortium(self) -> Consortium:
        found: Consortium = self.cleaned_data["result"].consortium
        return found


class MoveExclusivity(OfResultAct):
    name, title, operation = "add", _("Move an exclusivity"), "ip.decide_exclusivity"
    submit, done = _("Record"), _("The decision is recorded; the owners are told.")
    note = _("The charter names the body that may let it end later, or earlier.")
    result = Scoped(ExclusivityChange._meta.get_field("result"), label=_("result"))
    ends_on = forms.DateField(label=_("ends on"))
    body = forms.SlugField(label=_("decided by"), max_length=50)
    decided_on = forms.DateField(label=_("decided on"))
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea)
    field_order = ("result", "ends_on", "body", "decided_on", "reason", "paper")

    def write(self) -> ExclusivityChange:
        data = self.plain("result", "ends_on", "body", "decided_on", "reason")
        return filed(
            self, "paper", lambda paper: decide_exclusivity(**data, paper=paper, **self.who)
        )


class EnterRequest(OfResultAct):
    name, title, operation = "add", _("Enter a request for access"), "ip.request_access"
    submit, done = _("Enter"), _("The request is entered; the owners are told.")
    result = Scoped(AccessRequest._meta.get_field("result"), label=_("result"))
    asker = Scoped(AccessRequest._meta.get_field("asker"), label=_("organization"))
    uses = forms.MultipleChoiceField(
        label=_("uses"), choices=USES, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(label=_("what for"), widget=forms.Textarea)
    asked_on = forms.DateField(label=_("asked on"))
    field_order = ("result", "asker", "uses", "purpose", "asked_on", "paper")

    def write(self) -> AccessRequest:
        data = self.plain("result", "asker", "purpose", "asked_on")
        uses = tuple(Use(each) for each in self.cleaned_data["uses"])
        return filed(
            self,
            "paper",
            lambda paper: request_access(asked=Asked(uses=uses, paper=paper, **data), **self.who),
        )


def said_uses(uses: Iterable[str]) -> str:
    """Return uses in the reader's language."""
    labels = dict(USES)
    return ", ".join(str(labels[use]) for use in uses)


class OfResultAdmin(ConsortiumAdmin):
    view_roles = READERS
    list_filter: Any = (("result__consortium", ScopedFilter),)
    search_fields = ("result__number", "result__name_en", "result__name_zh")
    select: ClassVar[tuple[str, ...]] = ("result__consortium",)

    @display(description=_("result"), ordering="result__number")
    def of(self, row: Any) -> str:
        return f"{row.result.number} · {row.result.name}"

    @display(description=_("result"))
    def of_link(self, row: Any) -> str:
        return shown.link(row.result, self.of(row))


@admin.register(ExclusivityChange)
class ExclusivityChangeAdmin(OfResultAdmin):
    adds = MoveExclusivity
    list_display = ("of", "ends_on", "body", "decided_on")
    ordering = ("-decided_on", "-pk")
    fields = ("of_link", ("ends_on", "decided_on"), "body", "reason", "uid")
    readonly_fields = ("of_link", "uid")


@admin.register(AccessRequest)
class AccessRequestAdmin(OfResultAdmin):
    adds = EnterRequest
    select = ("result__consortium", "asker")
    list_display = ("of", "asker", "uses_shown", "asked_on")
    ordering = ("-asked_on", "-pk")
    fields = ("of_link", "asker", "uses_shown", "purpose", "asked_on", "uid")
    readonly_fields = ("of_link", "uses_shown", "uid")

    @display(description=_("uses"))
    def uses_shown(self, row: AccessRequest) -> str:
        return said_uses(row.uses)


@admin.register(LicenceOffer)
class LicenceOfferAdmin(OfResultAdmin):
    acts = (WithdrawOffer,)
    select = ("result__consortium", "charter")
    list_display = ("of", "to", "terms", "field", "published_on", "withdrawn_on")
    list_filter = (("result__consortium", ScopedFilter), "to")
    ordering = ("-published_on", "-pk")
    fields = ("of_link", ("to", "home"), "terms", ("field", "territory"), ("charter", "path"),
              ("published_on", "withdrawn_on"), "note", "uid")  # fmt: skip
    readonly_fields = ("of_link", "uid")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
