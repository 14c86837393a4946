"""Late payers at the desk: the board, letters, blocks, exits, what an outage withheld."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consortium.models import Consortium, Suspension
from consortium.operations.advance import advance, tick
from consortium.reports.docket import docket
from consortium.states import Role
from funding.models import DunningBlock, DunningStep, ExitProposal
from tests.factories.ladders import charge, collecting, pay, speaker, staff
from tests.factories.ledgers import member
from tests.snapshot import built_once

pytestmark = pytest.mark.django_db
WARNED = date(2024, 4, 1)
NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 2, 3, 12, tzinfo=UTC)


@pytest.fixture
@built_once
def late() -> Consortium:
    found = collecting(members=["a", "b", "c"])
    advance(consortium=found, to=date(2024, 2, 1))
    pay(charge(found, "b"), "1000.50", date(2024, 2, 1))
    pay(charge(found, "c"), "5000", date(2024, 2, 1))
    return found


def at_desk(consortium: Consortium, role: Role) -> Client:
    client = Client()
    client.force_login(staff(consortium, role))
    return client


def body(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


@time_machine.travel(NOON, tick=False)
def test_the_board_shows_what_is_late_to_finance_staff_only(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    text = body(at_desk(late, Role.FINANCE), "/admin/arrears/")
    for part in ("8,999.50 USD", "5,000.00 USD", "3,999.50 USD", "Warning", "31–90 days"):
        assert part in text, part
    finance = at_desk(collecting("other"), Role.FINANCE)
    assert "Nothing is late" in body(finance, "/admin/arrears/")
    assert finance.get("/admin/arrears/?consortium=late").status_code == 404
    assert at_desk(late, Role.SECRETARY).get("/admin/arrears/").status_code == 403


@time_machine.travel(NOON, tick=False)
def test_the_board_is_narrowed_by_level_and_age(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    client = at_desk(late, Role.FINANCE)
    number = charge(late, "a").number
    assert number in body(client, "/admin/arrears/?level=2")
    assert number not in body(client, "/admin/arrears/?level=1")
    assert number in body(client, "/admin/arrears/?age=1")
    assert number not in body(client, "/admin/arrears/?age=0")


@time_machine.travel(NOON, tick=False)
def test_letters_are_listed_and_downloaded(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    client = at_desk(late, Role.FINANCE)
    step = DunningStep.objects.filter(level="warning").first()
    assert step is not None
    assert "Warning" in body(client, reverse("admin:funding_dunningstep_changelist"))
    assert "Letter (PDF)" in body(
        client, reverse("admin:funding_dunningstep_change", args=[step.pk])
    )
    address = reverse("admin:funding_dunningstep_letter", args=[step.pk])
    assert client.get(address).content.startswith(b"%PDF")
    assert client.get(f"{address}?language=zh-hans").status_code == 200
    assert client.get(f"{address}?language=xx").status_code == 404
    assert at_desk(collecting("other"), Role.FINANCE).get(address).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_a_block_is_entered_and_lifted(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    client = at_desk(late, Role.FINANCE)
    owed = charge(late, "a")
    page = body(client, reverse("admin:funding_charge_change", args=[owed.pk]))
    add = f"/admin/funding/dunningblock/add/?member={owed.member_id}&amp;charge={owed.pk}"
    assert add in page
    sent: dict[str, Any] = {"member": owed.member_id, "charge": owed.pk, "reason": "disputed"}
    past = client.post(add.replace("&amp;", "&"), {**sent, "until": "2024-04-01"})
    assert "not after its start" in past.content.decode()
    client.post(add.replace("&amp;", "&"), {**sent, "until": "2024-06-01"})
    block = DunningBlock.objects.get()
    assert (block.charge, block.ends_on) == (owed, date(2024, 6, 1))
    client.post(reverse("admin:funding_dunningblock_lift", args=[block.pk]))
    block.refresh_from_db()
    assert block.ends_on == date(2024, 4, 2)


@time_machine.travel(LATER, tick=False)
def test_an_exit_is_decided_with_its_paper(late: Consortium) -> None:
    advance(consortium=late, to=date(2025, 2, 3))
    client = at_desk(late, Role.SECRETARY)
    proposal = ExitProposal.objects.get(member=member(late, "a"))
    address = reverse("admin:funding_exitproposal_decide", args=[proposal.pk])
    page = body(client, address)
    assert 'value="assembly"' in page
    assert "What it leads to" in page
    assert "Nothing is done yet" not in page
    assert "Open charges: 1. Finance staff see how much." in page
    sent = {"outcome": "ended", "decided_on": "2025-02-03", "reason": "unpaid"}
    wrong = client.post(address, {**sent, "body": "council"})
    assert "assembly" in wrong.content.decode()
    client.post(address, {**sent, "body": "assembly"})
    proposal.refresh_from_db()
    assert proposal.outcome == "ended"
    assert member(late, "a").terms.get().ends_on == date(2025, 2, 3)


@time_machine.travel(NOON, tick=False)
def test_what_an_outage_withheld_is_shown_and_released(late: Consortium) -> None:
    tick(consortium=late, to=WARNED, at=NOON)
    client = at_desk(late, Role.SECRETARY)
    assert "steps that cannot be taken back wait since an outage" in body(client, "/admin/")
    text = body(client, "/admin/withheld/")
    assert text.count("Voting") == 2
    assert not Suspension.objects.exists()
    client.post("/admin/withheld/")
    assert Suspension.objects.count() == 4
    assert at_desk(late, Role.FINANCE).get("/admin/withheld/").status_code == 403


@time_machine.travel(NOON, tick=False)
def test_a_members_page_says_how_it_stands(late: Consortium) -> None:
    advance(consortium=late, to=WARNED)
    page = reverse("admin:consortium_member_change", args=[member(late, "a").pk])
    finance = body(at_desk(late, Role.FINANCE), page)
    assert "Rights suspended" in finance
    assert "5,000.00 USD" in finance
    assert "Rights suspended" in body(at_desk(late, Role.SECRETARY), page)
    reader = body(at_desk(late, Role.READER), page)
    assert "Rights suspended" not in reader


def test_the_docket_tells_each_what_is_theirs(late: Consortium) -> None:
    on = date(2025, 2, 3)
    finance, secretary = staff(late, Role.FINANCE), staff(late, Role.SECRETARY)
    signatory = speaker(late, "a")
    advance(consortium=late, to=date(2024, 3, 28))

    def codes(user: Any, day: date) -> list[str]:
        found = docket(consortium=late, user=user, on=day, until=day)
        return [each.code for each in found if each.code not in ("goal_due", "outbound_held")]

    soon = docket(consortium=late, user=finance, on=date(2024, 3, 28), until=date(2024, 4, 20))
    assert [(each.code, each.due_on, each.values["count"]) for each in soon] == [
        ("levels_to_come", WARNED, 2)
    ]
    advance(consortium=late, to=on)
    assert codes(finance, on) == ["exit_to_decide"] * 2
    assert codes(secretary, on) == ["exit_to_decide"] * 2
    assert codes(signatory, on) == ["exit_to_decide"]
