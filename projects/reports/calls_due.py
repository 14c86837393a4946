"""What is due in calls: closing times, questions to answer, drafts to sign and to submit."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from consortium import access
from consortium.models import Consortium
from consortium.registry import DocketItem
from consortium.reports.docket import told
from consortium.states import Role
from projects.models import Call, Participant, Proposal, Question
from projects.rules.choices import Part
from projects.rules.moments import moment


def closing(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Call]:
    """Return the published calls of which a stage closes from a day to another, inclusive."""
    first, end = moments(consortium, on, until)
    ends = Q(closes_at__gte=first, closes_at__lt=end) | Q(ends_at__gte=first, ends_at__lt=end)
    rows = Call.objects.visible_to(user, on).filter(
        ends, consortium=consortium, published_at__isnull=False
    )
    return rows.order_by("closes_at", "pk")


def calls(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Published calls that close, each stage on its day."""
    staff = is_staff(user, consortium, on)
    for call in closing(consortium=consortium, user=user, on=on, until=until):
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


def unanswered(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Question]:
    """Return the questions that wait, where the user is one to answer them."""
    if not is_staff(user, consortium, on):
        return Question.objects.none()
    rows = Question.objects.filter(call__consortium=consortium, answered_at=None)
    return rows.select_related("call").order_by("asked_at", "pk")


def questions(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Questions that wait for their answer, to staff."""
    rows = unanswered(consortium=consortium, user=user, on=on, until=until)

    def item(question: Question) -> DocketItem:
        return DocketItem(
            "question_unanswered",
            local(question.asked_at, consortium),
            named(question.call),
            href=f"/admin/projects/question/{question.pk}/change/",
            mine=True,
        )

    return told(rows, item, href="/admin/projects/question/")


def unsubmitted(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Proposal]:
    """Return the drafts the user leads, of calls that close from a day to another."""
    first, end = moments(consortium, on, until)
    lead = access.own(user, on, Role.SIGNATORY, organization="lead__organization")
    rows = Proposal.objects.filter(
        lead, consortium=consortium, versions__submitted_at=None, withdrawn_at=None,
        call__closes_at__gte=first, call__closes_at__lt=end,
    )  # fmt: skip
    return rows.select_related("call").order_by("pk").distinct()


def drafts(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Drafts of open calls, to their lead."""
    for proposal in unsubmitted(consortium=consortium, user=user, on=on, until=until):
        yield DocketItem(
            "proposal_unsubmitted",
            local(proposal.call.closes_at, consortium),
            named(proposal.call),
            href=f"/api/v1/proposals/{proposal.uid}/",
            mine=True,
        )


def unsigned(*, consortium: Consortium, user: Any, on: date, until: date) -> QuerySet[Participant]:
    """Return the user's parts in such drafts that are not signed."""
    first, end = moments(consortium, on, until)
    own = access.own(user, on, Role.SIGNATORY, organization="organization")
    rows = Participant.objects.filter(
        own, consortium=consortium, signed_at=None, version__submitted_at=None,
        version__proposal__withdrawn_at=None, version__proposal__call__closes_at__gte=first,
        version__proposal__call__closes_at__lt=end,
    ).exclude(part=Part.SUBCONTRACTOR.value)  # fmt: skip
    return rows.select_related("version__proposal__call", "organization").order_by("pk")


def signatures(*, consortium: Consortium, user: Any, on: date, until: date) -> Iterator[DocketItem]:
    """Drafts of open calls, to those who have not signed."""
    for each in unsigned(consortium=consortium, user=user, on=on, until=until):
        call = each.version.proposal.call
        yield DocketItem(
            "proposal_unsigned",
            local(call.closes_at, consortium),
            {**named(call), "participant": str(each.organization)},
            href=f"/api/v1/proposals/{each.version.proposal.uid}/",
            mine=True,
        )


def moments(consortium: Consortium, on: date, until: date) -> tuple[datetime, datetime]:
    """Return the moment a day begins and that after which another, inclusive, is over."""
    zone = ZoneInfo(consortium.time_zone)
    return (
        datetime.combine(on, time(), zone),
        datetime.combine(until + timedelta(days=1), time(), zone),
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
