"""Proposals as they were submitted, to project staff."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from consortium import words
from consortium.admin import shown
from consortium.admin.acts import Act
from consortium.admin.base import ConsortiumAdmin, ScopedFilter
from consortium.papers.filed import attachment
from projects.admin.calls import said_at
from projects.admin.opening import StartProject
from projects.admin.paper import WithdrawOnPaper
from projects.admin.pipeline import ByProgress
from projects.models import Decision, Participant, Project, Proposal, ProposalVersion
from projects.operations.invitations import invite
from projects.reports.pipeline import progressed
from projects.states import PROJECT_READERS, Outcome, Progress

PROGRESS = {
    Progress.SUBMITTED: "note",
    Progress.IN_REVIEW: "note",
    Progress.REVIEWED: "warn",
    Progress.GRANTED: "good",
    Progress.REFUSED: "bad",
    Progress.WITHDRAWN: "bad",
}
OUTCOMES = {Outcome.GRANTED: "good", Outcome.REFUSED: "bad", Outcome.DEFERRED: "warn"}


class Invite(Act):
    """Invite a proposal to the second stage."""

    name, title, icon = "invite", _("Invite to the second stage"), "forward_to_inbox"
    operation, submit = "projects.invite", _("Invite")
    done = _("It is invited; its participants are told.")

    @classmethod
    def fits(cls, subject: Proposal) -> bool:
        open_to_it = subject.invited_on is None and subject.withdrawn_at is None
        return open_to_it and subject.call.ends_at is not None

    def write(self) -> Proposal:
        return invite(proposal=self.subject, **self.who)


@admin.register(Proposal)
class ProposalAdmin(ConsortiumAdmin):
    view_roles = frozenset(PROJECT_READERS)
    acts = (Invite, StartProject, WithdrawOnPaper)
    page_template = "projects/proposal.html"
    page_first = False
    list_display = ("number", "titled", "lead", "call", "submitted_at", "state", "consortium")
    list_display_links = ("number", "titled")
    list_filter = (("consortium", ScopedFilter), ("call", ScopedFilter), ByProgress,
                   "created_at")  # fmt: skip
    search_fields = ("number", "lead__organization__name_en", "lead__organization__name_zh")
    ordering = ("-created_at", "pk")
    select = ("consortium", "call__consortium", "lead__organization")
    fields = (("number", "consortium"), ("lead", "call"), ("submitted_at", "state"), "on_paper")
    readonly_fields = ("submitted_at", "state", "on_paper")

    def get_urls(self) -> list[URLPattern]:
        scan = self.admin_site.admin_view(self.withdrawal_view)
        name = "projects_proposal_withdrawal"
        return [path("<int:object_id>/withdrawal/", scan, name=name), *super().get_urls()]

    def withdrawal_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """Send the scan of a withdrawal that the reader may see, as a download."""
        return attachment(self.row(request, str(object_id)).withdrawal_paper)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        last = ProposalVersion.objects.filter(
            proposal=OuterRef("pk"), submitted_at__isnull=False
        ).order_by("-version")
        return progressed(super().get_queryset(request).filter(submitted=True)).annotate(
            title=Subquery(last.values("title")[:1]), at=Subquery(last.values("submitted_at")[:1])
        )  # fmt: skip

    @display(description=_("title"))
    def titled(self, row: Any) -> str:
        return str(row.title)

    @display(description=_("submitted at"), ordering="at")
    def submitted_at(self, row: Any) -> str:
        return said_at(row.call, row.at)

    @display(description=_("state"))
    def state(self, row: Any) -> str:
        now = Progress(row.progress)
        if row.invited_on is not None and now == Progress.SUBMITTED:
            return shown.mark(_("Invited to the second stage"), "good")
        return shown.mark(now.label, PROGRESS[now])

    @display(description=_("withdrawn on paper"))
    def on_paper(self, row: Proposal) -> str:
        if row.withdrawn_at is None or row.withdrawal_on is None:
            return "—"
        said = f"{row.withdrawal_signatory} · {shown.day(row.withdrawal_on)}"
        if row.withdrawal_paper_id is None:
            return said
        href = reverse("admin:projects_proposal_withdrawal", args=[row.pk])
        return format_html(
            '{} · <a class="desk-link" href="{}">{}</a>', said, href, gettext("Scan")
        )

    def title_of(self, obj: Any) -> str:
        return f"{obj.number} · {obj.title}"

    def after(self, request: HttpRequest, obj: Any, result: Any) -> str:
        """Return the project that was started, or the proposal."""
        if isinstance(result, Project):
            return reverse("admin:projects_project_change", args=[result.pk])
        return super().after(request, obj, result)

    def page(self, request: HttpRequest, obj: Proposal) -> dict[str, Any]:
        versions = obj.versions.filter(submitted_at__isnull=False).select_related("submitted_by")
        rows = versions.prefetch_related(
            "participants__organization", "participants__budget", "attachments__document"
        )
        decided = obj.decisions.order_by("-on", "-pk")
        return {
            "versions": [version_shown(obj, each) for each in rows.order_by("-version")],
            "decisions": [decision_shown(obj, each) for each in decided],
        }


def decision_shown(proposal: Proposal, each: Decision) -> dict[str, Any]:
    outcome, unit = Outcome(each.outcome), proposal.call.unit
    return {
        "row": each,
        "body": shown.body(proposal.call.charter, each.body),
        "outcome": shown.mark(outcome.label, OUTCOMES[outcome]),
        "amount": words.amount(each.amount, unit) if each.amount is not None else "—",
    }


def version_shown(proposal: Proposal, version: ProposalVersion) -> dict[str, Any]:
    """Return a submitted version as its card shows it."""
    call = proposal.call
    asked = {each.code: each.label for each in (*call.rules().fields, *call.rules().themes)}
    named = {each.code: words.inside(each.label) for each in call.rules().categories}
    parties = sorted(version.participants.all(), key=lambda each: each.pk)
    return {
        "row": version,
        "at": said_at(call, version.submitted_at),
        "theme": words.inside(asked.get(version.theme, version.theme or "—")),
        "answers": [
            (words.inside(asked.get(code, code)), text) for code, text in version.content.items()
        ],
        "parties": [party_shown(call.unit, each) for each in parties],
        "budget": [
            {
                "who": each.organization,
                "category": named.get(line.category, line.category),
                "year": line.year,
                "amount": words.amount(line.amount, call.unit),
                "own": words.amount(line.own, call.unit),
            }
            for each in parties
            for line in sorted(each.budget.all(), key=lambda line: (line.year, line.category))
        ],
        "files": version.attachments.all(),
    }


def party_shown(unit: str, each: Participant) -> dict[str, Any]:
    total = sum(line.amount for line in each.budget.all())
    return {
        "who": each.organization,
        "part": each.get_part_display(),
        "work": shown.share(each.work_share),
        "cost": shown.share(each.cost_share),
        "budget": words.amount(total, unit) if total else "—",
        "signatory": each.signatory,
        "paper_on": each.paper_on,
        "scan": f"?organization={each.organization.uid}" if each.paper_id is not None else "",
    }
