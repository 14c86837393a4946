"""The page of a call's screening: eligibility, assignments, reviews, ranking, decisions."""

from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from consortium import clock
from consortium import words as said
from consortium.admin import additions
from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.errors import DomainError
from projects import words
from projects.models import Call, Decision, Proposal, ReviewAssignment
from projects.operations.assignments import Pair, assign_reviewers
from projects.reports.assignments import Preview, propose_assignments
from projects.reports.eligibility import eligibility, latest
from projects.reports.ranking import Place, Ranking, ranking
from projects.reports.terms import closing_day, screened, section_of
from projects.states import PROJECT_READERS

PAGE = 100
READERS = frozenset(PROJECT_READERS)
ASSIGN = "projects.assign_reviewers"


class DueForm(forms.Form):
    due_on = forms.DateField()


class Screening(DeskPage):
    """Look at a call's proposals as they are screened, and assign whom the preview names."""

    template_name = "projects/screening.html"

    def has_permission(self) -> bool:
        return standing(self.request).any_of(READERS)

    @property
    def title(self) -> str:
        return _("Screening")

    def call(self) -> Call:
        """Return the call of the address, for its staff. Raises Http404."""
        here = standing(self.request)
        rows = Call.objects.visible_to(here.user, here.today)
        call = rows.select_related("charter", "consortium").filter(pk=self.kwargs["call"]).first()
        if call is None or not here.has(call.consortium, READERS):
            raise Http404
        return call

    def stage(self, call: Call) -> int:
        return 2 if call.rules().stages == 2 and self.request.GET.get("stage") == "2" else 1

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        call = self.call()
        stage, today = self.stage(call), clock.today(call.consortium)
        closed = closing_day(call, stage) < today
        start = self.start()
        ranked = ranking(call=call, stage=stage, start=start, most=PAGE)
        return self.page(
            call=call,
            stage=stage,
            stages=range(1, call.rules().stages + 1),
            closed=closed,
            closes=said.day(closing_day(call, stage)),
            criteria=[words.said(each.label) for each in ranked.criteria],
            rows=rows(call, stage, ranked, start, today),
            left=said.amount(ranked.left, call.unit) if ranked.left is not None else None,
            budget=said.amount(call.budget, call.unit) if call.budget is not None else None,
            unscored=ranked.unscored,
            progress=progress(call, stage, today),
            preview=self.preview(call, stage, today) if closed else None,
            may_preview=closed and section_of(call).screening.reviewers > 0,
            may_assign=closed and standing(request).may(ASSIGN, call),
            earlier=max(start - PAGE, 0) if start else None,
            later=start + PAGE if start + PAGE < ranked.scored + ranked.unscored else None,
        )

    def start(self) -> int:
        text = self.request.GET.get("start", "")
        return int(text) if text.isdecimal() and len(text) < 8 else 0

    def preview(self, call: Call, stage: int, today: date) -> Preview | None:
        """Return who could review what, when it is asked for; it may take seconds."""
        if "preview" not in self.request.GET or not section_of(call).screening.reviewers:
            return None
        return propose_assignments(call=call, stage=stage, on=today)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Assign what the preview says now, by the day given."""
        call = self.call()
        stage, today = self.stage(call), clock.today(call.consortium)
        form = DueForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Please give the last day for reviews."))
            return redirect(request.get_full_path())
        found = propose_assignments(call=call, stage=stage, on=today)
        by: Any = request.user
        try:
            made = assign_reviewers(
                call=call,
                pairs=[Pair(*each) for each in found.pairs],
                stage=stage,
                due_on=form.cleaned_data["due_on"],
                by=by,
                on=today,
            )
            messages.success(request, _("Reviews assigned: %(count)s") % {"count": len(made)})
        except DomainError as error:
            messages.error(request, said.explain(error))
        return redirect(request.get_full_path())


def progress(call: Call, stage: int, today: date) -> dict[str, int]:
    """Return how many reviews are assigned, in, waiting and late."""
    rows = ReviewAssignment.objects.filter(proposal__call=call, stage=stage, released_on=None)
    found: Counter[str] = Counter()
    for due_on, at in rows.values_list("due_on", "review__submitted_at"):
        found["submitted" if at else "late" if due_on < today else "waiting"] += 1
    return {name: found[name] for name in ("submitted", "waiting", "late")}


def rows(call: Call, stage: int, ranked: Ranking, start: int, today: date) -> list[dict[str, Any]]:
    """Return a page of proposals: the ranked ones first, then those without a review."""
    page = ranked.places
    order = [each.ranked.proposal for each in page]
    known = Proposal.objects.in_bulk(order)
    proposals = {key: known[key] for key in order}
    if len(page) < PAGE:
        skip = max(start - ranked.scored, 0)
        read = ReviewAssignment.objects.filter(
            proposal=OuterRef("pk"), stage=stage, released_on=None,
            review__submitted_at__isnull=False,
        )  # fmt: skip
        rest = screened(call, stage).filter(~Exists(read)).order_by("number")
        proposals |= {each.pk: each for each in rest[skip : skip + PAGE - len(page)]}
    findings = eligibility(call, proposals.values(), on=today)
    versions = latest(proposals.values())
    decided: dict[int, list[Decision]] = {}
    for each in Decision.objects.filter(proposal__in=proposals, stage=stage).order_by("pk"):
        decided.setdefault(each.proposal_id, []).append(each)
    places = {each.ranked.proposal: each for each in page}
    return [
        {
            "proposal": each,
            "title": versions[key].title if key in versions else "",
            "findings": [
                (words.finding(call, found), found.refuses) for found in findings.get(key, [])
            ],
            "decisions": decided.get(key, []),
            **placed(call, places.get(key)),
        }
        for key, each in proposals.items()
    ]


def placed(call: Call, place: Place | None) -> dict[str, Any]:
    """Return what the ranking says of a proposal, in words."""
    if place is None:
        return {"rank": "—"}
    scored = place.scored
    return {
        "rank": place.ranked.rank or "—",
        "score": said.amount(round(scored.score, 2)),
        "reviews": scored.reviews,
        "means": [
            (code, said.amount(round(mean, 2)), code in scored.flagged, code in scored.below)
            for code, mean in scored.means.items()
        ],
        "tie": words.tie(call, place.ranked.tie),
        "asked": said.amount(place.asked, call.unit) if place.asked is not None else "",
        "reach": words.reach(place.reach) if place.reach else "",
        "within": place.reach in ("within", "still_fits"),
    }


def on_call(request: HttpRequest, call: Call) -> list[dict[str, Any]]:
    """Return the way from a call to its screening, for its staff."""
    if call.published_at is None or not standing(request).has(call.consortium, READERS):
        return []
    path = reverse("admin:screening", args=[call.pk])
    return [additions.button(_("Screening"), "rule", path)]


additions.buttons[Call].append(on_call)
