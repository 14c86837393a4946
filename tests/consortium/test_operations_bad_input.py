"""Bad input: a clear code with values, nothing half-written, and the database behind it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from consortium.errors import DomainError
from consortium.models import (
    Appointment,
    AuditEvent,
    Control,
    Member,
    MembershipTerm,
    Organization,
    Suspension,
)
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint, end_appointment
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, amend_consortium, found, set_goal
from consortium.operations.members import (
    admit,
    change_category,
    end_membership,
    reinstate,
    suspend,
)
from consortium.operations.organizations import (
    end_control,
    record_control,
    register_organization,
)
from consortium.operations.users import create_user
from consortium.rules.schema import InvalidDocument
from consortium.states import Role
from tests.cast import FOUNDED, TODAY, Cast

D = date
ALL_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


def everything() -> dict[str, int]:
    """Return how many rows each table holds."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_TABLES)
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Return what a call is refused with, having made sure that it wrote nothing."""
    before = everything()
    with pytest.raises(DomainError) as refused:
        call(by=None, on=TODAY, **arguments)
    assert everything() == before
    return refused.value.code, refused.value.values


def raw(call: Callable[[], Any]) -> str:
    """Return the constraint that refuses a raw insert."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        call()
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


# Members


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [
        (D(2025, 6, 1), None, "term_overlaps"),
        (D(2025, 1, 1), D(2025, 1, 2), "term_overlaps"),
        (D(2024, 12, 31), D(2025, 1, 2), "term_outside_consortium"),
        (D(2024, 12, 31), D(2025, 1, 1), "term_outside_consortium"),
        (D(2025, 6, 1), D(2025, 6, 1), "ends_before_start"),
        (D(2025, 6, 2), D(2025, 6, 1), "ends_before_start"),
    ],
)
def test_term_that_cannot_be(cast: Cast, starts_on: D, ends_on: D | None, code: str) -> None:
    organization = cast.members["payer"].organization
    given = {"organization": organization, "starts_on": starts_on, "ends_on": ends_on}
    found_code, values = refusal(admit, consortium=cast.consortium, category="member", **given)
    assert (found_code, values["starts_on"]) == (code, starts_on)


def test_term_before_a_newcomers_consortium_leaves_no_member(cast: Cast) -> None:
    organization = Organization.objects.create(name_en="New", kind="enterprise", country="US")
    code, values = refusal(
        admit,
        consortium=cast.consortium,
        organization=organization,
        category="member",
        starts_on=D(2024, 1, 1),
    )
    assert (code, values) == (
        "term_outside_consortium",
        {
            "member": "New",
            "starts_on": D(2024, 1, 1),
            "founded_on": FOUNDED,
            "ended_on": None,
        },
    )
    assert not Member.objects.filter(organization=organization).exists()


def test_database_refuses_what_terms_may_not_be(cast: Cast) -> None:
    member = cast.members["payer"]
    create = MembershipTerm.objects.create
    assert [
        raw(lambda: create(member=member, category="x", starts_on=D(2026, 1, 1))),
        raw(lambda: create(member=member, category="x", starts_on=TODAY, ends_on=TODAY)),
        raw(lambda: create(member=member, category="x", starts_on=D(1, 1, 1),
                           ends_on=D(2, 1, 1), share=Decimal("1.1"))),
        raw(lambda: Member.objects.create(
            consortium=member.consortium, organization=member.organization)),
    ] == [
        "consortium_term_once",
        "consortium_term_period",
        "consortium_term_share",
        "consortium_member_once",
    ]  # fmt: skip


def test_changes_of_terms(cast: Cast) -> None:
    member = cast.members["payer"]
    here: dict[str, Any] = {"member": member}
    assert refusal(change_category, **here, category="x", from_on=FOUNDED)[0] == "term_overlaps"
    early = D(2024, 12, 31)
    assert refusal(change_category, **here, category="x", from_on=early)[0] == "not_a_member"
    assert refusal(end_membership, **here, ends_on=FOUNDED)[0] == "not_a_member"
    end_membership(member=member, ends_on=D(2026, 4, 1), by=None, on=TODAY)
    assert refusal(end_membership, **here, ends_on=D(2026, 5, 1))[0] == "not_a_member"
    returned = admit(
        consortium=cast.consortium,
        organization=member.organization,
        category="member",
        starts_on=D(2026, 4, 1),
        by=None,
        on=TODAY,
    )
    assert returned.member == member
    changed = change_category(
        member=member, category="associate", from_on=D(2027, 1, 1), by=None, on=TODAY
    )
    assert [(term.category, *term.period) for term in member.terms.order_by("starts_on")] == [
        ("member", FOUNDED, D(2026, 4, 1)),
        ("member", D(2026, 4, 1), D(2027, 1, 1)),
        ("associate", D(2027, 1, 1), None),
    ]
    assert changed.category == "associate"


