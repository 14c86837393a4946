"""The benchmarks at their smallest: their SQL fits the tables, both sides find the same rows.

How long they take is for a quiet machine; here only what they say beside it is asked.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from benchmarks import arrears, assignment, deadlines, dues_run, reports, rights, screening
from benchmarks.calls import ON
from consortium.models import User
from projects.models import Call
from projects.reports.ranking import ranking
from tests.config.test_backup import administer, standing_in

FEW, MORE = 40, 80


@pytest.fixture
def own_database(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> Iterator[Callable[..., None]]:
    """Return how to run a benchmark that commits, in a copy of the test database."""
    with django_db_blocker.unblock():
        template = connection.settings_dict["NAME"]
        connection.close()
        administer("CREATE DATABASE {} TEMPLATE {}", f"{template}_measured", template)
        try:
            with standing_in(f"{template}_measured", tmp_path):
                yield lambda main, *sizes: main(list(sizes), as_json=True)
        finally:
            administer("DROP DATABASE {} WITH (FORCE)", f"{template}_measured")


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def rolled_back(measured: Callable[[int], dict[str, Any]], size: int) -> dict[str, Any]:
    with transaction.atomic():
        found = measured(size)
        transaction.set_rollback(True)
    return found


def queries(found: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in found.items() if name.endswith("_queries")}


# In a transaction


@pytest.mark.django_db
def test_the_ranking_and_lists_of_a_call_cost_the_same_for_any_number() -> None:
    few, more = (rolled_back(screening.measured, size) for size in (FEW, MORE))
    assert (few["proposals"], more["proposals"]) == (FEW, MORE)
    assert queries(few) == queries(more)
    assert few["ranking_queries"] == 4
    timed = {f"{name}_{side}" for name in ("ranking", "list", "filter")
             for side in ("bare_s", "s", "ratio")}  # fmt: skip
    assert timed <= few.keys()


@pytest.mark.django_db
def test_the_bare_queries_of_a_call_find_what_the_product_finds() -> None:
    screening.measured(FEW)
    call = Call.objects.select_related("charter", "consortium").get(code="call")
    staff = User.objects.get(username="staff")
    given = {"call": call.pk, "consortium": call.consortium_id, "user": staff.pk, "on": ON}
    with connection.cursor() as cursor:
        cursor.execute(screening.RANKED, given)
        ranked = {proposal: asked for _rank, proposal, asked in cursor.fetchall()}
        cursor.execute(screening.LISTED.format(more=""), given)
        listed = [str(row[0]) for row in cursor.fetchall()]
    places = ranking(call=call, most=FEW).places
    assert {each.scored.proposal: each.asked for each in places} == ranked
    rows = screening.page(staff, {"consortium": call.consortium.slug})
    assert [row["uid"] for row in rows] == listed
    assert len(ranked) == len(listed) == FEW


@pytest.mark.django_db
def test_reviewers_are_assigned_in_as_many_queries_for_any_number() -> None:
    few, more = (rolled_back(assignment.measured, size) for size in (FEW, MORE))
    assert queries(few) == queries(more)
    assert few["reviewers"] == 60
    assert (few["pairs"], more["pairs"]) == (3 * FEW, 3 * MORE)


@pytest.mark.django_db
def test_rights_are_answered_for_every_result() -> None:
    found = rights.rights(FEW)
    assert (found["name"], found["n"]) == ("rights", FEW)
    assert found.keys() == {
        "name", "n", "bare_ms", "beta", "outsider", "beta_ratio", "outsider_ratio",
    }  # fmt: skip


@pytest.mark.django_db
def test_sweeps_with_nothing_due_run_over_what_is_watched() -> None:
    assert rights.sweep(FEW).keys() == {"name", "n", "sweep_ms", "next_ms"}
    assert deadlines.measured(FEW).keys() == {"items", "sweep_ms", "next_ms"}


# In a database of their own; each compares the rows itself


def test_the_dues_run_writes_the_rows_of_its_sql(own_database: Any, capsys: Any) -> None:
    own_database(dues_run.main, FEW)
    (found,) = said(capsys)
    assert (found["name"], found["n"]) == ("dues_run", FEW)


def test_the_arrears_sweep_writes_the_rows_of_its_sql(own_database: Any, capsys: Any) -> None:
    own_database(arrears.main, 200)
    assert [(found["name"], found["n"]) for found in said(capsys)] == [
        ("arrears_sweep", 200),
        ("arrears_sweep_idle", 200),
    ]


def test_the_dues_report_is_written_in_every_format(own_database: Any, capsys: Any) -> None:
    own_database(reports.main, FEW)
    assert [found["name"] for found in said(capsys)] == [
        "dues_csv", "dues_xlsx", "dues_figures", "dues_summary", "statements_pdf",
    ]  # fmt: skip
