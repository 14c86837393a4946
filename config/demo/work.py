"""The projects of the demonstration alliance: contracts, plans, reports, people sent.

One has a milestone due this week and one overdue, one an overdue report and a change of its
plan to decide on, one waits for its contract.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from config.demo.people import signatory
from config.demo.research import starts, written
from config.demo.years import DAY, Act, Alliance
from consortium.models import Document
from consortium.operations.documents import file_document
from consortium.papers import render
from consortium.periods import add_months
from consortium.states import Role
from projects.models import Deliverable, Milestone, ProgressReport, Project
from projects.operations.facilities import add_facility
from projects.operations.items import accept_deliverable, reach_milestone, submit_deliverable
from projects.operations.people import Sending, extend, second
from projects.operations.plans import decide_plan, propose_plan
from projects.operations.progress import accept_report, submit_report
from projects.operations.risks import open_risk
from projects.operations.start import Opening, Taking, open_project, sign_contract
from projects.reports.plans import in_force
from projects.rules.choices import Part
from projects.states import FacilityKind

ETCHER, DETECTOR = "十二英寸介质刻蚀机", "晶圆缺陷光学检测系统"
PAPER = Path(__file__).with_name("deliverable.typ")

STANDARDS = {"huaxin": "0.5", "imt": "0.3", "ruide": "0.2"}
"""Who takes part in the project that no call led to, with its shares."""

SENT = (
    ("邵工 Shao Gong", "lanhai", "joint-lab", DETECTOR, 3),
    ("丁工 Ding Gong", "huaxin", "pilot-line", ETCHER, 24),
    ("余工 Yu Gong", "dongfang", "joint-lab", ETCHER, -6),
    ("韩工 Han Gong", "jingche", "joint-lab", DETECTOR, 150),
)
"""Who is sent from where to where for which project, and how many days from today it ends."""


def work(today: date) -> Iterator[tuple[date, Act]]:
    """Yield what happens in projects, day by day."""
    etcher, detector = starts(today)
    yield etcher + 20 * DAY, furnish
    yield etcher + 20 * DAY, partial(begin, ETCHER)
    half = add_months(etcher, 6) + 20 * DAY
    yield half, partial(achieve, ETCHER, ["source_lit"], ["chamber_design"])
    yield half, partial(report, ETCHER, None)
    yield add_months(etcher, 12) + 20 * DAY, partial(report, ETCHER, None)
    yield detector + 20 * DAY, partial(begin, DETECTOR)
    half = add_months(detector, 6) + 20 * DAY
    yield half, partial(achieve, DETECTOR, ["light_path"], ["optics_report"])
    yield half, partial(report, DETECTOR, None)
    yield half, partial(send, today)
    yield add_months(detector, 12) + 20 * DAY, partial(report, DETECTOR, ["lanhai"])
    yield today - 81 * DAY, standardize
    yield today - 39 * DAY, partial(sign_all, ["huaxin", "imt"])
    yield today - 3 * DAY, hand_in
    yield today - 3 * DAY, ask_for_time


def project_of(title: str, alliance: Alliance) -> Project:
    found: Project = alliance.consortium.projects.get(name_zh=title)
    return found


# What people do


def furnish(alliance: Alliance, on: date) -> None:
    """Add the places where research is done."""
    for kind, name_en, name_zh, host in (
        (FacilityKind.JOINT, "Joint laboratory", "装备联合实验室", None),
        (FacilityKind.HOST, "Pilot line of the institute", "微电子研究院中试线", "imr"),
    ):
        add_facility(
            consortium=alliance.consortium,
            kind=kind,
            name_en=name_en,
            name_zh=name_zh,
            organization=alliance.members[host].organization if host else None,
            place="江海市高新区",
            starts_on=on,
            by=alliance.team[Role.PROJECTS],
            on=on,
        )


def begin(title: str, alliance: Alliance, on: date) -> None:
    """Let everybody sign a project's contract, and adopt the plan its lead proposes."""
    project = project_of(title, alliance)
    for each in project.projectparticipants.select_related("body").order_by("pk"):
        by = signatory(alliance.login_of(each.body))
        sign_contract(participant=each, signatory=str(by), by=by, on=on)
    lead = signatory(alliance.login_of(project.organization))
    body = resolved(written()["plans"][title], names(alliance))
    plan = propose_plan(project=project, body=body, by=lead, on=on)
    decide_plan(plan=plan, adopt=True, by=alliance.team[Role.PROJECTS], on=on)
    open_risk(
        project=project,
        title="关键零部件进口交期延长",
        likelihood=4,
        impact=3,
        response="并行验证两家国产供应商",
        owner=project.organization,
        by=lead,
        on=on,
    )


def names(alliance: Alliance) -> dict[str, str]:
    """Return the addresses that plans name by a login or by the name of a facility."""
    facilities = alliance.consortium.facilities
    return {
        **{login: str(each.organization.uid) for login, each in alliance.members.items()},
        "joint-lab": str(facilities.get(kind=FacilityKind.JOINT).uid),
        "pilot-line": str(facilities.get(kind=FacilityKind.HOST).uid),
    }


def resolved(part: Any, named: Mapping[str, str]) -> Any:
    match part:
        case dict():
            return {named.get(key, key): resolved(each, named) for key, each in part.items()}
        case list():
            return [resolved(each, named) for each in part]
        case str():
            return named.get(part, part)
    return part


