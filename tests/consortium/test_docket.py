"""The docket and the desk cost the same however much there is, and leave nothing out."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, models
from django.db.models import prefetch_related_objects
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium import registry
from consortium.models import Appointment, Consortium, Goal, MembershipTerm, ParkedItem, User
from consortium.reports.docket import MOST, docket
from consortium.states import MEMBER_ROLES, Role
from funding.models import Charge, Concession, PaymentPlan
from ip.models import PatentApplication, Result
from projects.models import Call, Deliverable, Milestone, ProgressReport, Proposal, Question
from tests.cast import NOW, TODAY, Cast, build, person
from tests.consortium.scene import Scene, scene_of
from tests.factories.portfolio import portfolio
from tests.snapshot import built_once

DAY = timedelta(days=1)
SOON = TODAY + 10 * DAY


@built_once
def whole() -> Scene:
    cast = build()
    scene = scene_of(cast)
    portfolio(cast, "newcomer", "partner")
    return scene


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=True):
        yield whole()


def everyone(scene: Scene) -> Iterator[tuple[str, User]]:
    """Yield somebody in each role, of each of two members, and who sees all or nothing."""
    for role in Role:
        for name in ("newcomer", "rival") if role in MEMBER_ROLES else ("",):
            user = person(f"{role.value}-{name}")
            body = scene.cast.members[name].organization if name else None
            Appointment.objects.create(
                user=user, consortium=scene.consortium, role=role, organization=body,
                starts_on=date(2025, 1, 1), ends_on=SOON,
            )  # fmt: skip
            yield user.username, user
    for name in ("root", "nobody"):
        yield name, scene.cast.people[name]


def test_no_source_is_left_out_that_has_something(scene: Scene) -> None:
    found = set()
    for name, user in everyone(scene):
        prefetch_related_objects([user], "appointments")  # as at the desk
        for on, until in ((TODAY, TODAY + 40 * DAY), (date(2026, 12, 1), date(2028, 1, 1))):
            asked: dict[str, Any] = {
                "consortium": scene.consortium, "user": user, "on": on, "until": until,
            }  # fmt: skip
            all_ = [
                (each.code, each.due_on, each.href)
                for source in registry.docket_sources.all()
                for each in source.items(**asked)
            ]
            told = [(each.code, each.due_on, each.href) for each in docket(**asked)]
            assert sorted(told) == sorted(all_), (name, on, until)
            found |= {each[0] for each in told}
    assert found >= {
        "appointment_ends", "charge_due", "charges_due", "concession_waits", "figures_due",
        "figures_missing", "goal_due", "patent_due", "plan_waits", "reviewers_to_assign",
        "reviews_missing", "result_to_evaluate",
    }  # fmt: skip


def test_of_many_the_first_are_named_and_the_others_counted(cast: Cast, client: Client) -> None:
    goal = Goal.objects.get(consortium=cast.consortium)
    copies(goal, MOST + 4, due_on=lambda n: SOON + n * DAY)
    user = cast.people["secretary"]
    items = docket(consortium=cast.consortium, user=user, on=TODAY, until=SOON + 1000 * DAY)
    assert len([each for each in items if each.code == "goal_due"]) == MOST
    (more,) = [each for each in items if each.code == "more_due"]
    assert (more.values["count"], str(more.values["what"]), more.mine) == (5, "goals", True)
    client.force_login(user)
    assert client.get(more.href).status_code == 200


def test_staff_are_told_of_charges_by_the_day_with_their_list(cast: Cast, client: Client) -> None:
    due_on = date(2026, 3, 31)
    told = {
        name: [
            (each.code, each.due_on, each.values.get("count"), each.mine)
            for each in docket(
                consortium=cast.consortium, user=cast.people[name], on=TODAY, until=due_on
            )
            if each.code.startswith("charge")
        ]
        for name in ("finance", "auditor", "reader", "payer", "nobody")
    }
    assert told == {
        "finance": [("charges_due", due_on, 7, True)],
        "auditor": [("charges_due", due_on, 7, False)],
        "reader": [("charges_due", due_on, 4, False)],
        "payer": [("charge_due", due_on, None, True)] * 2,
        "nobody": [],
    }
    client.force_login(cast.people["finance"])
    (item,) = [
        each
        for each in docket(
            consortium=cast.consortium, user=cast.people["finance"], on=TODAY, until=due_on
        )
        if each.code == "charges_due"
    ]
    listed = client.get(item.href)
    assert listed.context["cl"].result_count == 7
    elsewhere = client.get(item.href.replace(f"{due_on}", f"{due_on - DAY}"))
    assert elsewhere.context["cl"].result_count == 0


# How many queries


def copies(row: Any, count: int, **changes: Any) -> None:
    """Add copies of a row; a change may be a function of the copy's number."""
    rows: list[models.Model] = []
    for number in range(count):
        made = copy(row)
        made.pk, made._state = None, models.base.ModelState()
        if hasattr(row, "uid"):
            made.uid = uuid4()
        for name, value in changes.items():
            setattr(made, name, value(number) if isinstance(value, Callable) else value)
        rows.append(made)
    type(row)._base_manager.bulk_create(rows)


