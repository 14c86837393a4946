"""Facilities and secondments: limits, overlaps, who is where, and the end of access."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consortium.access import Denied, holds
from consortium.models import Notice
from consortium.operations.advance import advance
from consortium.operations.appointments import appoint
from consortium.states import Role
from projects.models import Facility, Secondment
from projects.operations.facilities import (
    FacilityInUse,
    WhoseMissing,
    add_facility,
    close_facility,
)
from projects.operations.people import (
    ExtendedTooFar,
    FacilityClosed,
    HandedBack,
    HandedBackOutside,
    LetterMissing,
    NotExtended,
    Overlapping,
    Sending,
    TooLong,
    TooShort,
    UndertakingMissing,
    extend,
    hand_back,
    second,
)
from projects.reports.people import staff_shares, who_is_where
from projects.states import FacilityKind
from tests.cast import person
from tests.factories.running import FOUNDED, START, Running, opened

pytestmark = pytest.mark.django_db
END = date(2027, 1, 1)


@pytest.fixture
def here() -> Running:
    return opened()


def send(here: Running, home: str = "beta", **changes: Any) -> Secondment:
    assert here.facility is not None
    given: dict[str, Any] = {
        "person": "Sato Ken",
        "facility": here.facility,
        "starts_on": START,
        "ends_on": END,
        "letter_on": START,
        "undertaking_on": START,
    }
    sending = Sending(**given | changes)
    return second(home=here.members[home], sending=sending, by=here.staff, on=START)


@pytest.mark.parametrize(
    ("changes", "error", "values"),
    [
        ({"ends_on": date(2026, 6, 30)}, TooShort, {"months": 6, "shortest": date(2026, 7, 1)}),
        ({"ends_on": date(2028, 7, 2)}, TooLong, {"months": 30, "longest": date(2028, 7, 1)}),
        ({"letter_on": None}, LetterMissing, {"person": "Sato Ken"}),
        ({"undertaking_on": None}, UndertakingMissing, {"person": "Sato Ken"}),
    ],
)
def test_secondments_the_charter_does_not_allow(
    here: Running, changes: dict[str, Any], error: type[Any], values: dict[str, Any]
) -> None:
    with pytest.raises(error) as refused:
        send(here, **changes)
    assert refused.value.values == values
    assert not Secondment.objects.exists()


def test_the_bounds_themselves_are_allowed(here: Running) -> None:
    send(here, ends_on=date(2026, 7, 1))
    send(here, person="Ito Mai", ends_on=date(2028, 7, 1))
    assert Secondment.objects.count() == 2


def test_nobody_is_in_two_places(here: Running) -> None:
    send(here)
    with pytest.raises(Overlapping) as refused:
        send(here, person=" Sato  Ken ", starts_on=date(2026, 12, 31), ends_on=date(2027, 7, 1))
    assert refused.value.values == {
        "person": "Sato Ken", "facility": "Joint lab", "starts_on": START, "ends_on": END,
    }  # fmt: skip
    send(here, home="gamma")  # a namesake of another member is another person
    send(here, starts_on=END, ends_on=date(2027, 8, 1))
    user = person("mori")
    send(here, person="Mori", user=user)
    with pytest.raises(Overlapping):
        send(here, home="gamma", person="Mori J.", user=user)


def test_a_facility_is_open_all_the_time(here: Running) -> None:
    facility = here.facility
    assert facility is not None
    send(here)
    with pytest.raises(FacilityInUse):
        close_facility(facility=facility, ends_on=date(2026, 12, 1), by=here.staff, on=START)
    close_facility(facility=facility, ends_on=END, by=here.staff, on=START)
    with pytest.raises(FacilityClosed):
        send(here, person="Ito", starts_on=date(2026, 7, 1), ends_on=date(2027, 2, 1))
    with pytest.raises(WhoseMissing):
        add_facility(
            consortium=here.consortium, kind=FacilityKind.MEMBER, name_en="Fab",
            starts_on=FOUNDED, by=here.staff, on=START,
        )  # fmt: skip


def test_extensions_are_counted_from_what_was_agreed_first(here: Running) -> None:
    sent = send(here)
    with pytest.raises(NotExtended):
        extend(secondment=sent, ends_on=END, by=here.staff, on=START)
    extend(secondment=sent, ends_on=date(2027, 4, 1), by=here.staff, on=START)
    sent.refresh_from_db()
    assert (sent.ends_on, sent.next_on) == (date(2027, 4, 1), date(2027, 3, 2))
    with pytest.raises(ExtendedTooFar):
        extend(secondment=sent, ends_on=date(2027, 7, 2), by=here.staff, on=START)
    long = send(here, person="Ito", ends_on=date(2028, 6, 1))
    with pytest.raises(TooLong):
        extend(secondment=long, ends_on=date(2028, 8, 1), by=here.staff, on=START)
    with pytest.raises(Denied):
        extend(secondment=sent, ends_on=date(2027, 5, 1), by=here.people["beta"], on=START)


def test_access_ends_on_the_day_of_the_hand_back(here: Running) -> None:
    gamma, beta = (here.members[name].organization for name in ("gamma", "beta"))
    fab = Facility.objects.create(
        consortium=here.consortium, kind="member", organization=gamma, name_en="Fab",
        starts_on=FOUNDED,
    )  # fmt: skip
    user = person("sato")
    for organization in (gamma, beta):
        appoint(
            consortium=here.consortium, user=user, role=Role.TECHNICAL_CONTACT,
            organization=organization, starts_on=START, by=None, on=START,
        )  # fmt: skip
    sent = send(here, facility=fab, user=user)
    with pytest.raises(HandedBackOutside):
        hand_back(secondment=sent, handed_back_on=START, by=here.staff, on=START)
    day = date(2026, 9, 1)
    hand_back(secondment=sent, by=here.staff, on=day)

    def may(organization: Any, on: date) -> bool:
        return holds(
            user, consortium=here.consortium, on=on, roles={Role.TECHNICAL_CONTACT},
            organization=organization,
        )  # fmt: skip

    assert may(gamma, day - timedelta(days=1))
    assert not may(gamma, day)
    assert may(beta, day)
    with pytest.raises(HandedBack):
        hand_back(secondment=sent, by=here.staff, on=day)
    send(here, starts_on=day, ends_on=date(2027, 5, 1))


def test_who_is_where_and_by_whom_sent(here: Running) -> None:
    sent = send(here)
    send(here, person="Ito")
    send(here, home="gamma", person="Petit")
    send(here, home="alpha", person="Kato", starts_on=END, ends_on=date(2028, 1, 1))
    hand_back(secondment=sent, by=here.staff, on=date(2026, 10, 1))
    on = date(2026, 9, 30)

    def away(user: str, on: date) -> list[str]:
        rows = who_is_where(consortium=here.consortium, user=here.people[user], on=on)
        return [row.person for row in rows]

    assert away("staff", on) == ["Ito", "Petit", "Sato Ken"]
    assert away("staff", date(2026, 10, 1)) == ["Ito", "Petit"]
    assert away("beta", on) == ["Ito", "Sato Ken"]
    # Ito and Petit ought to be back and nobody says they are.
    assert away("staff", END) == ["Ito", "Kato", "Petit"]
    shares = staff_shares(consortium=here.consortium, on=on)
    assert [(str(each.member), each.people) for each in shares] == [("Beta", 2), ("Gamma", 1)]
    assert sum(each.share for each in shares) == pytest.approx(Decimal(1))


def test_the_end_of_a_secondment_is_told(here: Running) -> None:
    send(here)
    here.sign()
    advance(consortium=here.consortium, to=date(2027, 1, 20))
    rows = Notice.objects.filter(code__startswith="secondment").order_by("on", "recipient")
    assert [(row.code, row.on) for row in rows][:3] == [
        ("secondment_ends", date(2026, 12, 2)),
        ("secondment_ends", date(2026, 12, 25)),
        ("secondment_ends_late", date(2027, 1, 2)),
    ]
    assert rows.filter(code="secondment_ends_late", on=date(2027, 1, 15)).count() == 4