def test_suspensions(cast: Cast) -> None:
    member, suspension = cast.members["rival"], Suspension.objects.get()
    again = {"right": "voting", "cause": "arrears", "starts_on": TODAY}
    assert refusal(suspend, member=member, **again) == (
        "already_suspended",
        {"member": "Rival Ltd", "right": "voting"},
    )
    end = {"member": member, "suspension": suspension}
    assert refusal(reinstate, **end, from_on=suspension.starts_on)[0] == "ends_before_start"
    other = {"member": cast.members["payer"], "suspension": suspension}
    assert refusal(reinstate, **other, from_on=TODAY)[0] == "not_a_member"
    reinstate(**end, from_on=TODAY, by=None, on=TODAY)
    assert refusal(reinstate, **end, from_on=D(2027, 1, 1)) == (
        "already_ended",
        {"ends_on": TODAY},
    )
    suspend(member=member, **again, by=None, on=TODAY)
    assert raw(lambda: Suspension.objects.create(member=member, **again)) == (
        "consortium_suspension_once"
    )


# Control


@pytest.fixture
def firms(cast: Cast) -> dict[str, Organization]:
    return {
        name: Organization.objects.create(name_en=name, kind="enterprise", country="US")
        for name in "abcd"
    }


def control(cast: Cast, firms: dict[str, Organization], text: str) -> Any:
    """Record a control written as `a>b 0.5 2025 2026`: a holds half of b for 2025."""
    (pair, share, *years) = text.split()
    starts_on, ends_on = (D(int(year), 1, 1) for year in (*years, "9999")[:2])
    arguments = {
        "consortium": cast.consortium,
        "organization": firms[pair[2]],
        "controller": firms[pair[0]],
        "share": Decimal(share),
        "starts_on": starts_on,
        "ends_on": None if ends_on.year == 9999 else ends_on,
    }
    try:
        record_control(**arguments, by=None, on=TODAY)
    except DomainError as error:
        return error.code, error.values.get("total")
    return "done"


WHOLE, CIRCLE, OVERLAP = "control_above_whole", ("control_in_circle", None), "control_overlaps"


@pytest.mark.parametrize(
    ("before", "last", "expected"),
    [
        ("a>d 0.6 2020", "b>d 0.4 2020", "done"),
        ("a>d 0.6 2020", "b>d 0.400001 2020", (WHOLE, "1.000001")),
        ("a>d 0.6 2020 2021", "b>d 0.5 2021", "done"),
        ("a>d 0.6 2020 2022, b>d 0.5 2022 2024", "c>d 0.5 2021 2023", (WHOLE, "1.100000")),
        ("a>d 0.6 2020 2022, b>d 0.5 2022 2024", "c>d 0.4 2021 2023", "done"),
        ("a>d 0.6 2022 2023, b>d 0.5 2024 2025", "c>d 0.5 2020", (WHOLE, "1.100000")),
        ("", "a>d 1.01 2020", (WHOLE, "1.01")),
        ("", "a>d 0 2020", (WHOLE, "0")),
        ("", "a>d -0.5 2020", (WHOLE, "-0.5")),
        ("", "a>d NaN 2020", (WHOLE, "NaN")),
        ("", "a>d Infinity 2020", (WHOLE, "Infinity")),
        ("", "a>a 0.5 2020", CIRCLE),
        ("a>b 0.5 2020", "b>a 0.5 2020", CIRCLE),
        ("a>b 0.5 2020, b>c 0.5 2020", "c>a 0.5 2020", CIRCLE),
        ("a>b 0.5 2020, b>c 0.5 2020, c>d 0.1 2020", "d>a 0.1 2020", CIRCLE),
        ("a>b 0.5 2020 2021, b>c 0.5 2020", "c>a 0.5 2021", "done"),
        ("a>b 0.5 2020 2022, b>c 0.5 2021 2023", "c>a 0.5 2022", "done"),
        ("a>b 0.5 2020 2022, b>c 0.5 2021 2023", "c>a 0.5 2021 2022", CIRCLE),
        ("a>b 0.5 2020, a>c 0.5 2020, b>d 0.5 2020", "c>d 0.5 2020", "done"),
        ("a>b 0.5 2020", "a>b 0.2 2025", (OVERLAP, None)),
        ("a>b 0.5 2020 2021", "a>b 0.2 2021", "done"),
        ("", "a>b 0.5 2021 2021", ("ends_before_start", None)),
    ],
)
def test_control(
    cast: Cast, firms: dict[str, Organization], before: str, last: str, expected: Any
) -> None:
    assert {control(cast, firms, each) for each in before.split(", ") if each} <= {"done"}
    rows = Control.objects.count()
    assert control(cast, firms, last) == expected
    assert Control.objects.count() == rows + (expected == "done")


