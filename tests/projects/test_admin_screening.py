"""Screening in the admin: looked at, assigned, agreed on and decided by its staff."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from projects.models import Competitor, Consensus, Decision, Review, ReviewAssignment
from tests.factories.projects import Panel, panel, propose, reviewed
from tests.snapshot import built_once

NOW = "2026-02-12 04:00:00+00:00"


@built_once
def proposed() -> Panel:
    made = panel(budget=Decimal(700), members=("alpha", "beta", "gamma"))
    propose(made, "one")
    propose(made, "two")
    propose(made, "alone", ("gamma",), own="0")
    return made


@pytest.fixture
def here(db: None) -> Any:
    with time_machine.travel(NOW, tick=True):
        yield proposed()


def at(user: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def page(here: Panel) -> str:
    return f"/admin/screening/{here.call.pk}/"


def test_page_tells_eligibility_ranking_line_and_progress(here: Panel) -> None:
    reviewed(here, "one", ann=("5", "5"), bob=("2", "5"))
    reviewed(here, "two", ann=("3", "3"), bob=("3", "3"))
    text = at(here.people["projects"]).get(page(here)).content.decode()
    for each in (
        "Two independent groups: independent groups 1, at least 2", "Within the budget",
        "Over the budget", "far apart", "80", "submitted 4",
        "Proposals without a review: 1", "Record a decision",
    ):  # fmt: skip
        assert each in text, each


def test_assignments_are_confirmed_from_the_preview(here: Panel) -> None:
    client = at(here.people["projects"])
    assert "Assign them" in client.get(f"{page(here)}?preview=1").content.decode()
    assert not ReviewAssignment.objects.exists()
    client.post(page(here), {"due_on": ""})
    assert not ReviewAssignment.objects.exists()
    client.post(page(here), {"due_on": "2026-03-01"})
    assert ReviewAssignment.objects.count() == 6
    row = ReviewAssignment.objects.order_by("pk")[0]
    address = f"/admin/projects/reviewassignment/{row.pk}"
    client.post(f"{address}/extend/", {"due_on": "2026-04-01", "reason": "ill"})
    client.post(f"{address}/release/", {"reason": "gone"})
    row.refresh_from_db()
    assert (row.due_on, row.release) == (date(2026, 4, 1), "gone")
    assert "gone" in client.get(f"{address}/change/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("projects", 200), ("secretary", 200), ("auditor", 200), ("finance", 403), ("ann", 302)],
)
def test_page_is_for_project_staff(here: Panel, who: str, status: int) -> None:
    assert at(here.people[who]).get(page(here)).status_code == status


def test_staff_elsewhere_find_nothing(here: Panel) -> None:
    other = panel("other", members=(), reviewers=())
    assert at(other.people["projects"]).get(page(here)).status_code == 404


def test_only_project_staff_assign(here: Panel) -> None:
    at(here.people["auditor"]).post(page(here), {"due_on": "2026-03-01"})
    assert not ReviewAssignment.objects.exists()


def test_consensus_and_decision_with_its_scan(here: Panel) -> None:
    reviewed(here, "one", ann=("5", "5"), bob=("2", "5"))
    client, key = at(here.people["projects"]), here.proposals["one"].pk
    agreed = {"proposal": key, "criterion": "novelty", "score": "4", "reason": "Talked."}
    client.post(f"/admin/projects/consensus/add/?proposal={key}&criterion=novelty", agreed)
    assert Consensus.objects.get().score == 4
    decided = {
        "proposal": key, "authority": "members", "body": "board", "outcome": "granted",
        "decided_on": "2026-02-12", "amount": "1,000", "votes_for": "5",
        "scan": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n"),
    }  # fmt: skip
    form = client.get(f"/admin/projects/decision/add/?proposal={key}").content.decode()
    assert 'value="board"' in form
    client.post(f"/admin/projects/decision/add/?proposal={key}", decided)
    made = Decision.objects.get()
    assert (made.amount, made.votes) == (1000, {"for": 5, "against": 0, "abstained": 0})
    assert made.paper is not None
    letter = client.get(f"/admin/projects/decision/{made.pk}/letter/")
    assert letter.headers["Content-Type"] == "application/pdf"
    assert "5" in client.get(f"/admin/projects/decision/{made.pk}/change/").content.decode()
    page = client.get(f"/admin/projects/proposal/{key}/change/").content.decode()
    decision = page.partition('id="decisions"')[2].partition("</section>")[0]
    assert "Granted" in decision
    assert "1,000.00" in decision
    for name in ("decision", "consensus", "reviewassignment", "competitor"):
        assert client.get(f"/admin/projects/{name}/").status_code == 200


def test_a_refusal_is_shown_above_the_form(here: Panel) -> None:
    key = here.proposals["alone"].pk
    body = {
        "proposal": key, "authority": "members", "body": "board", "outcome": "granted",
        "decided_on": "2026-02-12",
    }  # fmt: skip
    client = at(here.people["projects"])
    text = client.post(f"/admin/projects/decision/add/?proposal={key}", body).content.decode()
    assert "The proposal does not meet these rules: Two independent groups." in text
    assert not Decision.objects.exists()


def test_a_competitor_is_entered_from_paper(here: Panel) -> None:
    body = {
        "member": here.members["alpha"].pk, "organization": here.organization("gamma").pk,
        "starts_on": "2026-01-01",
    }  # fmt: skip
    client = at(here.people["projects"])
    client.post("/admin/projects/competitor/add/", body)
    row = Competitor.objects.get()
    client.post(f"/admin/projects/competitor/{row.pk}/end/", {"ends_on": "2026-02-01"})
    row.refresh_from_db()
    assert row.ends_on == date(2026, 2, 1)


def test_a_review_on_paper_is_entered_and_shown_as_such(here: Panel) -> None:
    client = at(here.people["projects"])
    client.post(page(here), {"due_on": "2026-03-01"})
    row = ReviewAssignment.objects.order_by("pk")[0]
    address = f"/admin/projects/reviewassignment/{row.pk}"
    form = {
        "paper_on": "2026-02-12", "received_at": "2026-02-12 11:00", "comment": "Sound.",
        "score_novelty": "4.5", "score_use": "9",
        "scan": SimpleUploadedFile("review.pdf", b"%PDF-1.4\n%%EOF\n"),
    }  # fmt: skip
    refused = client.post(f"{address}/paper/", form)
    assert "is not on its scale" in refused.content.decode()
    assert not Review.objects.exists()
    form |= {"score_use": "3", "scan": SimpleUploadedFile("review.pdf", b"%PDF-1.4\n%%EOF\n")}
    assert client.post(f"{address}/paper/", form).status_code == 302
    made = Review.objects.get()
    assert (made.scores, made.entered_by, made.paper_on) == (
        {"novelty": "4.5", "use": "3"}, here.people["projects"], date(2026, 2, 12),
    )  # fmt: skip
    assert made.submitted_at is not None
    assert made.submitted_at.isoformat() == "2026-02-12T03:00:00+00:00"
    shown = client.get(f"{address}/change/").content.decode()
    assert "entered by panel-projects" in shown
    assert f"/api/v1/reviews/{made.uid}/paper/" in shown
    assert client.get(f"{address}/paper/").status_code == 403


def test_the_ranking_is_shown_best_first(here: Panel) -> None:
    for name in ("fair", "best", "poor"):
        propose(here, name)
    for name, score in (("fair", "3"), ("best", "5"), ("poor", "2.5")):
        reviewed(here, name, ann=(score, score), bob=(score, score))
    rows = at(here.people["projects"]).get(page(here)).context["rows"]
    assert [row["title"] for row in rows[:3]] == ["best", "fair", "poor"]
    assert [row["rank"] for row in rows[:3]] == [1, 2, 3]
