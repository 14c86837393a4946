"""The calls of the demonstration alliance: one decided, one ranked, one open.

Days are counted back from today, those of the first call from its projects' first days.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.demo.people import signatory
from config.demo.years import DAY, Act, Alliance
from consortium.periods import add_months
from consortium.states import Role
from projects.models import Call, Proposal, ProposalVersion, ReviewAssignment
from projects.operations.assignments import Pair, assign_reviewers
from projects.operations.calls import Invitation, create_call, publish_call
from projects.operations.decisions import Resolution, decide
from projects.operations.drafts import start_proposal
from projects.operations.proposals import sign, submit
from projects.operations.questions import ask_question
from projects.operations.reviews import Opinion, submit_review
from projects.operations.writing import Draft, Line, Party
from projects.reports.content import state_of
from projects.rules.choices import Authority, Part
from projects.states import Outcome

RESEARCH = Path(__file__).with_suffix(".toml")
ZONE = ZoneInfo("Asia/Shanghai")
CRITERIA = ("novelty", "use", "team")
STAFF_PART = Decimal("0.6")
"""The part of every budget that is staff."""

OPEN_DAYS = 21
"""For how many days from today proposals can be submitted under the third call."""


def starts(today: date) -> tuple[date, date]:
    """Return the first days of the two projects the first call led to.

    So that a month of the first one ends this week, and one of the second a week ago.
    """
    return add_months(today + 5 * DAY, -16), add_months(today - 9 * DAY, -14)


def research(today: date) -> Iterator[tuple[date, Act]]:
    """Yield what is called for, proposed, judged and decided, day by day."""
    etcher, detector = starts(today)
    yield etcher - 120 * DAY, partial(call_for, "first", etcher - 60 * DAY)
    yield etcher - 70 * DAY, partial(propose_all, "first")
    yield etcher - 40 * DAY, partial(assign, "first", etcher - 30 * DAY)
    yield etcher - 40 * DAY, partial(review, "first")
    yield etcher, partial(resolve, [0, 2])
    yield detector, partial(resolve, [1])
    yield today - 81 * DAY, partial(call_for, "second", today - 32 * DAY)
    yield today - 39 * DAY, partial(propose_all, "second")
    yield today - 31 * DAY, partial(assign, "second", today + 4 * DAY)
    yield today - 11 * DAY, partial(review, "second")
    yield today - 11 * DAY, partial(call_for, "third", today + OPEN_DAYS * DAY)
    yield today - 4 * DAY, question
    yield today - 3 * DAY, partial(propose_all, "third")


@cache
def written() -> Mapping[str, Any]:
    return tomllib.loads(RESEARCH.read_text(encoding="utf-8"))


def moment(on: date, hour: int = 10) -> datetime:
    return datetime.combine(on, time(hour), ZONE)


def call_of(key: str, alliance: Alliance) -> Call:
    found: Call = alliance.consortium.calls.get(code=written()["calls"][key]["code"])
    return found


def titled(title: str, alliance: Alliance) -> Proposal:
    found: Proposal = alliance.consortium.proposals.get(versions__title=title)
    return found


# What people do


def call_for(key: str, closes_on: date, alliance: Alliance, on: date) -> None:
    """Draft a call and publish it."""
    said, officer = written()["calls"][key], alliance.team[Role.PROJECTS]
    invitation = Invitation(
        code=said["code"],
        name_en=said["name"]["en"],
        name_zh=said["name"]["zh"],
        text_en=said["text"]["en"],
        text_zh=said["text"]["zh"],
        terms=written()["terms"] | {"requirements": said.get("requirements", [])},
        budget=Decimal(said["budget"]),
        opens_at=moment(on, 9),
        closes_at=moment(closes_on, 17),
    )
    call = create_call(consortium=alliance.consortium, invitation=invitation, by=officer, on=on)
    publish_call(call=call, at=moment(on, 9), by=officer, on=on)


def question(alliance: Alliance, on: date) -> None:
    """Let a member ask what nobody has answered yet."""
    ask_question(
        member=alliance.members["jingche"],
        call=call_of("third", alliance),
        text="已承担第一批项目的单位能否牵头申报？",
        at=moment(on),
        by=signatory("jingche"),
        on=on,
    )


def propose_all(key: str, alliance: Alliance, on: date) -> None:
    """Let members start their proposals, sign them, and submit all but the drafts."""
    call, said = call_of(key, alliance), written()["calls"][key]
    for each in said["proposals"]:
        proposal = start(call, each, alliance, on)
        for party in proposal.versions.get().participants.order_by("pk"):
            sign_as_read(party, alliance, on)
        lead = signatory(each["parties"][0][0])
        submit(proposal=proposal, at=moment(on, 11), by=lead, on=on)
    for each in said.get("drafts", []):
        first = start(call, each, alliance, on).versions.get().participants.order_by("pk")[0]
        sign_as_read(first, alliance, on)


def start(call: Call, said: Mapping[str, Any], alliance: Alliance, on: date) -> Proposal:
    """Let the first of a proposal's parties draft it."""
    lead = said["parties"][0][0]
    draft = Draft(
        title=said["title"],
        summary=f"{said['title']}的联合攻关，成果在联盟成员的产线上验证。",
        theme=said["theme"],
        content={"objectives": f"完成{said['title']}的研制", "use": "联盟成员的两条产线"},
        months=said["months"],
        participants=tuple(
            party(said, login, work, cost, alliance, on) for login, work, cost in said["parties"]
        ),
    )
    return start_proposal(
        member=alliance.members[lead],
        call=call,
        draft=draft,
        at=moment(on),
        by=signatory(lead),
        on=on,
    )


