"""Licences: applications, what was granted, what was stated and charged, and who got what."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from consortium import clock, words
from consortium.admin import shown
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from ip.admin.application_acts import (
    AnswerForOwner,
    EnterApplication,
    RefuseApplication,
    WithdrawApplication,
    WriteEntry,
)
from ip.admin.licence_acts import (
    EndLicence,
    EnterConsent,
    GrantLicence,
    ProposeLicence,
    ReachMilestone,
)
from ip.admin.moves import said_uses
from ip.admin.royalty_acts import CorrectRoyalty, Distribute, EnterRoyalty, RequestAudit
from ip.models import (
    DistributionPart,
    Licence,
    LicenceApplication,
    LicenceCharge,
    RoyaltyStatement,
)
from ip.states import EARNING_READERS, IP_READERS, LICENCE_READERS

READERS = frozenset(LICENCE_READERS)


class ForUses(ConsortiumAdmin):
    """What is asked for or granted for some uses."""

    @display(description=_("uses"))
    def uses_shown(self, row: Any) -> str:
        return said_uses(row.uses)


@admin.register(LicenceApplication)
class LicenceApplicationAdmin(ForUses):
    view_roles = frozenset(IP_READERS)
    adds = EnterApplication
    acts = (
        ProposeLicence, WriteEntry, AnswerForOwner, RefuseApplication, WithdrawApplication,
    )  # fmt: skip
    page_template = "ip/licence_application.html"
    list_display = ("number", "applicant", "result", "kind", "applied_on", "state")
    list_filter = (("result__consortium", ScopedFilter), "kind", "closing", "applied_on")
    search_fields = ("number", "result__number", "applicant__name_en", "applicant__name_zh")
    ordering = ("-applied_on", "-pk")
    select = ("result__consortium", "result__charter", "applicant", "offer__result")
    fields = (
        ("number", "applicant"), ("result", "kind"), "offer", ("uses_shown", "field"),
        ("territory", "months"), ("applied_on", "state"), "text", "reason",
    )  # fmt: skip
    readonly_fields = ("state", "uses_shown")

    @display(description=_("state"))
    def state(self, row: LicenceApplication) -> str:
        if row.closed_on is None:
            return shown.mark(pgettext("application", "open"), "warn")
        return shown.mark(row.get_closing_display(), "good" if row.closing == "granted" else "")

    def page(self, request: HttpRequest, obj: LicenceApplication) -> dict[str, Any]:
        return {
            "entries": obj.entries.select_related("speaker").order_by("pk"),
            "licences": obj.licences.order_by("pk"),
        }

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        if isinstance(result, Licence):
            return reverse("admin:ip_licence_change", args=[result.pk])
        return super().after(request, obj, result)


@admin.register(Licence)
class LicenceAdmin(ForUses):
    view_roles = READERS
    acts = (
        EnterConsent, GrantLicence, EnterRoyalty, ReachMilestone, RequestAudit, EndLicence,
    )  # fmt: skip
    page_template = "ip/licence.html"
    list_display = ("number", "licensee", "result", "kind", "starts_on", "until", "state")
    list_filter = (("result__consortium", ScopedFilter), "kind", "granted_on", "starts_on")
    search_fields = ("number", "result__number", "licensee__name_en", "licensee__name_zh")
    ordering = ("-pk",)
    select = (
        "result__consortium", "result__charter", "licensee", "application", "ending",
        "proposed_by", "granted_by",
    )  # fmt: skip
    fields = (
        ("number", "licensee"), ("result", "application"), ("kind", "uses_shown"),
        ("field", "territory"),
        ("starts_on", "until"), ("fee_shown", "rate_shown"), ("minimum_shown", "every_months"),
        ("sublicensing", "most_favoured"), ("body", "decided_on"),
        ("proposed_on", "proposed_by"), ("granted_on", "granted_by"), "notified_on",
    )  # fmt: skip
    readonly_fields = ("until", "uses_shown", "fee_shown", "rate_shown", "minimum_shown")

    @display(description=_("until (exclusive)"))
    def until(self, row: Licence) -> str:
        return shown.day(row.ending.ends_on if hasattr(row, "ending") else row.ends_on)

    @display(description=_("state"))
    def state(self, row: Licence) -> str:
        if row.granted_on is None:
            return shown.mark(pgettext("plan", "proposed"), "warn")
        if hasattr(row, "ending"):
            return shown.mark(row.ending.get_cause_display())
        return shown.mark(pgettext("licence", "granted"), "good")

    @display(description=_("transfer fee"))
    def fee_shown(self, row: Licence) -> str:
        return words.amount(row.fee, row.unit)

    @display(description=_("royalty: part of net sales"))
    def rate_shown(self, row: Licence) -> str:
        return shown.share(row.rate)

    @display(description=_("least royalty a year"))
    def minimum_shown(self, row: Licence) -> str:
        return words.amount(row.minimum, row.unit)

    def page(self, request: HttpRequest, obj: Licence) -> dict[str, Any]:
        who = request.user, clock.today(obj.consortium)
        charges = obj.licencecharges.visible_to(*who).select_related("charge", "distribution")
        statements = obj.royaltystatements.visible_to(*who).order_by("starts_on", "version")
        earned = DistributionPart.objects.visible_to(*who)
        return {
            "consents": obj.licenceconsents.select_related("owner").order_by("pk"),
            "milestones": [
                (each, words.amount(each.amount, obj.unit))
                for each in obj.licencemilestones.order_by("pk")
            ],
            "statements": [
                (each, words.amount(each.net, obj.unit), words.amount(each.royalty, obj.unit))
                for each in statements
            ],
            "charges": [
                (each, words.amount(each.charge.amount, obj.unit))
                for each in charges.order_by("pk")
            ],
            "parts": parts(earned.filter(distribution__earned__licence=obj), obj),
        }


def parts(rows: Any, licence: Licence) -> list[tuple[DistributionPart, str]]:
    found = rows.select_related("recipient", "distribution__earned__charge").order_by("pk")
    return [(each, words.amount(each.amount, licence.unit)) for each in found]


@admin.register(RoyaltyStatement)
class RoyaltyStatementAdmin(ConsortiumAdmin):
    view_roles = frozenset(EARNING_READERS)
    acts = (CorrectRoyalty,)
    page_template = "ip/royalty_statement.html"
    list_display = ("licence", "starts_on", "ends_on", "version", "royalty_shown", "stated_on")
    list_filter = (("licence__result__consortium", ScopedFilter), "starts_on", "stated_on")
    search_fields = ("licence__number", "licence__licensee__name_en")
    ordering = ("-stated_on", "-pk")
    select = ("licence__result__consortium", "licence__licensee")
    fields = (
        ("licence", "version"), ("starts_on", "ends_on"), ("net_shown", "royalty_shown"),
        ("stated_on", "signed_by"), "finding",
    )  # fmt: skip
    readonly_fields = ("net_shown", "royalty_shown")

    @display(description=_("net sales"))
    def net_shown(self, row: RoyaltyStatement) -> str:
        return words.amount(row.net, row.licence.unit)

    @display(description=_("royalty"))
    def royalty_shown(self, row: RoyaltyStatement) -> str:
        return words.amount(row.royalty, row.licence.unit)

    def page(self, request: HttpRequest, obj: RoyaltyStatement) -> dict[str, Any]:
        lines = obj.lines.order_by("pk")
        return {"lines": [(each, words.amount(each.amount, obj.licence.unit)) for each in lines]}


@admin.register(LicenceCharge)
class LicenceChargeAdmin(ConsortiumAdmin):
    view_roles = frozenset(EARNING_READERS)
    acts = (Distribute,)
    page_template = "ip/licence_charge.html"
    list_display = ("licence", "earning", "number", "amount_shown", "counts_on", "divided")
    list_filter = (("licence__result__consortium", ScopedFilter), "earning", "counts_on")
    search_fields = ("licence__number", "charge__number")
    ordering = ("-pk",)
    select = (
        "licence__result__consortium", "licence__result__charter", "licence__licensee", "charge",
        "distribution",
    )  # fmt: skip
    fields = (("licence", "earning"), ("number", "amount_shown"), ("counts_on", "divided"))
    readonly_fields = ("number", "amount_shown", "divided")

    @display(description=_("charge"))
    def number(self, row: LicenceCharge) -> str:
        return row.charge.number

    @display(description=_("amount"))
    def amount_shown(self, row: LicenceCharge) -> str:
        return words.amount(row.charge.amount, row.licence.unit)

    @display(description=_("divided on"))
    def divided(self, row: LicenceCharge) -> str:
        done = hasattr(row, "distribution")
        return shown.day(row.distribution.distributed_on if done else None)

    def page(self, request: HttpRequest, obj: LicenceCharge) -> dict[str, Any]:
        return {
            "parts": parts(DistributionPart.objects.filter(distribution__earned=obj), obj.licence)
        }
