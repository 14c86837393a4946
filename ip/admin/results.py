"""Results: what each is, who made it, who owns it since when, and what to mind."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from ip.admin.acts import ACTS
from ip.admin.disclosing import EnterDisclosure
from ip.admin.offering import OfferLicence
from ip.admin.papers import paper_url
from ip.models import Exclusivity, Licence, Result, ShareOffer
from ip.reports.charters import section_of
from ip.reports.warnings import warnings
from ip.rules.clauses import Clause
from ip.states import IP_READERS
from projects.words import said

READERS = frozenset(IP_READERS)


@admin.register(Result)
class ResultAdmin(ConsortiumAdmin):
    view_roles = READERS
    adds, acts = EnterDisclosure, (*ACTS, OfferLicence)
    page_template = "ip/result.html"
    list_display = ("number", "title_shown", "kind", "disclosed_by", "project", "completed_on",
                    "confidentiality", "consortium")  # fmt: skip
    list_filter = (("consortium", ScopedFilter), "kind", "confidentiality", "completed_on")
    search_fields = ("number", "name_en", "name_zh")
    ordering = ("-completed_on", "-pk")
    select = ("consortium", "charter", "project", "disclosed_by", "exclusivity")
    fields = (
        ("number", "consortium"), ("name_en", "name_zh"), ("kind", "tier"),
        ("project", "work_package"), ("completed_on", "disclosed_on"),
        ("disclosed_by", "confidentiality"), ("charter", "field"), "summary",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return [paper_url(), *super().get_urls()]

    @display(description=_("title"), ordering="name_en")
    def title_shown(self, row: Result) -> str:
        return row.name

    def title_of(self, obj: Result) -> str:
        return f"{obj.number} · {obj.name}"

    def page(self, request: HttpRequest, obj: Result) -> dict[str, Any]:
        on = clock.today(obj.consortium)
        section = section_of(obj.charter)
        rules = dict(section.clauses())
        promise = getattr(obj, "exclusivity", None)
        shares = obj.shares.select_related("owner", "deed").order_by("starts_on", "pk")
        return {
            "on": on,
            "warned": [words.say(each.code, each.values) for each in warnings(obj)],
            "owners": [(each, reason(each, rules), each.period.contains(on)) for each in shares],
            "contributions": obj.contributions.select_related("generator").order_by("pk"),
            "inventors": obj.inventors.select_related("employer").order_by("pk"),
            "funding": obj.resultfundings.select_related("instrument__funder").order_by("pk"),
            "evaluations": obj.evaluations.order_by("-evaluated_on", "-pk"),
            "changes": obj.ownershipchanges.select_related("giver", "taker").order_by("-pk"),
            "offers": obj.shareoffers.select_related("giver").order_by("-pk"),
            "promise": promise,
            "promised": promised(promise),
            "moves": obj.exclusivitychanges.order_by("decided_on", "pk"),
            "families": obj.patentfamilys.order_by("pk"),
            "licences": Licence.objects.visible_to(request.user, on)
            .filter(result=obj)
            .select_related("licensee")
            .order_by("pk"),
        }


def reason(share: Any, clauses: dict[str, Any]) -> str:
    """Return by what an owner has its part: the rule's own name, or the agreement or deed."""
    return named(clauses.get(share.path)) or str(share.get_cause_display())


def promised(promise: Exclusivity | None) -> str:
    """Return the name of the rule that promised, as the charter of that day has it."""
    if promise is None:
        return ""
    return named(dict(section_of(promise.charter).clauses()).get(promise.path))


def named(rule: Clause | None) -> str:
    """Return a rule's own name with the clause it is; nothing where there is no such rule."""
    if rule is None:
        return ""
    return f"{said(rule.label)} ({rule.clause})" if rule.clause else said(rule.label)


@admin.register(ShareOffer)
class ShareOfferAdmin(ConsortiumAdmin):
    view_roles = READERS
    list_display = ("result", "giver", "offered_on", "until", "state")
    list_filter = (("result__consortium", ScopedFilter), "until")
    search_fields = ("result__number", "giver__name_en", "giver__name_zh")
    ordering = ("until", "pk")
    select = ("result__consortium", "giver")
    fields = (("result_link", "giver"), ("offered_on", "until"), ("settled_on", "state"), "reason")
    readonly_fields = ("result_link", "state")

    @display(description=_("result"))
    def result_link(self, row: ShareOffer) -> str:
        return shown.link(row.result, row.result.number)

    @display(description=_("state"))
    def state(self, row: ShareOffer) -> str:
        if row.settled_on is None:
            return shown.mark(_("open to the other owners"), "warn")
        return shown.mark(_("may lapse")) if row.lapsed else shown.mark(_("passed on"), "good")