def test_control_that_ended_is_not_prolonged(cast: Cast, firms: dict[str, Organization]) -> None:
    control(cast, firms, "a>d 0.6 2020 2021")
    control(cast, firms, "b>d 0.6 2021")
    first = Control.objects.get(controller=firms["a"])
    code, values = refusal(
        end_control, consortium=cast.consortium, control=first, ends_on=D(2022, 1, 1)
    )
    assert (code, values) == ("already_ended", {"ends_on": D(2021, 1, 1)})


def test_database_refuses_controls_too(cast: Cast, firms: dict[str, Organization]) -> None:
    control(cast, firms, "a>b 0.5 2020")

    def insert(**changes: Any) -> str:
        values = {"controller": firms["c"], "organization": firms["b"], "share": 1}
        return raw(lambda: Control.objects.create(**{**values, "starts_on": TODAY, **changes}))

    assert [
        insert(share=0),
        insert(share=Decimal("1.000001")),
        insert(controller=firms["b"]),
        insert(controller=firms["a"]),
        insert(ends_on=TODAY),
    ] == [
        "consortium_control_share",
        "consortium_control_share",
        "consortium_control_other",
        "consortium_control_once",
        "consortium_control_period",
    ]


# Organizations

USCC = "91110000600037341L"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"registration_number": "91110000600037342L"}, "wrong_registration_number"),
        ({"registration_number": "911100006000373"}, "wrong_registration_number"),
        ({"registration_number": "x" * 18}, "wrong_registration_number"),
        ({"name_en": " ", "name_zh": ""}, "no_name"),
        ({"country": "XX"}, "unknown_country"),
        ({"country": "cn"}, "unknown_country"),
        ({"country": ""}, "unknown_country"),
        ({"registration_number": "REG-payer", "country": "US"}, "already_registered"),
    ],
)
def test_organization_that_cannot_be(cast: Cast, changes: dict[str, str], code: str) -> None:
    values = {"name_en": "New", "kind": "enterprise", "country": "CN", **changes}
    assert refusal(register_organization, consortium=cast.consortium, **values)[0] == code


def test_registration_number_is_kept_compact_and_once(cast: Cast) -> None:
    values = {"name_zh": "百度", "kind": "enterprise", "country": "CN"}
    here = {"consortium": cast.consortium, **values}
    made = register_organization(
        **here, registration_number=f" {USCC[:4]} {USCC[4:].lower()} ", by=None, on=TODAY
    )
    assert made.registration_number == USCC
    assert refusal(register_organization, **here, registration_number=USCC) == (
        "already_registered",
        {"number": USCC},
    )
    assert (
        raw(lambda: Organization.objects.create(**values, registration_number=USCC))
        == "consortium_organization_registration"
    )
    assert raw(lambda: Organization.objects.create(kind="x", country="CN")) == (
        "consortium_organization_name"
    )
    for _ in range(2):
        register_organization(**here, by=None, on=TODAY)


# Appointments


@pytest.mark.parametrize(
    ("role", "of", "code"),
    [
        (Role.SIGNATORY, "outsider", "foreign_organization"),
        (Role.SIGNATORY, None, "organization_missing"),
        (Role.FINANCE, "payer", "organization_not_allowed"),
        (Role.SECRETARY, None, "already_appointed"),
    ],
)
def test_appointment_that_cannot_be(cast: Cast, role: Role, of: str | None, code: str) -> None:
    organization = cast.members[of].organization if of else None
    user = cast.people["secretary"]
    found_code, _ = refusal(
        appoint,
        consortium=cast.consortium,
        user=user,
        role=role,
        organization=organization,
        starts_on=TODAY,
    )
    assert found_code == code


