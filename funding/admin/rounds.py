"""Rounds: who has declared, what each was assessed and charged, and what comes next."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from consortium import clock
from consortium.admin import shown
from consortium.admin.base import ScopedFilter
from consortium.admin.standing import standing
from consortium.states import Role
from funding.admin.acts import AssessNow, OpenRound, ProposeRun, RetryParked, schedule_days
from funding.admin.named import levy_name, with_levy_name
from funding.admin.pages import RoundPage, due_of, note_look
from funding.admin.paper import EnterDeclaration
from funding.admin.preview import Preview
from funding.admin.requests import RequestsAdmin
from funding.admin.roundlines import Lines, asked, parked, steps, total
from funding.admin.sheet import Sheet
from funding.models import FINANCE_READERS, Charge, DuesRun, Round
from funding.rules.choices import Visibility
from funding.states import Screen
from funding.words import label

CHASERS = frozenset({Role.SECRETARY, *FINANCE_READERS})
"""Who may know which members have not declared, and who was told."""

PARKED_READERS = frozenset({Role.SECRETARY, Role.FINANCE, Role.AUDITOR})


@admin.register(Round)
class RoundAdmin(RequestsAdmin):
    requests_title = _("Payment requests (PDF)")
    adds = OpenRound
    acts = (EnterDeclaration, AssessNow, ProposeRun, RetryParked)
    pages: tuple[type[RoundPage], ...] = (Sheet, Preview)
    page_template = "funding/round.html"
    list_display = ("levy_shown", "consortium", "period_shown", "opened_on", "closed")
    list_filter = (("consortium", ScopedFilter), "levy", "starts_on")
    search_fields = ("levy",)
    ordering = ("-starts_on", "levy", "pk")
    select = ("consortium",)
    fields = (("consortium", "levy_shown"), ("period_shown", "opened_on"))
    readonly_fields = ("period_shown", "levy_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        return with_levy_name(super().get_queryset(request), starts_on="starts_on")

    @display(description=_("levy"), ordering="levy")
    def levy_shown(self, row: Round) -> str:
        return levy_name(row)

    @display(description=_("period"), ordering="starts_on")
    def period_shown(self, row: Round) -> str:
        return shown.period(row.starts_on, row.ends_on)

    @display(description=_("state"))
    def closed(self, row: Round) -> str:
        if row.ends_on and row.ends_on <= clock.today(row.consortium):
            return shown.mark(_("Period over"))
        return shown.mark(_("Running"), "good")

    def title_of(self, obj: Round) -> str:
        return f"{levy_name(obj)} · {shown.period(obj.starts_on, obj.ends_on)}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return the round, or the run that was proposed in it."""
        if isinstance(result, DuesRun):
            return reverse("admin:funding_duesrun_change", args=[result.pk])
        return super().after(request, obj, result)

    # pages of their own

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                f"<int:object_id>/{page.name}/",
                self.admin_site.admin_view(partial(self.page_view, page=page)),
                name=f"funding_round_{page.name}",
            )
            for page in self.pages
        ]
        return [*pages, *super().get_urls()]

    def page_view(
        self, request: HttpRequest, object_id: int, page: type[RoundPage]
    ) -> HttpResponse:
        round = self.row(request, str(object_id))
        due = due_of(round)
        if due is None:
            raise Http404
        if not page.open_to(standing(request), round, due):
            raise PermissionDenied
        shown_page = page(self, request, round, due)
        return shown_page.post() if request.method == "POST" else shown_page.get()

    def buttons(self, request: HttpRequest, obj: Round) -> list[dict[str, Any]]:
        """Return ways in, without what is done from the preview or beside a parked item."""
        quiet = {self.act_path(act, obj) for act in (AssessNow, ProposeRun, RetryParked)}
        acts = [each for each in super().buttons(request, obj) if each["path"] not in quiet]
        due = due_of(obj)
        pages = [each for each in self.pages if due and each.open_to(standing(request), obj, due)]
        return [*(button(each, obj, first=not n) for n, each in enumerate(pages)), *acts]

    # requests for payment

    def charges(self, request: HttpRequest, obj: Round) -> QuerySet[Charge]:
        """Return what finance staff may send; others find nothing to send here."""
        here = standing(request)
        if not here.has(obj.consortium, frozenset(FINANCE_READERS)):
            return Charge.objects.none()
        return Charge.objects.visible_to(here.user, here.today).of_round(obj)

    def file_name(self, obj: Round) -> str:
        return f"{obj.levy}-{obj.starts_on.isoformat()}.pdf"

    # its page

    def page(self, request: HttpRequest, obj: Round) -> dict[str, Any]:
        due = due_of(obj)
        if due is None:
            return {"due": None}
        here = standing(request)
        reads = here.has(obj.consortium, frozenset(FINANCE_READERS))
        table = Lines(request, obj, due)
        lines = list(table.lines())
        if reads:
            seen = [each["member"] for each in lines if each["seen"] or each["assessment"]]
            note_look(request, obj, due, seen, Screen.ROUND)
        chasing = here.has(obj.consortium, CHASERS)
        declared = sum(1 for line in lines if line["declaration"])
        runs = DuesRun.objects.visible_to(here.user, here.today).filter(round=obj)
        run = runs.select_related("proposed_by").order_by("-pk").first()
        return {
            "due": due,
            "levy": label(due.levy.label),
            "days": schedule_days(due, clock.today(obj.consortium)),
            "steps": steps(due, declared, lines, run) if chasing else [],
            "run": run,
            "inputs": [label(each.label) for each in due.levy.inputs.values()],
            "lines": lines,
            "entitled": reads or due.levy.visibility != Visibility.SECRET,
            "chasing": chasing,
            "declared": declared,
            "may_enter": here.may("funding.enter_declaration", obj),
            "paper": self.act_path(EnterDeclaration, obj),
            "total": total(lines, due.levy.unit),
            "asked": asked(obj) if chasing else [],
            "parked": parked(obj, lines) if here.has(obj.consortium, PARKED_READERS) else [],
            "may_retry": here.may(RetryParked.operation, obj),
            "retry": self.act_path(RetryParked, obj),
        }


def button(page: type[RoundPage], round: Round, *, first: bool) -> dict[str, Any]:
    """Return the way to a page of a round as one of the theme's buttons."""
    return {
        "title": page.title,
        "icon": page.icon,
        "variant": ActionVariant.PRIMARY if first else ActionVariant.DEFAULT,
        "attrs": {},
        "path": reverse(f"admin:funding_round_{page.name}", args=[round.pk]),
    }
