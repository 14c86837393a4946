"""What is due in calls: closing times, questions to answer, drafts to sign and to submit."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.states import Role
from projects.models import Call, Participant, Proposal, Question
from projects.rules.choices import Part
from projects.rules.moments import moment


def calls(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Published calls that close, each stage on its day; questions that wait, to staff."""
    staff = is_staff(user, consortium, on)
    seen = Call.objects.visible_to(user, on).filter(
        consortium=consortium, published_at__isnull=False
    )
    for call in seen.order_by("closes_at", "pk"):
        for closes_at in filter(None, (call.closes_at, call.ends_at)):
            closes_on = local(closes_at, consortium)
            if on <= closes_on <= until:
                yield DocketItem(
                    "call_closes",
                    closes_on,
                    {**named(call), "closes_at": moment(closes_at, consortium.time_zone)},
                    href=address(staff, "call", call, "calls"),
                    mine=staff,
                )
    waiting = Question.objects.filter(call__consortium=consortium, answered_at=None)
    for question in waiting.select_related("call").order_by("pk") if staff else ():
        yield DocketItem(
            "question_unanswered",
            local(question.asked_at, consortium),
            named(question.call),
            href=f"/admin/projects/question/{question.pk}/change/",
            mine=True,
        )


def drafts(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Drafts of open calls: to sign, to those who have not; to submit, to their lead."""
    first = datetime.combine(on, time(), ZoneInfo(consortium.time_zone))
    last = datetime.combine(until + timedelta(days=1), time(), ZoneInfo(consortium.time_zone))
    lead = access.own(user, on, Role.SIGNATORY, organization="lead__organization")
    mine = Proposal.objects.filter(
        lead, consortium=consortium, versions__submitted_at=None, withdrawn_at=None,
        call__closes_at__gte=first, call__closes_at__lt=last,
    )  # fmt: skip
    for proposal in mine.select_related("call").distinct().order_by("pk"):
        yield DocketItem(
            "proposal_unsubmitted",
            local(proposal.call.closes_at, consortium),
            named(proposal.call),
            href=f"/api/v1/proposals/{proposal.uid}/",
            mine=True,
        )
    own = access.own(user, on, Role.SIGNATORY, organization="organization")
    unsigned = Participant.objects.filter(
        own, consortium=consortium, signed_at=None, version__submitted_at=None,
        version__proposal__withdrawn_at=None, version__proposal__call__closes_at__gte=first,
        version__proposal__call__closes_at__lt=last,
    ).exclude(part=Part.SUBCONTRACTOR.value)  # fmt: skip
    for each in unsigned.select_related("version__proposal__call", "organization").order_by("pk"):
        call = each.version.proposal.call
        yield DocketItem(
            "proposal_unsigned",
            local(call.closes_at, consortium),
            {**named(call), "participant": str(each.organization)},
            href=f"/api/v1/proposals/{each.version.proposal.uid}/",
            mine=True,
        )


def named(call: Call) -> dict[str, Any]:
    return {"call": {"en": call.name_en, "zh": call.name_zh}}


def local(at: datetime, consortium: Consortium) -> date:
    return at.astimezone(ZoneInfo(consortium.time_zone)).date()


def address(staff: bool, model: str, row: Any, path: str) -> str:
    if staff:
        return f"/admin/projects/{model}/{row.pk}/change/"
    return f"/api/v1/{path}/{row.uid}/"


def is_staff(user: Any, consortium: Consortium, on: date) -> bool:
    return access.holds(
        user, consortium=consortium, on=on, roles={Role.PROJECTS}, organization=None
    )
