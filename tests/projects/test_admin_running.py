"""The secretariat's screens of projects: what is drawn, and every act once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium
from consortium.operations.advance import advance
from consortium.rules.toml import write_toml
from projects.admin.gantt import HEAD, LABELS, ROW, WIDTH, gantt
from projects.models import (
    Deliverable,
    Facility,
    Milestone,
    Plan,
    ProgressReport,
    Project,
    Risk,
    Secondment,
)
from projects.operations.risks import open_risk
from projects.reports.plans import in_force, parsed
from tests.factories.running import PDF, START, Running, opened, running
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2026-07-10 03:00:00+00:00", tick=True):
        yield


@pytest.fixture
@built_once
def here() -> Running:
    here = running()
    advance(consortium=here.consortium, to=date(2026, 7, 10))
    return here


@pytest.fixture
def desk(client: Client, here: Running) -> Client:
    client.force_login(here.staff)
    return client


def url(model: str, what: str, *args: Any) -> str:
    return reverse(f"admin:projects_{model}_{what}", args=args)


def act(client: Client, row: Any, name: str, **data: Any) -> None:
    response = client.post(url(row._meta.model_name, name, row.pk), data)
    errors = response.context["form"].errors if response.context else ""
    assert response.status_code == 302, errors
    row.refresh_from_db()


def test_the_plan_is_drawn_to_scale(here: Running) -> None:
    project = here.project
    plan = in_force(project)
    assert plan is not None
    found = gantt(project, parsed(plan), START)
    room = WIDTH - LABELS - 12
    assert [(bar.y, bar.joint) for bar in found.bars] == [(HEAD, True), (HEAD + ROW, False)]
    assert found.bars[0].x == LABELS
    assert found.bars[0].x + found.bars[0].width == pytest.approx(LABELS + room / 2, abs=1)
    assert found.today == LABELS
    milestone = next(sign for sign in found.signs if sign.milestone)
    assert milestone.x == pytest.approx(LABELS + room / 2, abs=2)
    late = gantt(project, parsed(plan), date(2027, 6, 1))
    assert {sign.label: sign.state for sign in late.signs} == {
        "first_light": "late", "design": "late", "process": "open",
    }  # fmt: skip
    assert gantt(project, parsed(plan), date(2028, 1, 1)).today is None


@pytest.mark.parametrize(("language", "words"), [("en", "Optics"), ("zh-hans", "光学")])
def test_the_page_is_readable_in_both_languages(
    desk: Client, here: Running, language: str, words: str
) -> None:
    desk.cookies["django_language"] = language
    page = desk.get(url("project", "change", here.project.pk)).content.decode()
    assert "<svg" in page
    assert words in page


def test_every_screen_opens(desk: Client, here: Running) -> None:
    open_risk(project=here.project, title="Late lens", likelihood=2, impact=4, by=here.staff,
              on=START)  # fmt: skip
    assert here.facility is not None
    rows = [
        here.project, Plan.objects.get(), Milestone.objects.get(), Deliverable.objects.first(),
        ProgressReport.objects.first(), Risk.objects.get(), here.facility,
    ]  # fmt: skip
    for row in rows:
        assert row is not None
        model = row._meta.model_name
        assert desk.get(url(model, "changelist")).status_code == 200
        assert desk.get(url(model, "change", row.pk)).status_code == 200, model
    assert desk.get(url("secondment", "changelist") + "?there=yes").status_code == 200
    index = desk.get("/admin/").content.decode()
    assert "Overdue deliverables" in index


def test_others_do_not_find_the_screens(desk: Client, here: Running) -> None:
    rival = opened("rivals").project
    assert desk.get(url("project", "change", rival.pk)).status_code == 404
    assert desk.get(url("project", "suspend", rival.pk)).status_code == 404
    desk.force_login(here.people["secretary"])
    assert desk.get(url("project", "change", here.project.pk)).status_code == 200
    assert desk.get(url("project", "suspend", here.project.pk)).status_code == 403


def test_a_plan_is_changed_by_two_people(desk: Client, here: Running) -> None:
    page = desk.get(url("project", "plan", here.project.pk)).content.decode()
    assert "first_light" in page
    body = here.plan()
    body["packages"][1]["ends"] = 20
    body["deliverables"] = body["deliverables"][:1]
    response = desk.post(url("project", "plan", here.project.pk), {"body": "months = ["})
    assert response.status_code == 200
    act(desk, here.project, "plan", body=write_toml(body), reason="Sooner")
    plan = Plan.objects.get(version=2)
    page = desk.get(url("plan", "change", plan.pk)).content.decode()
    assert "Work package resist" in page
    assert "end month (exclusive)" in page
    refused = desk.post(url("plan", "decide", plan.pk), {"adopt": "yes"})
    assert "another person decides" in refused.content.decode()
    desk.force_login(here.second)
    act(desk, plan, "decide", adopt="yes")
    assert plan.adopted
    assert Deliverable.objects.get(code="process").dropped_on == date(2026, 7, 10)


def test_staff_enter_what_came_on_paper(desk: Client, here: Running) -> None:
    act(desk, Milestone.objects.get(), "reach", reached_on="2026-07-01")
    design = Deliverable.objects.get(code="design")
    paper = SimpleUploadedFile("design.pdf", PDF)
    act(desk, design, "submit", submitted_on="2026-06-30", document=paper)
    assert design.submitted_on == date(2026, 6, 30)
    assert b"".join(desk.get(url("deliverable", "file", design.pk)).streaming_content) == PDF
    act(desk, design, "send-back", remark="No drawings")
    act(desk, design, "submit", submitted_on="2026-07-02",
        document=SimpleUploadedFile("design.pdf", PDF))  # fmt: skip
    act(desk, design, "accept")
    assert design.done_on == date(2026, 7, 10)
    report = ProgressReport.objects.filter(final=False).order_by("pk")[0]
    act(desk, report, "submit", submitted_on="2026-07-09", text="Lenses")
    act(desk, report, "accept")
    assert desk.get(url("progressreport", "file", report.pk)).status_code == 404


def test_a_project_is_suspended_goes_on_and_is_closed(desk: Client, here: Running) -> None:
    project = here.project
    act(desk, project, "suspend", reason="Earthquake")
    assert desk.get(url("project", "suspend", project.pk)).status_code == 403
    act(desk, project, "resume", reason="Rebuilt")
    refused = desk.post(url("project", "close", project.pk), {"reason": ""})
    assert "is not finished" in refused.content.decode()
    act(desk, project, "close", reason="Merged into another")


def test_a_contract_is_signed_on_paper(client: Client) -> None:
    here = opened()
    client.force_login(here.staff)
    first = here.project.projectparticipants.order_by("pk")[0]
    act(client, here.project, "sign", participant=first.pk, signatory="A", signed_on="2026-02-01")
    first.refresh_from_db()
    assert first.signed_on == date(2026, 2, 1)


def test_people_are_sent(desk: Client, here: Running) -> None:
    consortium = Consortium.objects.get(slug="litho")
    data = {
        "consortium_choice": consortium.pk, "kind": "joint", "name_en": "Lab",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    assert desk.post(url("facility", "add"), data).status_code == 302
    lab = Facility.objects.get(name_en="Lab")
    sending = {
        "consortium_choice": consortium.pk, "home": here.members["beta"].pk, "person": "Sato",
        "facility": lab.pk, "starts_on": "2026-07-01", "ends_on": "2027-07-01",
        "letter_on": "2026-06-01", "undertaking_on": "2026-06-01",
    }  # fmt: skip
    assert desk.post(url("secondment", "add"), sending).status_code == 302
    refused = desk.post(url("secondment", "add"), sending).content.decode()
    assert "Sato is sent to Lab" in refused
    sent = Secondment.objects.get()
    act(desk, sent, "extend", ends_on="2027-09-01")
    act(desk, sent, "hand-back", handed_back_on="2026-07-09")
    assert sent.ends_on == date(2026, 7, 9)
    assert Project.objects.count() == 1


def test_risks_are_written_down_and_followed_on_the_project_page(
    desk: Client, here: Running
) -> None:
    project = here.project
    address = url("project", "change", project.pk)
    assert "No risk is written down." in desk.get(address).content.decode()
    risk = {"risk": "One supplier", "likelihood": "2", "impact": "4", "response": "Find another"}
    refused = desk.post(url("project", "risk", project.pk), {**risk, "impact": "6"})
    assert (refused.status_code, Risk.objects.count()) == (200, 0)
    owner = here.members["beta"].organization
    act(desk, project, "risk", **risk, owner=owner.pk)
    made = Risk.objects.get()
    assert (made.title, made.likelihood, made.impact, made.owner) == ("One supplier", 2, 4, owner)
    page = desk.get(address).content.decode()
    for what in ("revise", "close"):
        assert url("risk", what, made.pk) in page
    graver = {"likelihood": "5", "impact": "4", "response": "Stock up"}
    moved = desk.post(url("risk", "revise", made.pk), graver)
    assert (moved.status_code, moved.headers["Location"]) == (302, f"{address}#risks")
    act(desk, made, "close")
    assert (made.likelihood, made.response, made.closed_on) == (5, "Stock up", date(2026, 7, 10))
    assert url("risk", "revise", made.pk) not in desk.get(address).content.decode()
    desk.force_login(here.people["secretary"])
    assert desk.get(url("project", "risk", project.pk)).status_code == 403


def opening(here: Running, *lines: str) -> dict[str, Any]:
    return {
        "consortium_choice": here.consortium.pk, "name_en": "Resists", "starts_on": "2026-08-01",
        "ends_on": "2027-08-01", "budget": "1,200,000", "parties": "\n".join(lines),
    }  # fmt: skip


def test_a_project_is_opened_without_a_call(desk: Client, here: Running) -> None:
    lines = ["Beta | lead | 0.6 | 0.5", "Gamma | partner | 0.4 | 0.5"]
    page = desk.post(url("project", "add"), opening(here, *lines))
    made = Project.objects.get(name_en="Resists")
    assert page.headers["Location"] == url("project", "change", made.pk)
    assert (made.lead, made.budget, made.unit) == (here.members["beta"], 1_200_000, "JPY")
    assert list(
        made.projectparticipants.order_by("pk").values_list("part", "work_share", "cost_share")
    ) == [("lead", Decimal("0.6"), Decimal("0.5")), ("partner", Decimal("0.4"), Decimal("0.5"))]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Beta | lead | 0.6 | 1", "Gamma | partner | 0.3 | 0"], "0.9"),
        (["Beta | partner | 1 | 1"], "One of the members leads."),
        (["Nobody | lead | 1 | 1"], "is not the name or number of one organization"),
        (["Beta | king | 1 | 1"], "is none of"),
        (["Beta | lead | much | 1"], "is not an amount"),
    ],
)
def test_a_project_that_is_opened_wrongly(
    desk: Client, here: Running, lines: list[str], said: str
) -> None:
    page = desk.post(url("project", "add"), opening(here, *lines))
    assert page.status_code == 200
    assert said in page.content.decode()
    assert Project.objects.count() == 1