def more_of_everything(scene: Scene, count: int, tag: str) -> None:
    """Add so many of all that a desk may tell of."""
    consortium = scene.consortium

    def named(number: int) -> str:
        return f"{tag}-{number}"

    def first(model: Any, **where: Any) -> Any:
        return model.objects.filter(consortium=consortium, **where).order_by("pk")[0]

    copies(first(Goal), count, due_on=SOON, reached_on=None)
    copies(first(ParkedItem), count, key=named, attempts=ParkedItem.LIMIT)
    copies(first(Charge), count, number=named, due_on=SOON, instalment=lambda n: n + 100 * len(tag))
    copies(first(Concession, decided_on=None), count)
    copies(first(PaymentPlan, decided_on=None), count)
    calls = {"code": named, "published_at": first(Call, published_at__isnull=False).published_at}
    copies(first(Call, published_at__isnull=False), count, **calls)
    late = Call.objects.filter(code__startswith=tag)
    for call in late:
        copies(first(Proposal, submitted=True), 1, call=call, number=call.code)
    for model in (Milestone, Deliverable):
        copies(first(model), count, code=named, due_on=SOON, done_on=None, dropped_on=None)
    handed = {"done_on": None, "dropped_on": None, "submitted_on": TODAY}
    copies(first(Deliverable), count, code=lambda n: f"{tag}-h-{n}", **handed)
    copies(first(ProgressReport), count, code=named, due_on=SOON, done_on=None,
           starts_on=lambda n: SOON + (n + 100 * len(tag)) * DAY)  # fmt: skip
    call = Call.objects.filter(consortium=consortium)[0]
    Question.objects.bulk_create(Question(call=call, text="Why?") for _ in range(count))
    copies(first(Result), count, number=named)
    copies(first(PatentApplication), count)
    ending(consortium, count, tag)


def ending(consortium: Consortium, count: int, tag: str) -> None:
    """Let so many appointments, and the terms of all members, end soon."""
    MembershipTerm.objects.filter(member__consortium=consortium).update(ends_on=SOON)
    for number in range(count):
        Appointment.objects.create(
            user=person(f"{tag}-{number}"), consortium=consortium, role=Role.READER,
            starts_on=TODAY, ends_on=SOON,
        )  # fmt: skip


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.FINANCE, Role.PROJECTS, Role.IP])
def test_the_desk_costs_the_same_however_much_there_is(scene: Scene, role: Role) -> None:
    user = person("at-the-desk", is_staff=True)
    Appointment.objects.create(
        user=user, consortium=scene.consortium, role=role, starts_on=date(2025, 1, 1)
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    more_of_everything(scene, 2, "few")
    few = queries_of(client)
    more_of_everything(scene, 20, "many")
    assert queries_of(client) == few <= 60


def test_the_desk_of_who_collects_dues_takes_twelve_queries(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.people["finance"])
    assert queries_of(client) <= 12


def queries_of(client: Client) -> int:
    """Return what the desk takes once it has been opened before."""
    client.get("/admin/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/admin/").status_code == 200
    return len(queries)
