"""Moving in at the desk: the template, a file with faults, a proposal, the second person."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium, User
from funding.models import CutOver
from funding.rules.cutover import SHEETS, read
from tests.cast import person
from tests.factories.ledgers import staffed
from tests.factories.moving import MONDAY, empty, workbook

pytestmark = pytest.mark.usefixtures("_monday")
ADD = reverse("admin:funding_cutover_add")


@pytest.fixture
def _monday() -> Any:
    with time_machine.travel(f"{MONDAY.isoformat()} 08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def consortium(db: None) -> Consortium:
    return empty()


def at_desk(consortium: Consortium, role: str) -> Client:
    user: User = staffed(consortium, role)
    client = Client()
    client.force_login(user)
    return client


def sent(consortium: Consortium, content: bytes, day: date = MONDAY) -> dict[str, Any]:
    file = SimpleUploadedFile("books.xlsx", content)
    return {"consortium_choice": consortium.pk, "day": day.isoformat(), "file": file}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_finance_proposes_and_the_secretary_carries_over(consortium: Consortium) -> None:
    finance, secretary = at_desk(consortium, "finance"), at_desk(consortium, "secretary")
    assert reverse("admin:funding_cutover_template") in text(finance.get(ADD))
    refused = text(finance.post(ADD, sent(consortium, workbook(members=[]))))
    assert "open_items!A3: 上海示例电子有限公司" in refused or "open_items!A3: Shanghai" in refused
    assert not CutOver.objects.exists()
    assert finance.post(ADD, sent(consortium, workbook())).status_code == 302
    row = CutOver.objects.get()
    page, confirm = (
        reverse(f"admin:funding_cutover_{what}", args=[row.pk]) for what in ("change", "confirm")
    )
    assert "Another person has to confirm it" in text(finance.get(page))
    assert confirm not in text(finance.get(page))
    assert confirm in text(secretary.get(page))
    assert secretary.post(confirm, {}).status_code == 302
    row.refresh_from_db()
    assert row.done_on == MONDAY
    assert "50,450.50" in text(finance.get(page))
    assert "50,450.50" not in text(secretary.get(page))
    assert confirm not in text(secretary.get(page))


def test_the_file_and_the_template_are_downloads(consortium: Consortium) -> None:
    finance = at_desk(consortium, "finance")
    template = finance.get(reverse("admin:funding_cutover_template"))
    assert read(template.getvalue()).counts == {each.code: 0 for each in SHEETS}  # type: ignore[attr-defined]
    content = workbook()
    finance.post(ADD, sent(consortium, content))
    file = reverse("admin:funding_cutover_file", args=[CutOver.objects.get().pk])
    assert finance.get(file).getvalue() == content  # type: ignore[attr-defined]
    reader = at_desk(consortium, "reader")
    assert reader.get(file).status_code == 403
    assert reader.get(reverse("admin:funding_cutover_template")).status_code == 403
    stranger = Client()
    stranger.force_login(person("stranger", is_staff=True))
    assert stranger.get(file).status_code in (302, 403)
