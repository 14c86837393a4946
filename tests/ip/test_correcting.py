"""Patents that were registered wrongly: corrected with a reason, what was done stays."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consortium.errors import DomainError
from consortium.models import AuditEvent
from consortium.states import Role
from ip.models import PatentApplication
from ip.operations.correcting import Happened, correct_patent
from ip.operations.patents import Planned, register_application, register_family
from ip.reports.patents import due_of, with_all
from ip.rules.offices import RightKind, Route
from ip.rules.patent_docket import Choice, State
from ip.rules.patents import Happening
from tests.cast import TODAY, Cast, appointed
from tests.factories.patents import application_of, chinese, happen, pay, result_of, want

FILED = date(2025, 2, 3)


@pytest.fixture
def pending(cast: Cast) -> PatentApplication:
    """A Chinese application filed a month ago as it was recorded, with a priority."""
    cast.people["ip"] = appointed("ip", cast.consortium, Role.IP)
    family = register_family(
        result=result_of(cast.members["payer"]), title="A lens", by=None, on=TODAY
    )
    application = application_of(family, priority_on=date(2024, 3, 1))
    return happen(application, Happening.FILED, FILED, "CN202510200001.X")


def correct(application: PatentApplication, **changes: Any) -> PatentApplication:
    given = {"planned": {}, "events": {}, "reason": "Misread the receipt", "by": None, "on": TODAY}
    correct_patent(application=application, **given | changes)
    return fresh(application)


def fresh(application: PatentApplication) -> PatentApplication:
    return with_all(PatentApplication.objects.all()).get(pk=application.pk)


def due(application: PatentApplication) -> dict[tuple[str, str], tuple[State, date]]:
    return {
        (each.deadline.code, each.deadline.part): (each.state, each.deadline.due_on)
        for each in due_of(fresh(application), TODAY)
    }


def refused(application: PatentApplication, **changes: Any) -> str:
    with pytest.raises(DomainError) as found:
        correct(application, **changes)
    return found.value.code


def test_a_number_and_days_are_corrected_and_what_is_due_follows(
    cast: Cast, pending: PatentApplication
) -> None:
    assert due(pending)["examination", ""][1] == date(2027, 3, 1)
    filed = {Happening.FILED: Happened(date(2025, 2, 4), "CN202510200007.9")}
    ip = cast.people["ip"]
    found = correct(pending, planned={"priority_on": date(2024, 2, 23)}, events=filed, by=ip)
    assert (found.number, found.filing().filed_on) == ("CN202510200007.9", date(2025, 2, 4))
    assert due(pending)["examination", ""][1] == date(2027, 2, 23)
    assert found.family.priority_on == date(2024, 2, 23)
    assert found.watch.next_on == TODAY
    before = {"priority_on": "2024-03-01", "filed_on": "2025-02-03",
              "filed_number": "CN202510200001.X"}  # fmt: skip
    after = {"priority_on": "2024-02-23", "filed_on": "2025-02-04",
             "filed_number": "CN202510200007.9"}  # fmt: skip
    event = AuditEvent.objects.get(consortium=cast.consortium, action="correct_patent")
    assert (event.by, event.facts) == (ip, {"before": before, "after": after})
    kept = found.corrections.get()
    assert (kept.before, kept.after, kept.reason) == (before, after, "Misread the receipt")


def test_what_did_not_happen_is_struck_out_and_may_be_recorded_again(
    pending: PatentApplication,
) -> None:
    granted = date(2026, 2, 2)
    happen(pending, Happening.GRANTED, granted, "CN1B")
    assert ("annuity", "3") in due(pending)
    found = correct(pending, events={Happening.GRANTED: None})
    assert (found.filing().granted_on, found.number) == (None, "CN202510200001.X")
    assert ("annuity", "3") not in due(pending)
    assert found.corrections.get().after == {"granted_on": None, "granted_number": None}
    assert refused(pending, events={Happening.GRANTED: None}) == "patent_event_not_recorded"
    assert fresh(happen(pending, Happening.GRANTED, granted)).filing().granted_on == granted


def test_instructions_and_fees_stay_and_the_office_with_them(cast: Cast) -> None:
    application = chinese(result_of(cast.members["payer"]))
    pay(application)
    want(application, cast.members["payer"].organization, Choice.PAY)
    correct(application, events={Happening.FILED: Happened(date(2018, 4, 12))})
    assert due(application)["annuity", "8"][0] == State.PAID
    assert due(application)["annuity", "9"] == (State.OPEN, date(2026, 4, 13))
    assert (application.fees.count(), application.instructions.count()) == (1, 1)
    assert refused(application, planned={"office": "US"}) == "patent_office_paid"


def test_a_wrong_office_is_corrected_while_nothing_was_paid(pending: PatentApplication) -> None:
    found = correct(pending, planned={"office": "US"})
    assert ("examination", "") not in due(pending)
    assert found.office == "US"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"planned": {"priority_on": date(2025, 2, 4)}}, "priority_after_filing"),
        ({"planned": {"priority_on": date(2023, 3, 1)}}, "priority_too_old"),
        ({"planned": {"priority_on": date(2026, 3, 3)}}, "priority_in_future"),
        ({"planned": {"office": "JP"}}, "unknown_office"),
        ({"planned": {"office": "GB", "kind": RightKind.DESIGN}}, "unknown_office"),
        ({"events": {Happening.FILED: Happened(date(2026, 3, 3))}}, "patent_event_in_future"),
        ({"events": {Happening.GRANTED: Happened(FILED)}}, "patent_event_not_recorded"),
        ({"planned": {"route": Route.DIRECT}}, "patent_nothing_corrected"),
        ({"events": {Happening.FILED: Happened(FILED)}}, "patent_nothing_corrected"),
        ({"planned": {"route": Route.PCT}, "reason": " "}, "patent_correction_unexplained"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    pending: PatentApplication, changes: dict[str, Any], code: str
) -> None:
    assert refused(pending, **changes) == code
    found = fresh(pending)
    assert (found.office, found.priority_on) == ("CN", date(2024, 3, 1))
    assert (found.events.count(), found.corrections.count()) == (1, 0)


def test_a_filing_under_other_events_is_not_struck_out(pending: PatentApplication) -> None:
    happen(pending, Happening.PUBLISHED, date(2025, 9, 1))
    assert refused(pending, events={Happening.FILED: None}) == "patent_event_before_filing"


def test_a_priority_to_come_is_not_registered(pending: PatentApplication) -> None:
    planned = Planned("CN", RightKind.PATENT, priority_on=date(2026, 3, 3))
    with pytest.raises(DomainError) as found:
        register_application(family=pending.family, planned=planned, by=None, on=TODAY)
    assert found.value.code == "priority_in_future"


def test_over_rest_only_what_is_named_changes(
    cast: Cast, pending: PatentApplication, api: Any
) -> None:
    address = f"/api/v1/patent-applications/{pending.uid}/correct/"
    body = {"priority_on": "2024-02-05", "reason": "Misread",
            "events": [{"kind": "filed", "happened_on": "2025-02-04"}]}  # fmt: skip
    assert api(cast.people["payer"]).post(address, body).status_code == 403
    assert api(cast.people["rival"]).post(address, body).status_code == 404
    found = api(cast.people["ip"]).post(address, body)
    assert (found.status_code, found.json()["number"]) == (200, "CN202510200001.X")
    assert found.json()["corrections"] == [
        {
            "corrected_on": "2026-03-02",
            "before": {"priority_on": "2024-03-01", "filed_on": "2025-02-03"},
            "after": {"priority_on": "2024-02-05", "filed_on": "2025-02-04"},
            "reason": "Misread",
        }
    ]
    wrong = api(cast.people["ip"]).post(address, {**body, "priority_on": "2025-02-05"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "priority_after_filing")
    assert api(cast.people["payer"]).get(address.removesuffix("correct/")).json()["corrections"]


def test_at_the_desk_the_form_shows_what_is_and_the_page_what_was(
    cast: Cast, pending: PatentApplication, client: Client
) -> None:
    client.force_login(cast.people["ip"])
    address = reverse("admin:ip_patentapplication_correct", args=[pending.pk])
    form = client.get(address).context["form"]
    sent = {name: value for name, field in form.fields.items()
            if (value := form.get_initial_for_field(field, name)) not in (None, False)}  # fmt: skip
    page = client.post(
        address, {**sent, "filed_number": "CN202510200007.9", "reason": "Typed wrongly"},
        follow=True,
    ).content.decode()  # fmt: skip
    assert fresh(pending).number == "CN202510200007.9"
    assert all(text in page for text in ("CN202510200001.X", "Typed wrongly", "Filed: number"))
