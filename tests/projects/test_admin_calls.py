"""The secretariat's screens of calls, questions, proposals and papers."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.models import Notice
from projects.models import Call, CallChange, Proposal, Question
from projects.operations.questions import ask_question
from tests.factories.portfolios import CANARY, NOW, TODAY, Portfolio, draft_of

THEMES = "etching | Etching | 刻蚀\noptics\tOptics"


@pytest.fixture
def staff(here: Portfolio, client: Client) -> Client:
    client.force_login(here.people["projects"])
    return client


def page(row: Any, what: str = "change") -> str:
    return reverse(f"admin:projects_{row._meta.model_name}_{what}", args=[row.pk])


def call_form(here: Portfolio, **changes: Any) -> dict[str, Any]:
    return {
        "consortium_choice": here.consortium.pk,
        "code": "2026-2",
        "name_en": "A second call",
        "opens_at": "2026-03-03 09:00",
        "closes_at": "2026-05-01 17:00",
        "budget": "3,000,000",
        "themes": THEMES,
        "criteria": "risk | Risk | 风险 | 1 | 10 | 4",
        "requirements": "two | Two members | 两家 | members | 2",
        "most_months": "24",
        **changes,
    }


def test_a_call_is_drafted_published_and_changed(here: Portfolio, staff: Client) -> None:
    made = staff.post("/admin/projects/call/add/", call_form(here), follow=True)
    assert made.status_code == 200, made.content
    call = Call.objects.get(code="2026-2")
    assert call.closes_at.isoformat() == "2026-05-01T09:00:00+00:00"
    assert call.terms == {
        "themes": [
            {"code": "etching", "label": {"en": "Etching", "zh": "刻蚀"}},
            {"code": "optics", "label": {"en": "Optics"}},
        ],
        "criteria": [
            {"code": "risk", "label": {"en": "Risk", "zh": "风险"}, "weight": "1", "top": 10,
             "threshold": "4"}
        ],
        "requirements": [
            {"code": "two", "label": {"en": "Two members", "zh": "两家"}, "measure": "members",
             "at_least": "2"}
        ],
        "most_months": 24,
    }  # fmt: skip
    assert staff.post(page(call, "publish"), follow=True).status_code == 200
    call.refresh_from_db()
    assert call.published_at is not None
    told = Notice.objects.filter(code="call_published", href__contains=str(call.uid))
    assert here.people["north-contact"] in {each.recipient for each in told}
    shown = staff.get(page(call, "amend"))
    assert b"etching | Etching | " in shown.content
    form = call_form(here, closes_at="2026-05-08 17:00")
    assert b"Say why" in staff.post(page(call, "amend"), form).content
    staff.post(page(call, "amend"), {**form, "reason": "Holidays"})
    change = CallChange.objects.get()
    assert change.before == {"closes_at": "2026-05-01 17:00:00+08:00"}
    assert change.after == {"closes_at": "2026-05-08 17:00:00+08:00"}
    assert b"Holidays" in staff.get(page(call)).content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"themes": "etching"}, "has 1 columns"),
        ({"themes": "etching | A\netching | B"}, "themes[1].code"),
        ({"closes_at": "soon"}, "Write a day and a time"),
        ({"closes_at": "2026-03-01 09:00"}, "opens before it closes"),
        ({"criteria": "risk | Risk | | much"}, "criteria[0].weight"),
        ({"requirements": "two | Two | | cakes | 2"}, "requirements[0].measure"),
        ({"budget": "-5"}, "is not a budget"),
        ({"code": "2026-1"}, "is taken by another call"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    here: Portfolio, staff: Client, change: dict[str, str], said: str
) -> None:
    answer = staff.post("/admin/projects/call/add/", call_form(here, **change))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Call.objects.count() == 1


def test_a_question_is_answered(here: Portfolio, staff: Client) -> None:
    question = ask_question(
        member=here.members["north"], call=here.call, text="May outsiders lead?",
        at=NOW, by=here.people["north"], on=TODAY,
    )  # fmt: skip
    assert b"May outsiders lead?" in staff.get(page(here.call)).content
    staff.post(page(question, "answer"), {"answer": "No."})
    assert Question.objects.get().answer == "No."


def test_staff_see_a_proposal_when_it_is_submitted(here: Portfolio, staff: Client) -> None:
    draft = here.started("south")
    version = here.submitted("north", "south")
    rows = staff.get("/admin/projects/proposal/").content.decode()
    assert ("PR-2026-0001" in rows, "South portfolio" in rows) == (True, False)
    shown = staff.get(page(version.proposal)).content.decode()
    assert CANARY in shown
    assert "917,263.50 CNY" in shown
    assert staff.get(page(draft)).status_code == 404
    staff.force_login(here.people["finance"])
    assert staff.get("/admin/projects/proposal/").status_code == 403


def paper(here: Portfolio, **changes: Any) -> dict[str, Any]:
    north, south = (here.organization(name).name_en for name in ("north", "south"))
    return {
        "member": here.members["north"].pk,
        "received_at": "2026-03-02 09:30",
        "title_given": "On paper",
        "theme": "optics",
        "months": "12",
        "content_objectives": "To see further.",
        "parties": f"{north} | lead | 0.7 | 0.5 | Mr Li | 2026-02-27\n"
        f"{south} | partner | 0.3 | 0.5 | Ms Wang | 2026-02-28",
        "budget": f"{north} | staff | 2026 | 1,000.50\n{south} | material | 2027 | 20 | 5",
        **changes,
    }


def test_a_paper_is_entered_as_of_when_it_came(here: Portfolio, staff: Client) -> None:
    answer = staff.post(page(here.call, "paper"), paper(here))
    assert answer.status_code == 302, answer.content.decode()
    version = Proposal.objects.get().current()
    assert version is not None
    assert version.submitted_at.isoformat() == "2026-03-02T01:30:00+00:00"  # type: ignore[union-attr]
    assert [str(each.work_share) for each in version.participants.order_by("pk")] == [
        "0.700000", "0.300000",
    ]  # fmt: skip
    assert b"Ms Wang" in staff.get(page(version.proposal)).content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"received_at": "2026-03-02 23:00"}, "cannot have come in"),
        ({"received_at": "2026-02-01 09:00"}, "is not open"),
        ({"budget": "Nobody | staff | 2026 | 5"}, "is not the name or number"),
        ({"budget": "East portfolio | staff | 2026 | 5"}, "does not take part"),
        ({"parties": "North portfolio | lead | 0.99 | 1 | Li | 2026-02-27"}, "come to 0.99"),
        ({"parties": "North portfolio | lead | 1 | 1"}, "Not signed yet by"),
        ({"parties": "North portfolio | boss | 1 | 1"}, "is none of"),
    ],
)
def test_a_wrong_paper_leaves_nothing(
    here: Portfolio, staff: Client, change: dict[str, str], said: str
) -> None:
    form = paper(here, **({"budget": ""} if "parties" in change else {}) | change)
    answer = staff.post(page(here.call, "paper"), form)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Proposal.objects.exists()


def test_a_signature_on_paper_shows_no_draft(here: Portfolio, staff: Client) -> None:
    proposal = here.started("north", "south")
    row = draft_of(proposal).participants.get(part="partner")
    form = staff.get(page(here.call, "sign")).content.decode()
    assert "South portfolio ← North portfolio" in form
    assert "Deep etching" not in form
    given = {"participant": row.pk, "signatory": "Ms Wang", "paper_on": "2026-03-01"}
    assert staff.post(page(here.call, "sign"), given).status_code == 302
    row.refresh_from_db()
    assert (row.signatory, row.signed_by) == ("Ms Wang", here.people["projects"])


def test_a_letter_of_withdrawal_is_entered_with_its_scan(here: Portfolio, staff: Client) -> None:
    proposal = here.submitted("north").proposal
    page, withdraw, scan = (
        reverse(f"admin:projects_proposal_{what}", args=[proposal.pk])
        for what in ("change", "withdraw", "withdrawal")
    )
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.4\n%%EOF\n")
    sent = {"signatory": "Ms Wang", "paper_on": "2026-03-01", "scan": letter}
    assert staff.get(scan).status_code == 404
    assert staff.post(withdraw, sent).status_code == 302
    shown = staff.get(page).content.decode()
    assert "Ms Wang · " in shown
    assert scan in shown
    assert withdraw not in shown
    assert staff.get(scan).getvalue() == b"%PDF-1.4\n%%EOF\n"  # type: ignore[attr-defined]
