"""Dues runs in the admin: one person proposes, another confirms exactly that, once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.models import Notice
from consortium.reports.verify import verify
from consortium.states import Role
from funding.admin import runs
from funding.models import Charge, DuesRun, FigureView
from funding.operations.runs import carry_out, confirm_run, propose_run
from funding.reports.runs import assessed
from funding.tasks import carry_out_runs
from tests.cast import NOW, TODAY
from tests.factories.seasons import Season, declared, opened, season
from tests.snapshot import built_once

SALES = ("123456789", "30000000", "2000000000")
"""One between floor and cap, one at the floor, one at the cap."""

AMOUNT = "371,770.37"
TOTAL = "3,471,770.37 CNY"


@pytest.fixture(autouse=True)
def on_the_day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=True)


@built_once
def ready(count: int = 4, **more: Any) -> Season:
    """Return a season in which all but the last member have declared."""
    found = season(count, **more)
    opened(found)
    for n in range(count - 1):
        declared(found, n, SALES[n % len(SALES)])
    return found


@pytest.fixture
def four(db: None) -> Season:
    return ready()


def at(client: Client, season: Season, name: str) -> Client:
    client.force_login(season.people[name])
    return client


def propose(client: Client, season: Season) -> DuesRun:
    at(client, season, "finance")
    response = client.post(reverse("admin:funding_round_propose", args=[season.round.pk]))
    run = DuesRun.objects.get(done_on=None)
    assert response.headers["Location"] == page(run)
    return run


def proposed(season: Season) -> DuesRun:
    return propose_run(round=season.round, by=season.people["finance"], on=TODAY)


def confirmed(season: Season) -> DuesRun:
    return confirm_run(run=proposed(season), by=season.people["auditor"], on=TODAY)


def page(run: DuesRun, what: str = "change") -> str:
    return reverse(f"admin:funding_duesrun_{what}", args=[run.pk])


def test_what_one_proposes_another_confirms_and_it_is_charged(four: Season, client: Client) -> None:
    run = propose(client, four)
    own = client.get(page(run)).content.decode()
    assert "You have proposed it. Another person has to confirm it: Auditor." in own
    assert "Confirm as second person" not in own
    at(client, four, "auditor")
    seen = client.get(page(run)).content.decode()
    assert "It waits for you" in seen
    assert AMOUNT in seen
    assert TOTAL in seen
    form = client.get(page(run, "confirm")).content.decode()
    assert "3 members are assessed and charged." in form
    done = client.post(page(run, "confirm"), follow=True).content.decode()
    assert "3 members assessed." in done
    assert "Issued" in done
    assert Charge.objects.count() == 3
    assert list(verify(consortium=four.consortium)) == []


def test_a_second_confirmation_or_the_proposers_own_is_refused(
    four: Season, client: Client
) -> None:
    run = propose(client, four)
    own = client.post(page(run, "confirm")).content.decode()
    assert "another person has to confirm it" in own
    at(client, four, "secretary")
    wrong = client.post(page(run, "confirm")).content.decode()
    assert "The charter asks for a second person in one of these roles: Auditor" in wrong
    assert Charge.objects.count() == 0
    at(client, four, "auditor")
    client.post(page(run, "confirm"))
    assert "This run is confirmed already." in client.post(page(run, "confirm")).content.decode()
    assert Charge.objects.count() == 3


def test_figures_that_changed_after_the_proposal_stop_it(four: Season, client: Client) -> None:
    run = propose(client, four)
    declared(four, 3, "90000000")
    at(client, four, "auditor")
    text = client.get(page(run)).content.decode()
    assert "Figures or members have changed since it was proposed" in text
    refused = client.post(page(run, "confirm")).content.decode()
    assert "Figures or members have changed since the preview was proposed" in refused
    assert Charge.objects.count() == 0
    anew = propose(client, four)
    assert anew.count == 4
    at(client, four, "auditor")
    assert client.get(page(run)).status_code == 404
    client.post(page(anew, "confirm"))
    assert Charge.objects.count() == 4


def test_the_look_of_the_second_person_is_recorded(four: Season, client: Client) -> None:
    run = proposed(four)
    at(client, four, "auditor").get(page(run))
    look = FigureView.objects.get()
    assert (look.screen, look.count, look.user) == ("preview", 3, four.people["auditor"])


def test_a_second_person_outside_finance_sees_sums_and_no_members_figure(
    db: None, client: Client
) -> None:
    found = ready(7, second=Role.SECRETARY)
    run = proposed(found)
    text = at(client, found, "secretary").get(page(run)).content.decode()
    assert "6,943,540.74 CNY" in text
    assert "Members' figures are shown to finance staff and auditors only." in text
    assert AMOUNT not in text
    assert "123,456,789" not in text
    assert not FigureView.objects.exists()
    client.post(page(run, "confirm"))
    assert Charge.objects.count() == 6


def test_the_sum_of_a_few_members_is_not_told_to_a_second_person_outside_finance(
    db: None, client: Client
) -> None:
    found = ready(2, second=Role.SECRETARY)
    run = proposed(found)
    text = at(client, found, "secretary").get(page(run)).content.decode()
    assert "would tell single figures" in text
    assert AMOUNT not in text


def test_others_see_that_it_waits_and_no_sum(four: Season, client: Client) -> None:
    run = proposed(four)
    text = at(client, four, "secretary").get(page(run)).content.decode()
    assert "It waits for a second person: Auditor." in text
    assert TOTAL not in text
    assert AMOUNT not in text
    assert at(client, four, "reader").get(page(run)).status_code == 403
    rival = season(1, slug="rival")
    assert at(client, rival, "auditor").get(page(run)).status_code == 404
    assert client.post(page(run, "confirm")).status_code == 404


def test_a_run_under_way_shows_how_far_it_is_and_asks_again(four: Season, client: Client) -> None:
    run = confirmed(four)
    response = at(client, four, "auditor").get(page(run))
    assert response.headers["Refresh"] == "3"
    assert '<progress class="season-bar" value="0" max="3">' in response.content.decode()
    assert assessed(run) == 0
    carry_out(run, on=TODAY)
    assert assessed(run) == 3
    done = client.get(page(run))
    assert "Refresh" not in done.headers
    assert "3 members were assessed" in done.content.decode()


def test_a_later_run_of_a_round_counts_its_own_members_only(four: Season, client: Client) -> None:
    carry_out(confirmed(four), on=TODAY)
    declared(four, 3, "90000000")
    run = confirmed(four)
    assert (run.count, assessed(run)) == (1, 0)
    carry_out(run, on=TODAY)
    assert assessed(run) == 1


def test_a_large_run_is_left_to_the_bell(
    four: Season, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    run = propose(client, four)
    at(client, four, "auditor")
    done = client.post(page(run, "confirm"), follow=True).content.decode()
    assert "It is carried out in the background." in done
    assert "Being issued" in done
    assert Charge.objects.count() == 0
    carry_out_runs()
    carry_out_runs()
    assert Charge.objects.count() == 3
    run.refresh_from_db()
    assert run.done_on == TODAY
    assert list(verify(consortium=four.consortium)) == []


def test_it_waits_on_the_desk_of_the_charters_second_person_only(
    four: Season, client: Client
) -> None:
    run = proposed(four)
    for name, waits in (("finance", False), ("secretary", False), ("auditor", True)):
        at(client, four, name)
        text = client.get("/admin/").content.decode()
        assert page(run) in text
        waiting = text.partition('id="waiting"')[2].partition("</section>")[0]
        assert (page(run) in waiting) is waits


def test_the_bell_does_nothing_where_nothing_is_confirmed(four: Season) -> None:
    proposed(four)
    carry_out_runs()
    assert Charge.objects.count() == 0


def test_the_round_says_what_became_of_the_run_and_who_was_told(
    four: Season, client: Client
) -> None:
    change = reverse("admin:funding_round_change", args=[four.round.pk])
    run = proposed(four)
    before = at(client, four, "finance").get(change).content.decode()
    assert "has proposed a run over 3 members" in before
    assert page(run) in before
    carry_out(confirm_run(run=run, by=four.people["auditor"], on=TODAY), on=TODAY)
    after = client.get(change).content.decode()
    assert "has proposed a run" not in after
    for charge in Charge.objects.all():
        assert charge.number in after
    assert after.count("nobody: send the paper") == 3
    assert Notice.objects.filter(code="payment_requested").count() == 0
