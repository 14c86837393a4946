"""Planned publications at the desk: paper is entered, and who may object is shown."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ip.models import PublicationNotice
from tests.factories.results import disclosed, researching
from tests.factories.running import PDF, Running


@pytest.fixture
def here(db: None) -> Iterator[Running]:
    with time_machine.travel("2026-06-15T03:00:00Z", tick=False):
        yield researching()


@pytest.fixture
def desk(here: Running, client: Client) -> Client:
    client.force_login(here.people["ip"])
    return client


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def sent(desk: Client, name: str, *args: Any, **fields: Any) -> str:
    """Send an act's form; return the page with what is wrong, or nothing when it is done."""
    answer = desk.post(reverse(f"admin:{name}", args=args), fields)
    return "" if answer.status_code == 302 else answer.content.decode()


def test_paper_is_entered_and_shown(here: Running, desk: Client) -> None:
    result = disclosed(here)
    given = {
        "consortium_choice": here.consortium.pk, "member": here.members["alpha"].pk,
        "title_given": "On lenses", "project": here.project.pk, "results": [result.pk],
        "noticed_on": "2026-06-14", "file": pdf(), "paper": pdf(),
    }  # fmt: skip
    early = sent(desk, "ip_publicationnotice_add", **given, planned_on="2026-07-01")
    assert "July 29, 2026" in early
    given |= {"file": pdf(), "paper": pdf(), "planned_on": "2026-07-29"}
    assert sent(desk, "ip_publicationnotice_add", **given) == ""
    notice = PublicationNotice.objects.get()
    page = reverse("admin:ip_publicationnotice_change", args=[notice.pk])
    shown = desk.get(page).content.decode()
    assert all(each in shown for each in ("Beta", "Gamma", result.number, "Under review"))
    beta = notice.publicationpartys.get(body__name_en="Beta")
    said = {"party": beta.pk, "stance": "change", "answered_on": "2026-06-15"}
    assert "Say why" in sent(desk, "ip_publicationnotice_answer", notice.pk, **said)
    said |= {"reason": "Leave our process out"}
    assert sent(desk, "ip_publicationnotice_answer", notice.pk, **said) == ""
    shown = desk.get(page).content.decode()
    assert "Put off by an objection" in shown
    assert "Leave our process out" in shown
    assert "Put off" in desk.get(reverse("admin:ip_publicationnotice_changelist")).content.decode()


def test_the_text_of_another_consortiums_project_is_refused(here: Running, desk: Client) -> None:
    other = researching("other")
    given = {
        "consortium_choice": here.consortium.pk, "member": here.members["alpha"].pk,
        "title_given": "On lenses", "project": other.project.pk,
        "noticed_on": "2026-06-14", "planned_on": "2026-07-29",
    }  # fmt: skip
    assert sent(desk, "ip_publicationnotice_add", **given) != ""
    assert not PublicationNotice.objects.exists()
