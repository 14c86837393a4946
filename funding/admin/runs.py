"""Dues runs: what one person proposed, for a second one to look at and confirm."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import clock
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.admin.standing import standing
from consortium.states import SECOND_ROLES, Role
from funding.admin.named import levy_name, with_levy_name
from funding.admin.pages import due_of, note_look
from funding.admin.preview import Table, tiles, total_tile
from funding.models import FINANCE_READERS, DuesRun
from funding.operations.runs import carry_out, confirm_run
from funding.reports import preview
from funding.reports.rounds import Due
from funding.reports.runs import assessed, confirmers, may_confirm
from funding.states import Screen

AT_ONCE = 2000
"""Members written while the browser waits; more are left to the bell of each minute."""

FEWEST = 5
"""Members whose sum says nothing of a single one to who may not read figures."""

REFRESH = 3
"""Seconds until the page of a run under way asks again."""


class ConfirmRun(Act):
    """Confirm a proposed run as the second person; then it is issued."""

    name, title, icon = "confirm", _("Confirm as second person"), "verified"
    operation, variant = "funding.confirm_run", "primary"
    submit = _("Confirm and charge")
    done = _("The run is confirmed.")

    @property
    def note(self) -> str:
        said = ngettext(
            "%(count)s member is assessed and charged. Nothing that is issued can be taken back;"
            " it is corrected by a later run.",
            "%(count)s members are assessed and charged. Nothing that is issued can be taken back;"
            " it is corrected by a later run.",
            self.subject.count,
        )
        return said % {"count": self.subject.count}

    def write(self) -> DuesRun:
        run = confirm_run(run=self.subject, **self.who)
        if run.count > AT_ONCE:
            messages.info(self.request, gettext("It is carried out in the background."))
            return run
        batch = carry_out(run, on=self.today)
        said = ngettext("%(count)s member assessed.", "%(count)s members assessed.", batch.written)
        messages.info(self.request, said % {"count": batch.written})
        return run


@admin.register(DuesRun)
class DuesRunAdmin(ConsortiumAdmin):
    view_roles = frozenset({*SECOND_ROLES, *FINANCE_READERS})
    acts = (ConfirmRun,)
    page_template = "funding/run.html"
    list_display = ("named", "count", "proposed", "confirmed", "state", "consortium")
    list_display_links = ("named",)
    list_filter = (("consortium", ScopedFilter), "proposed_on", "confirmed_on")
    ordering = ("-proposed_on", "-pk")
    select = ("consortium", "round__consortium", "proposed_by", "confirmed_by")
    fields = (("round_link", "consortium"), ("count", "state"), ("proposed", "confirmed"))
    readonly_fields = ("round_link", "state", "proposed", "confirmed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return with_levy_name(rows, starts_on="round__starts_on", levy="round__levy")

    def title_of(self, obj: DuesRun) -> str:
        return f"{levy_name(obj)} · {shown.period(obj.round.starts_on, obj.round.ends_on)}"

    @display(description=_("declaration round"), ordering="round__starts_on")
    def named(self, row: DuesRun) -> str:
        return self.title_of(row)

    @display(description=_("declaration round"))
    def round_link(self, row: DuesRun) -> str:
        return shown.link(row.round, self.title_of(row))

    @display(description=_("proposed"), ordering="proposed_on")
    def proposed(self, row: DuesRun) -> str:
        return said(row.proposed_on, row.proposed_by)

    @display(description=_("confirmed"), ordering="confirmed_on")
    def confirmed(self, row: DuesRun) -> str:
        return said(row.confirmed_on, row.confirmed_by)

    @display(description=_("state"))
    def state(self, row: DuesRun) -> str:
        if row.done_on is not None:
            return shown.mark(_("Issued"), "good")
        if row.confirmed_on is not None:
            return shown.mark(_("Being issued"), "note")
        return shown.mark(_("Waits for a second person"), "warn")

    def buttons(self, request: HttpRequest, obj: DuesRun) -> list[dict[str, Any]]:
        """Offer confirming to those only who can: not to who proposed it, nor another role."""
        waits = obj.confirmed_on is None and waits_for(request, obj)
        return super().buttons(request, obj) if waits else []

    def page(self, request: HttpRequest, obj: DuesRun) -> dict[str, Any]:
        due = due_of(obj.round)
        if due is None:
            return {"run": obj, "due": None}
        found: dict[str, Any] = {"run": obj, "due": due, "roles": roles_said(obj)}
        if obj.confirmed_on is None:
            return found | self.proposal(request, obj, due)
        done = assessed(obj)
        return found | {"assessed": done, "percent": min(100, 100 * done // max(obj.count, 1))}

    def proposal(self, request: HttpRequest, obj: DuesRun, due: Due) -> dict[str, Any]:
        """Return what is to be confirmed: sums to who may confirm, members to finance staff."""
        today = clock.today(obj.consortium)
        reads = standing(request).has(obj.consortium, frozenset(FINANCE_READERS))
        now = preview.summary(round=obj.round, due=due, on=today)
        found: dict[str, Any] = {
            "changed": now.digest != obj.digest,
            "mine": obj.proposed_by_id == request.user.pk,
            "may_confirm": waits_for(request, obj),
            "reads": reads,
            "proposed": {"who": obj.proposed_by, "on": shown.day(obj.proposed_on)},
        }
        if reads:
            table = Table(obj.round, due)
            tally, lines = table.looked(by_difference=True, only=False)
            members = [each["pk"] for each in lines]
            note_look(request, obj.round, due, members, Screen.PREVIEW)
            return found | {
                "tiles": tiles(tally, due.levy.unit),
                "heads": table.figures,
                "unit": due.levy.unit,
                "lines": lines,
                "left_out": tally.count + tally.refused - len(lines),
            }
        if found["may_confirm"] and now.count >= FEWEST:
            found["tiles"] = sums(now, due.levy.unit)
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the page of a run under way ask again by itself."""
        response = super().render_change_form(request, context, *args, **kwargs)
        run = kwargs.get("obj")
        if run is not None and run.confirmed_on is not None and run.done_on is None:
            response["Refresh"] = str(REFRESH)
        return response


def waits_for(request: HttpRequest, run: DuesRun) -> bool:
    """Say whether the reader is a second person for this run."""
    today = standing(request).today
    return due_of(run.round) is not None and may_confirm(run, request.user, today)


def roles_said(run: DuesRun) -> str:
    return ", ".join(str(Role(each).label) for each in sorted(confirmers(run.round)))


def said(on: Any, by: Any) -> str:
    """Return when something was done and by whom, a dash before it is."""
    return " · ".join([shown.day(on), *([str(by)] if by else [])])


def sums(found: preview.Summary, unit: str) -> list[dict[str, Any]]:
    """Return the sums of a run as tiles, without anything of a single member."""
    return [
        {"label": gettext("Members"), "value": found.count},
        total_tile(found.total, found.last, unit),
        {"label": gettext("Refused"), "value": found.refused},
    ]