def party(
    said: Mapping[str, Any], login: str, work: str, cost: str, alliance: Alliance, on: date
) -> Party:
    amount = Decimal(said["cost"]) * Decimal(cost)
    parts = {"staff": STAFF_PART, "equipment": 1 - STAFF_PART}
    return Party(
        organization=alliance.members[login].organization,
        part=Part.LEAD if login == said["parties"][0][0] else Part.PARTNER,
        work_share=Decimal(work),
        cost_share=Decimal(cost),
        budget=tuple(
            Line(
                category=category,
                year=on.year,
                amount=amount * part,
                own=amount * part * Decimal(said["own"]),
            )
            for category, part in parts.items()
        ),
    )


def sign_as_read(participant: Any, alliance: Alliance, on: date) -> None:
    version: ProposalVersion = participant.version
    login = alliance.login_of(participant.organization)
    state, by = state_of(version), signatory(login)
    sign(participant=participant, state=state, at=moment(on), by=by, on=on)


def assign(key: str, due_on: date, alliance: Alliance, on: date) -> None:
    """Give every proposal of a call to every reviewer."""
    call = call_of(key, alliance)
    pairs = [
        Pair(proposal, reviewer)
        for proposal in call.proposals.filter(submitted=True).order_by("pk")
        for reviewer in alliance.reviewers
    ]
    officer = alliance.team[Role.PROJECTS]
    assign_reviewers(call=call, pairs=pairs, due_on=due_on, by=officer, on=on)


def review(key: str, alliance: Alliance, on: date) -> None:
    """Submit every review whose scores are all there."""
    for said in written()["calls"][key]["proposals"]:
        proposal = titled(said["title"], alliance)
        for reviewer, scores in zip(alliance.reviewers, said["scores"], strict=True):
            if len(scores) == len(CRITERIA):
                opinion = Opinion(
                    scores=dict(zip(CRITERIA, map(Decimal, scores), strict=True)),
                    feedback="请补充产线验证的计划。",
                )
                row = ReviewAssignment.objects.get(proposal=proposal, reviewer=reviewer)
                submit_review(assignment=row, opinion=opinion, at=moment(on), by=reviewer, on=on)


def resolve(numbers: list[int], alliance: Alliance, on: date) -> None:
    """Record what the council decided about some of the first call's proposals."""
    for number in numbers:
        said = written()["calls"]["first"]["proposals"][number]
        granted = said.get("granted")
        resolution = Resolution(
            outcome=Outcome.GRANTED if granted else Outcome.REFUSED,
            amount=Decimal(granted) if granted else None,
            reason=said.get("refused", ""),
            votes={"for": 9, "against": 1, "abstained": 1},
        )
        decide(
            proposal=titled(said["title"], alliance),
            authority=Authority.MEMBERS,
            resolution=resolution,
            decided_on=on,
            by=alliance.secretary,
            on=on,
        )
