"""Fast forward: the sweeps of days to come in a sandbox; nothing of it stays."""

from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse

from consortium.access import ReferenceIsReadOnly
from consortium.errors import Denied, DomainError
from consortium.models import Consortium, Document
from consortium.operations.advance import advance
from consortium.operations.ahead import LOCK, MEMBER_DAYS, look_ahead
from consortium.papers.ahead import laid_out
from consortium.reports.ahead import Ahead
from consortium.states import Role
from funding.models import FigureView
from funding.states import Screen
from tests.cast import TODAY, Cast, canaries
from tests.factories.ladders import collecting, staff
from tests.factories.ledgers import FOUNDED, fee, small
from tests.factories.reporting import scheduled

DAY = timedelta(days=1)
JUNE = date(2026, 6, 1)
ALL_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


def contents() -> dict[str, str]:
    """Return a digest of everything each table holds."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_TABLES)
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT row::text FROM "{table}" AS row ORDER BY 1')
            found[table] = sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def files() -> set[Path]:
    return set(Path(settings.MEDIA_ROOT).rglob("*"))


def told(found: Ahead) -> list[tuple[str, str, int, list[str]]]:
    """Return day, sweep, what was handled and what was left, in words."""
    return [
        (
            day["on"].isoformat(),
            each["sweep"],
            each["handled"],
            [
                f"{one['to']}: {one['text']}" + (f" {one['amount']:.2f}" if one["amount"] else "")
                for left in each["left"]
                if left["code"] != "notices"
                for one in left["named"]
            ],
        )
        for day in laid_out(found)["days"]
        for each in day["sweeps"]
    ]


def stands(found: Ahead) -> dict[str, tuple[int, int]]:
    return {row["label"]: (row["now"]["count"], row["then"]["count"]) for row in
            laid_out(found)["stands"]}  # fmt: skip


@pytest.mark.django_db
def test_a_year_of_a_late_payer_day_by_day() -> None:
    consortium = collecting(members=["a"])
    advance(consortium=consortium, to=FOUNDED)
    finance, before = staff(consortium, Role.FINANCE), contents()
    found = look_ahead(consortium=consortium, to=date(2025, 2, 28), by=finance, on=FOUNDED)
    after = contents()
    assert {table for table in after if after[table] != before[table]} == {"funding_figureview"}
    look = FigureView.objects.get()
    assert (look.user, look.screen, str(look.member)) == (finance, Screen.CHARGES, "a")
    assert told(found) == [
        ("2024-02-15", "dun", 1, ["a: Reminder for 2024-00001 5000.00"]),
        ("2024-04-01", "dun", 1, ["a: Warning for 2024-00001 5000.00"]),
        ("2024-04-01", "enforce", 2, ["a: Rests: Voting", "a: Rests: Proposals"]),
        ("2024-08-01", "dun", 1, ["a: Last call for 2024-00001 5000.00"]),
        ("2025-02-01", "dun", 1, ["a: Exit for 2024-00001 5000.00"]),
        ("2025-02-01", "enforce", 1,
         ["a: The end of the membership is put to the body that decides it"]),
    ]  # fmt: skip
    assert stands(found) == {
        "Members": (1, 1),
        "Parked items": (0, 0),
        "Deadlines passed": (0, 0),
        "Open charges": (1, 1),
        "Late charges": (0, 1),
        "Late, last letter: Exit": (0, 1),
        "Suspended rights": (0, 2),
        "Exits to decide": (0, 1),
        "Exclusivities that run": (0, 0),
        "Results offered": (0, 0),
    }
    assert (found.reached, consortium.advanced_to) == (date(2025, 2, 28), FOUNDED)


@pytest.mark.django_db
def test_charges_are_told_one_by_one_and_added_up() -> None:
    consortium = small("small", fee(anchor="2024-01-01"), members="ab")
    advance(consortium=consortium, to=FOUNDED)
    finance = staff(consortium, Role.FINANCE)
    found = look_ahead(consortium=consortium, to=date(2025, 1, 1), by=finance, on=FOUNDED)
    left = next(each for each in found.done if each.sweep == "assess_rounds")
    assert [(group.code, group.count, group.amounts) for group in left.groups] == [
        ("charges", 2, {"USD": Decimal(10_000)})
    ]
    assert told(found)[-1] == (
        "2025-01-01", "assess_rounds", 2,
        ["a: 2025-00001, Annual dues, due February 1, 2025 5000.00",
         "b: 2025-00002, Annual dues, due February 1, 2025 5000.00"],
    )  # fmt: skip


@pytest.mark.parametrize("who", ["secretary", "finance", "auditor", "root"])
def test_nothing_of_it_stays(cast: Cast, who: str) -> None:
    """Rows, files and mail are as before; nothing here ever reaches the broker."""
    scheduled(cast.consortium)
    before, kept = contents(), files()
    found = look_ahead(consortium=cast.consortium, to=JUNE, by=cast.people[who], on=TODAY)
    assert contents() == before
    assert (files(), mail.outbox) == (kept, [])
    assert "reports" in {each.sweep for each in found.done}


def test_reports_are_counted_and_never_written(cast: Cast) -> None:
    scheduled(cast.consortium)
    documents = Document.objects.count()
    found = look_ahead(consortium=cast.consortium, to=JUNE, by=None, on=TODAY)
    made = [each for each in found.done if each.sweep == "reports"]
    assert [(each.on, each.count) for each in made] == [
        (date(2026, 3, 1), 1),
        (date(2026, 3, 29), 1), (date(2026, 4, 29), 1), (date(2026, 5, 29), 1),
    ]  # fmt: skip
    assert Document.objects.count() == documents


@pytest.mark.django_db
def test_a_secret_fee_is_only_counted_for_the_secretary() -> None:
    consortium = collecting(members=["a"])
    advance(consortium=consortium, to=FOUNDED)
    secretary = staff(consortium, Role.SECRETARY)
    found = look_ahead(consortium=consortium, to=date(2024, 4, 1), by=secretary, on=FOUNDED)
    assert told(found) == [
        ("2024-02-15", "dun", 1, []),
        ("2024-04-01", "dun", 1, []),
        ("2024-04-01", "enforce", 2, ["a: Rests: Voting", "a: Rests: Proposals"]),
    ]
    assert "5000" not in repr(laid_out(found))
    assert not FigureView.objects.exists()


def test_who_may_not_see_figures_sees_none(cast: Cast) -> None:
    """The secretary sees the open fee with its amount, of secret dues only how many."""
    found = laid_out(
        look_ahead(
            consortium=cast.consortium, to=date(2027, 2, 20), by=cast.people["secretary"], on=TODAY
        )
    )
    whole = repr(found)
    assert not [each for name in cast.members if name in ("payer", "rival", "partner")
                for each in canaries(name) if each in whole]  # fmt: skip
    charged = {
        one["amount"]
        for day in found["days"]
        for each in day["sweeps"]
        for left in each["left"]
        for one in left["named"]
    }
    assert charged <= {None, Decimal("5000.000")}
    assert not any(row["then"]["amounts"] for row in found["stands"])


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (TODAY, "not_ahead"),
        (TODAY - DAY, "not_ahead"),
        (date(2028, 3, 3), "too_far_ahead"),
    ],
)
def test_days_that_are_refused(cast: Cast, to: date, code: str) -> None:
    before = contents()
    with pytest.raises(DomainError) as refused:
        look_ahead(consortium=cast.consortium, to=to, by=cast.people["secretary"], on=TODAY)
    assert refused.value.code == code
    assert contents() == before


def test_a_consortium_that_ends_has_nothing_beyond(cast: Cast) -> None:
    def end(on: date) -> None:
        Consortium.objects.filter(pk=cast.consortium.pk).update(ends_on=on)
        cast.consortium.refresh_from_db()

    end(date(2026, 4, 1))
    who = {"by": cast.people["finance"], "on": TODAY}
    with pytest.raises(DomainError) as far:
        look_ahead(consortium=cast.consortium, to=date(2026, 4, 1), **who)
    assert (far.value.code, far.value.values["last"]) == ("too_far_ahead", date(2026, 3, 31))
    end(TODAY)
    with pytest.raises(DomainError) as over:
        look_ahead(consortium=cast.consortium, to=JUNE, **who)
    assert over.value.code == "nothing_ahead"


def test_a_reference_case_has_no_days_to_come(cast: Cast) -> None:
    Consortium.objects.filter(pk=cast.consortium.pk).update(is_reference=True)
    cast.consortium.refresh_from_db()
    for by in (None, cast.people["secretary"]):
        with pytest.raises(ReferenceIsReadOnly):
            look_ahead(consortium=cast.consortium, to=JUNE, by=by, on=TODAY)


def test_too_much_is_refused_before_it_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MEMBER_DAYS >= 90 * 2000
    monkeypatch.setattr("consortium.operations.ahead.MEMBER_DAYS", 4 * 450)
    with pytest.raises(DomainError) as refused:
        look_ahead(consortium=cast.consortium, to=JUNE, by=cast.people["finance"], on=TODAY)
    assert refused.value.code == "too_much_ahead"
    assert refused.value.values["last"] == cast.consortium.advanced_to + 450 * DAY


def test_what_takes_too_long_stops_after_a_day_and_says_so(cast: Cast) -> None:
    asked: list[bool] = []

    def enough() -> bool:
        asked.append(len(asked) == 2)
        return asked[-1]

    before = contents()
    found = look_ahead(
        consortium=cast.consortium,
        to=JUNE,
        enough=enough,
        by=cast.people["secretary"],
        on=TODAY,
    )
    assert asked == [False, False, True]
    assert cast.consortium.advanced_to < found.reached < JUNE
    assert laid_out(found)["complete"] is False
    assert contents() == before


def test_one_at_a_time(cast: Cast) -> None:
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, cast.consortium.pk])
        with pytest.raises(DomainError) as refused:
            look_ahead(consortium=cast.consortium, to=JUNE, by=cast.people["finance"], on=TODAY)
    assert refused.value.code == "already_looking"


@pytest.mark.parametrize("who", ["reader", "accountant", "supervisor", "payer", "nobody"])
def test_who_may_not_look_ahead(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        look_ahead(consortium=cast.consortium, to=JUNE, by=cast.people[who], on=TODAY)


# The interfaces


def address(cast: Cast) -> str:
    return f"/api/v1/consortia/{cast.consortium.slug}/fast-forward/"


@pytest.mark.parametrize(
    ("who", "to", "status", "code"),
    [
        ("finance", "2026-06-01", 200, None),
        ("auditor", "2026-06-01", 200, None),
        ("finance", "2026-03-02", 422, "not_ahead"),
        ("finance", "2030-01-01", 422, "too_far_ahead"),
        ("finance", "soon", 400, "invalid"),
        ("reader", "2026-06-01", 403, "denied"),
        ("payer", "2026-06-01", 403, "denied"),
        ("outsider", "2026-06-01", 404, "not_found"),
    ],
)
def test_over_rest(cast: Cast, api: Any, who: str, to: str, status: int, code: str | None) -> None:
    answer = api(cast.people[who]).post(address(cast), {"to": to}, format="json")
    body = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code)
    if status == 200:
        assert (body["reached"], body["complete"]) == ("2026-06-01", True)
        assert {each["code"] for each in body["stands"]} >= {"stands_open", "stands_overdue"}


def test_the_page(cast: Cast, client: Any) -> None:
    cast.people["finance"].is_staff = True
    cast.people["finance"].save()
    client.force_login(cast.people["finance"])
    page = reverse("admin:fast-forward")
    empty = client.get(page)
    assert 'value="2026-05-31"' in empty.content.decode()
    answer = client.post(f"{page}?consortium=alliance", {"to": "2026-03-10"})
    assert "How it stands on March 10, 2026" in answer.content.decode()
    assert "is not ahead" in client.post(page, {"to": "2026-03-02"}).content.decode()
    client.force_login(cast.people["reader"])
    assert client.get(page).status_code == 403