def test_appointment_that_ended_is_not_prolonged(cast: Cast) -> None:
    user = cast.people["secretary"]
    first = Appointment.objects.get(user=user)
    end_appointment(appointment=first, ends_on=D(2026, 1, 1), by=None, on=TODAY)
    appoint(
        consortium=cast.consortium, user=user, role=Role.SECRETARY, starts_on=D(2026, 2, 1),
        by=None, on=TODAY,
    )  # fmt: skip
    assert refusal(end_appointment, appointment=first, ends_on=D(2026, 3, 1)) == (
        "already_ended",
        {"ends_on": D(2026, 1, 1)},
    )
    assert refusal(end_appointment, appointment=first, ends_on=FOUNDED)[0] == "ends_before_start"


def test_database_refuses_appointments_too(cast: Cast) -> None:
    payer = cast.members["payer"].organization

    def insert(who: str, role: Role, organization: Organization | None, **dates: Any) -> str:
        return raw(
            lambda: Appointment.objects.create(
                user=cast.people[who], consortium=cast.consortium, role=role,
                organization=organization, **{"starts_on": TODAY, **dates},
            )
        )  # fmt: skip

    assert [
        insert("nobody", Role.SIGNATORY, None),
        insert("nobody", Role.FINANCE, payer),
        insert("secretary", Role.SECRETARY, None),
        insert("payer", Role.SIGNATORY, payer),
        insert("nobody", Role.READER, None, ends_on=TODAY),
    ] == [
        "consortium_appointment_party",
        "consortium_appointment_party",
        "consortium_appointment_once",
        "consortium_appointment_once",
        "consortium_appointment_period",
    ]


# Consortia, goals, charters, people


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slug": "alliance"}, "slug_taken"),
        ({"name_en": ""}, "no_name"),
        ({"currency": "XXY"}, "unknown_currency"),
        ({"currency": "usd"}, "unknown_currency"),
        ({"time_zone": "Mars/Base"}, "unknown_time_zone"),
        ({"time_zone": ""}, "unknown_time_zone"),
        ({"ends_on": TODAY}, "ends_before_start"),
    ],
)
def test_consortium_that_cannot_be(cast: Cast, changes: dict[str, Any], code: str) -> None:
    values: dict[str, Any] = {
        "slug": "new", "name_en": "New", "currency": "CNY", "time_zone": "Asia/Shanghai",
        "legal_form": "contract", "stage": "key_technology", "structure": "vertical",
        "initiator": "project", "starts_on": TODAY, **changes,
    }  # fmt: skip
    assert refusal(found, founding=Founding(**values))[0] == code


def test_goals_and_amendments(cast: Cast) -> None:
    here = {"consortium": cast.consortium}
    assert refusal(set_goal, **here, text_en=" ", set_on=TODAY)[0] == "no_name"
    assert refusal(set_goal, **here, text_en="x", set_on=TODAY, due_on=FOUNDED)[0] == (
        "goal_due_before_set"
    )
    assert refusal(amend_consortium, **here, changes={"currency": "CNY"}) == (
        "not_amendable",
        {"field": "currency"},
    )
    blank = {"name_en": "", "name_zh": ""}
    assert refusal(amend_consortium, **here, changes=blank)[0] == "no_name"


def test_charters(cast: Cast) -> None:
    here = {"consortium": cast.consortium, "name_en": "N"}
    before = {"code": "x", "starts_on": D(2024, 12, 31), "sections": {}}
    assert refusal(draft_charter, **here, **before)[0] == "charter_outside_consortium"
    taken = {"code": "first", "starts_on": TODAY, "sections": {}}
    assert refusal(draft_charter, **here, **taken)[0] == "charter_code_taken"
    wrong = {"dues": {"levies": [{"code": "X", "hours": 1}]}, "minutes": {}}
    with pytest.raises(InvalidDocument):
        draft_charter(**here, code="y", starts_on=TODAY, sections=wrong, by=None, on=TODAY)
    adopted = cast.consortium.charters.get()
    assert refusal(adopt_charter, charter=adopted)[0] == "charter_adopted"


def test_people(cast: Cast) -> None:
    assert refusal(create_user, username="PAYER") == ("username_taken", {"username": "PAYER"})
    assert refusal(create_user, username="new", email="Payer@Example.org")[0] == "email_taken"
    assert AuditEvent.objects.filter(consortium=None).count() == 0
