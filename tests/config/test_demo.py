"""The demonstration: made once, whole, by the same operations people use."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from config.demo import alliance, sematech
from config.demo.people import PASSWORD
from config.management.commands.demo import ACCOUNTS
from consortium.models import Consortium, ParkedItem, User
from consortium.reports.verify import verify
from funding.models import Charge
from tests.consortium.test_operations_bad_input import everything

pytestmark = pytest.mark.django_db

DAYS = ["2026-11-23", "2027-12-31", "2028-02-29"]


def test_demonstration_is_made_once(capsys: pytest.CaptureFixture[str], time_machine: Any) -> None:
    time_machine.move_to("2026-03-02 04:00:00+00:00")
    call_command("demo", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["password"] == PASSWORD
    assert [row["login"] for row in said["accounts"]] == [login for _, login in ACCOUNTS]
    users = User.objects.filter(username__in=[login for _, login in ACCOUNTS])
    assert users.count() == len(ACCOUNTS)
    assert all(user.check_password(PASSWORD) for user in users)
    assert Charge.objects.filter(consortium__slug=sematech.SLUG).count() == 8
    assert not ParkedItem.objects.exists()
    for each in [None, *Consortium.objects.all()]:
        assert list(verify(consortium=each)) == []
    before = everything()
    call_command("demo", "--json")
    assert everything() == before


@pytest.mark.parametrize("day", DAYS)
def test_alliance_is_always_in_the_middle_of_its_round(day: str, time_machine: Any) -> None:
    time_machine.move_to(f"{day} 04:00:00+00:00")
    consortium = alliance.build(date.fromisoformat(day))
    open_rounds = consortium.rounds.filter(starts_on__gt=day)
    assert open_rounds.count() >= 1
    assert consortium.charges.count() > 40
    assert list(verify(consortium=consortium)) == []
    assert not ParkedItem.objects.exists()