def achieve(
    title: str, milestones: list[str], deliverables: list[str], alliance: Alliance, on: date
) -> None:
    """Reach milestones; hand deliverables in and accept them."""
    project, officer = project_of(title, alliance), alliance.team[Role.PROJECTS]
    for code in milestones:
        milestone = Milestone.objects.get(project=project, code=code)
        by = signatory(alliance.login_of(milestone.organization))
        reach_milestone(milestone=milestone, by=by, on=on)
    for code in deliverables:
        row = submitted(project, code, alliance, on)
        accept_deliverable(deliverable=row, by=officer, on=on)


def submitted(project: Project, code: str, alliance: Alliance, on: date) -> Deliverable:
    row = Deliverable.objects.get(project=project, code=code)
    by = signatory(alliance.login_of(row.organization))
    document = paper(row.title, project, alliance, on)
    return submit_deliverable(deliverable=row, document=document, by=by, on=on)


def paper(title: str, project: Project, alliance: Alliance, on: date) -> Document:
    said = {"title": title, "project": f"{project.number} {project.name_zh}"}
    return file_document(
        consortium=alliance.consortium,
        name=f"{project.number}.pdf",
        content=render(PAPER, said, language="zh-hans", on=on),
        by=alliance.team[Role.PROJECTS],
        on=on,
    )


def report(title: str, only: list[str] | None, alliance: Alliance, on: date) -> None:
    """Hand in and accept the reports whose period is over, of some participants or all."""
    rows = ProgressReport.objects.filter(
        project__name_zh=title, submitted_on=None, final=False, ends_on__lte=on
    )
    for row in rows.order_by("pk"):
        if only is None or alliance.login_of(row.organization) in only:
            accept_report(report=said(row, alliance, on), by=alliance.team[Role.PROJECTS], on=on)


def said(row: ProgressReport, alliance: Alliance, on: date) -> ProgressReport:
    """Let a participant report, with a quarter of its planned effort on each package."""
    plan = in_force(row.project)
    assert plan is not None
    uid = str(row.organization.uid)
    effort = {
        package["code"]: Decimal(package["effort"][uid]) / 4
        for package in plan.body["packages"]
        if uid in package["effort"]
    }
    return submit_report(
        report=row,
        text="按计划推进，测试数据见附件。",
        effort=effort,
        by=signatory(alliance.login_of(row.organization)),
        on=on,
    )


def send(today: date, alliance: Alliance, on: date) -> None:
    """Send people to the facilities, and extend the last one's stay."""
    facilities = names(alliance)
    for person, home, place, title, days in SENT:
        ends_on = today + days * DAY
        last = second(
            home=alliance.members[home],
            sending=Sending(
                person=person,
                facility=alliance.consortium.facilities.get(uid=facilities[place]),
                starts_on=on,
                ends_on=ends_on,
                project=project_of(title, alliance),
                letter_on=on - 10 * DAY,
                undertaking_on=on - 10 * DAY,
            ),
            by=alliance.team[Role.PROJECTS],
            on=on,
        )
    extend(secondment=last, ends_on=ends_on + 30 * DAY, by=alliance.secretary, on=on)


def standardize(alliance: Alliance, on: date) -> None:
    """Open a project that no call led to; its contract is due within the charter's weeks."""
    taking = [
        Taking(
            alliance.members[login].organization,
            Part.PARTNER if number else Part.LEAD,
            Decimal(share),
            Decimal(share),
        )
        for number, (login, share) in enumerate(STANDARDS.items())
    ]
    opening = Opening(
        lead=alliance.members[next(iter(STANDARDS))],
        taking=taking,
        starts_on=on,
        ends_on=add_months(on, 18),
        name_en="Standards for interfaces of tools",
        name_zh="装备接口团体标准",
        theme="metrology",
        budget=Decimal("1200000"),
    )
    officer = alliance.team[Role.PROJECTS]
    open_project(consortium=alliance.consortium, opening=opening, by=officer, on=on)


def sign_all(logins: list[str], alliance: Alliance, on: date) -> None:
    """Let some sign the contract of that project."""
    for login in logins:
        participant = project_of("装备接口团体标准", alliance).projectparticipants.get(
            body=alliance.members[login].organization
        )
        by = signatory(login)
        sign_contract(participant=participant, signatory=str(by), by=by, on=on)


def hand_in(alliance: Alliance, on: date) -> None:
    """Hand in a deliverable and a report, which wait for the projects officer."""
    submitted(project_of(ETCHER, alliance), "vacuum_report", alliance, on)
    late = ProgressReport.objects.filter(
        project__name_zh=DETECTOR,
        responsible=alliance.members["jingche"].organization,
        submitted_on=None,
        final=False,
    )
    said(late.order_by("due_on")[0], alliance, on)


def ask_for_time(alliance: Alliance, on: date) -> None:
    """Let a lead ask to move a milestone by two months; the officer has to decide."""
    project = project_of(DETECTOR, alliance)
    plan = in_force(project)
    assert plan is not None
    moved = {
        mark["code"]: mark | {"due": 17} if mark["code"] == "speed_test" else mark
        for mark in plan.body["milestones"]
    }
    propose_plan(
        project=project,
        body=plan.body | {"milestones": list(moved.values())},
        reason="高速相机到货推迟",
        by=signatory(alliance.login_of(project.organization)),
        on=on,
    )
