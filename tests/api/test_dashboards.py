"""Pipeline, portfolio and deadline board × everybody: who reads them, what a rival learns."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from consortium.states import Role
from projects.models import Call, Milestone, Project, Secondment
from projects.operations.writing import Line
from tests.api.test_matrix import PEOPLE, sent
from tests.cast import NOW, Cast, appointed, build
from tests.factories.acts import call_of, draft, sign_and_submit, started
from tests.factories.portfolio import rows_of
from tests.snapshot import built_once

DASHBOARDS = ("pipeline", "portfolio", "deadlines")
EVERYBODY = [*PEOPLE, "projects"]
READ = {
    "secretary": {"alliance"},
    "projects": {"alliance"},
    "auditor": {"alliance"},
    "other_secretary": {"elsewhere"},
    "root": {"alliance", "elsewhere"},
}
"""Whose projects each person reads; to everybody else there are no dashboards."""

DESK_ONLY = ("finance", "reader")
"""Who has a desk and reads no project."""

OF = {"alliance": ("payer", "rival"), "elsewhere": ("outsider",)}
BUDGET = {"payer": 71717273, "rival": 62626364, "outsider": 53535455}
ASKED = {"payer": 4141421, "rival": 3131321, "outsider": 2121221}
"""Figures found nowhere else."""

TOLD = ("projects", "milestones", "proposals", "proposal-versions", "calls")
"""The lists in which the same rows stand for those who may see them."""

SOON = date(2026, 3, 9)


@built_once
def filled() -> Cast:
    """Give three members a project with a milestone next week and a proposal each."""
    cast = build()
    cast.people["projects"] = appointed("projects", cast.consortium, Role.PROJECTS)
    for each in (cast.consortium, cast.other):
        call_of(each, "some")
    for name in BUDGET:
        project = rows_of(cast.members[name])["project"]
        Project.objects.filter(pk=project.pk).update(budget=BUDGET[name], number=f"P-{name}")
        Secondment.objects.filter(project=project).update(person=name)
        Milestone.objects.filter(project=project).update(due_on=SOON, title=f"A step of {name}")
        propose(cast, name, ASKED[name])
    return cast


def propose(cast: Cast, name: str, amount: int) -> None:
    member = cast.members[name]
    (party,) = draft(member).participants
    line = Line(category="staff", year=2026, amount=Decimal(amount))
    call = Call.objects.get(consortium=member.consortium, code="some")
    sign_and_submit(started(member, call, participants=(replace(party, budget=(line,)),)))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield filled()


def project_of(cast: Cast, name: str) -> Project:
    return Project.objects.get(lead=cast.members[name])


def seen_by(who: str) -> set[str]:
    """Return whose projects and proposals a person reads: of staff all, of a member its own."""
    own = "payer" if who == "technician" else who
    return {name for slug in READ.get(who, ()) for name in OF[slug]} | {own}


def hidden_from(who: str) -> list[str]:
    """Return every way in which what this person may not see could be written."""
    return [
        text
        for name in BUDGET.keys() - seen_by(who)
        for number in (BUDGET[name], ASKED[name])
        for text in (str(number), f"{number:,}", f"A step of {name}", f"Project of {name.title()}")
    ]


def clean(text: str, who: str) -> None:
    assert [each for each in hidden_from(who) if each in text] == []


# Over REST


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_which_consortium(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    for name in DASHBOARDS:
        found = {slug: client.get(f"/api/v1/{name}/?consortium={slug}") for slug in OF}
        assert {slug for slug, each in found.items() if each.status_code == 200} == READ.get(
            who, set()
        )
        for response in found.values():
            assert response.status_code in (200, 400, 404)
            assert response.headers["Cache-Control"] == "no-store"
            clean(sent(response), who)


@pytest.mark.parametrize("who", ["secretary", "projects", "auditor", "root"])
def test_staff_read_the_whole_of_theirs(cast: Cast, api: Any, who: str) -> None:
    pipeline, portfolio, deadlines = (
        api(cast.people[who]).get(f"/api/v1/{name}/?consortium=alliance").json()
        for name in DASHBOARDS
    )
    (call,) = pipeline
    assert call["proposals"] == [{
        "progress": "submitted", "count": 2,
        "asked": f"{ASKED['payer'] + ASKED['rival']}.00", "granted": "0.00",
    }]  # fmt: skip
    whole = BUDGET["payer"] + BUDGET["rival"]
    assert portfolio["whole"]["projects"] == 2
    assert portfolio["whole"]["budget"] == [{"unit": "USD", "amount": f"{whole}.00"}]
    assert {each["organization"]["name"]: each["budget"] for each in portfolio["participants"]} == {
        f"{name.title()} Ltd": [{"unit": "USD", "amount": f"{BUDGET[name]}.00"}]
        for name in OF["alliance"]
    }
    assert {each["project"] for each in deadlines if each["code"] == "milestone_due"} == {
        str(project_of(cast, name).uid) for name in OF["alliance"]
    }


@pytest.mark.parametrize("name", DASHBOARDS)
def test_nobody_who_is_not_logged_in_sees_anything(cast: Cast, api: Any, name: str) -> None:
    response = api().get(f"/api/v1/{name}/?consortium=alliance")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("who", [each for each in EVERYBODY if each != "root"])
def test_a_consortium_of_others_is_as_absent_as_none(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    away = "alliance" if who in ("outsider", "other_secretary") else "elsewhere"
    for name in DASHBOARDS:
        invisible = client.get(f"/api/v1/{name}/?consortium={away}")
        absent = client.get(f"/api/v1/{name}/?consortium=absent")
        assert invisible.status_code >= 400
        assert (invisible.status_code, invisible.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize("who", [each for each in EVERYBODY if each != "root"])
def test_a_filter_tells_no_project_of_others_from_none(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    here = "elsewhere" if who in ("outsider", "other_secretary") else "alliance"
    absent = client.get(f"/api/v1/deadlines/?consortium={here}&project={uuid4()}")
    assert absent.status_code == 400
    for name in BUDGET.keys() - seen_by(who):
        uid = project_of(cast, name).uid
        invisible = client.get(f"/api/v1/deadlines/?consortium={here}&project={uid}")
        assert (invisible.status_code, invisible.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize("who", ["payer", "technician", "partner", "newcomer", "finance", "reader"])
def test_what_a_rival_does_changes_nothing_one_is_sent(cast: Cast, api: Any, who: str) -> None:
    """No count, sum, page or error tells that there is one more project, or proposal."""
    client = api(cast.people[who])
    paths = [
        *(f"{name}/?consortium=alliance" for name in DASHBOARDS),
        *(f"{name}/" for name in TOLD),
        f"deadlines/?consortium=alliance&project={project_of(cast, 'rival').uid}",
        "docket/?consortium=alliance&days=900",
    ]

    def answers() -> list[tuple[str, int, bytes]]:
        found = [client.get(f"/api/v1/{path}") for path in paths]
        return [
            (path, each.status_code, each.content) for path, each in zip(paths, found, strict=True)
        ]

    before = answers()
    rows_of(cast.members["rival"])
    propose(cast, "rival", 1)
    assert answers() == before


# On the desk


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", DASHBOARDS)
def test_who_opens_which_page(cast: Cast, client: Client, who: str, name: str) -> None:
    client.force_login(cast.people[who])
    page = f"/admin/{name}/"
    for slug in OF:
        response = client.get(f"{page}?consortium={slug}")
        if who in READ:
            assert response.status_code == (200 if slug in READ[who] else 404)
        else:
            assert response.status_code == (403 if who in DESK_ONLY else 302)
        clean(response.content.decode(), who)
    absent = client.get(f"{page}?consortium=absent")
    assert absent.status_code == (404 if who in READ else response.status_code)
    clean(client.get("/admin/", follow=True).content.decode(), who)


def test_pages_show_the_figures_of_ones_own_consortium(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["projects"])
    pipeline, portfolio, board = (client.get(f"/admin/{name}/") for name in DASHBOARDS)
    assert f"{ASKED['payer'] + ASKED['rival']:,}" in pipeline.content.decode()
    for name in OF["alliance"]:
        assert f"{BUDGET[name]:,}" in portfolio.content.decode()
        assert f"A step of {name}" in board.content.decode()


def test_the_board_of_a_project_of_others_is_that_of_none(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["projects"])
    foreign = client.get(f"/admin/deadlines/?project={project_of(cast, 'outsider').pk}").context
    absent = client.get("/admin/deadlines/?project=0").context
    assert foreign["project"] is None
    assert foreign["lines"] == absent["lines"] != []
