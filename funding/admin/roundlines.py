"""What a round's page shows: how far it has come, and each member's line."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from consortium import words
from consortium.admin import shown
from consortium.admin.facts import told_of
from consortium.admin.standing import standing
from consortium.models import Member
from funding.admin.acts import parked_of
from funding.models import Assessment, Charge, CreditNote, Declaration, DuesRun, Round
from funding.reports import told
from funding.reports.liability import liable
from funding.reports.rounds import Due
from funding.rules.choices import Issue
from funding.words import figure

type Line = dict[str, Any]


class Lines:
    """A round's liable members, each with what the reader may see of it, in few queries."""

    def __init__(self, request: HttpRequest, round: Round, due: Due) -> None:
        self.user, self.on = request.user, standing(request).today
        self.round, self.due = round, due
        where = {"consortium": round.consortium, "levy": round.levy}
        period = {"period_starts_on": round.starts_on}
        seen = Declaration.objects.visible_to(self.user, self.on).filter(**where, **period)
        self.declared = last(seen.order_by("version").prefetch_related("figures"))
        assessed = Assessment.objects.visible_to(self.user, self.on)
        self.assessed = last(assessed.filter(**where, **period).order_by("version"))
        charges = Charge.objects.visible_to(self.user, self.on).of_round(round)
        credits = CreditNote.objects.visible_to(self.user, self.on).filter(
            **where, assessment__period_starts_on=round.starts_on
        )
        self.issued: dict[int, list[Charge | CreditNote]] = defaultdict(list)
        papers: list[Any] = [*charges.order_by("number"), *credits.order_by("number")]
        for each in papers:
            self.issued[each.member_id].append(each)
        self.all_declared = set(
            Declaration.objects.filter(**where, **period).values_list("member", flat=True)
        )
        numbers = [each.number for each in charges]
        self.requested = told.requested(round.consortium, numbers) if numbers else {}

    def lines(self) -> Iterable[Line]:
        members = liable(consortium=self.round.consortium, due=self.due)
        self.recorded = told_of(each.organization_id for each in members)
        for member in sorted(members, key=lambda each: str(each.organization).lower()):
            yield self.line(member)

    def line(self, member: Member) -> Line:
        declaration = self.declared.get(member.pk)
        assessment = self.assessed.get(member.pk)
        figures = declaration.inputs() if declaration else {}
        issued = self.issued.get(member.pk, [])
        requests = [self.requested[each.number] for each in issued if each.number in self.requested]
        return {
            "member": member,
            "declaration": member.pk in self.all_declared,
            "seen": declaration,
            "recorded": self.recorded.get(member.organization_id, ()),
            "figures": [
                figure(name, figures[name], self.due.levy) if name in figures else "—"
                for name in self.due.levy.inputs
            ],
            "assessment": assessment,
            "amount": words.amount(assessment.amount, assessment.unit) if assessment else "—",
            "value": assessment.amount if assessment else None,
            "issued": [shown.link(each) for each in issued],
            "told": max((each.people for each in requests), default=0),
        }


def last(rows: Iterable[Any]) -> dict[int, Any]:
    """Return the last row of each member."""
    return {row.member_id: row for row in rows}


def total(lines: list[Line], unit: str) -> str:
    values = [line["value"] for line in lines if line["value"] is not None]
    return words.amount(sum(values), unit) if values else ""


def steps(due: Due, declared: int, lines: list[Line], run: DuesRun | None) -> list[dict[str, Any]]:
    """Return how far a round has come: what is done, and what comes now.

    Counts only: how many have declared, were assessed and are asked to pay.
    """
    everybody, charged = len(lines), sum(1 for line in lines if line["issued"])
    proposed = run is not None and run.done_on is None
    found = [(_("Opened"), True)]
    if due.levy.inputs:
        counts = {"count": declared, "all": everybody}
        found.append((_("%(count)s of %(all)s declared") % counts, declared == everybody))
    if due.levy.issue == Issue.CONFIRMED:
        issued = run is not None and run.done_on is not None
        found.append((_("Proposed"), proposed or issued))
        found.append((_("Confirmed by a second person"), issued or bool(run and run.confirmed_on)))
    said = _("%(count)s charged") % {"count": charged} if charged else _("Charged")
    found.append((said, bool(charged)))
    now = next((n for n, (_title, done) in enumerate(found) if not done), None)
    return [
        {"title": title, "state": "done" if done else "now" if n == now else ""}
        for n, (title, done) in enumerate(found)
    ]


def asked(round: Round) -> list[dict[str, Any]]:
    """Return how many people were asked for figures, and when."""
    titles = {
        "figures_requested": _("Asked for figures"),
        "figures_reminder": _("Reminded"),
        "figures_estimated": _("Told of an estimate"),
    }
    return [
        {
            "title": titles[each.code],
            "on": words.day(each.on),
            "people": each.people,
            "sent": each.sent,
        }
        for each in told.asked(round)
    ]


def parked(round: Round, lines: list[Line]) -> list[dict[str, Any]]:
    """Return what sweeps could not do in a round: whose, why, and how often it was tried."""
    members = {str(line["member"].uid): line["member"] for line in lines}
    return [
        {
            "item": each,
            "member": members.get(each.key.removeprefix(f"{round} ")),
            "why": words.say(each.reason, each.values),
        }
        for each in parked_of(round)
    ]
