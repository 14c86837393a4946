"""Moving in: everything of a workbook comes over on its day, or nothing."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction

from consortium.models import AuditEvent, Consortium, Notice, Seat, User
from consortium.operations.advance import advance
from consortium.reports.verify import verify
from funding.models import Charge, CutOver, DunningStep, OpeningItem, Transfer
from funding.operations.cutover import (
    AlreadyCutOver,
    BooksBegun,
    CutOverAhead,
    CutOverFileChanged,
    OtherHalfMissing,
    check_cutover,
    confirm_cutover,
    propose_cutover,
)
from funding.operations.matching import allocate_credit
from funding.operations.payments import Received, record_payment
from funding.operations.runs import SamePersonConfirms
from funding.operations.vouchers import ExceedsPaid, record_voucher
from funding.reports import matching
from funding.reports.statements import member_statements
from funding.reports.vouchers import missing
from funding.states import Entry
from tests.factories.ladders import LADDER
from tests.factories.ledgers import balances, fee, small, staffed
from tests.factories.moving import MONDAY, ROWS, empty, workbook
from tests.factories.vouching import issued, pay

DAY = timedelta(days=1)


@pytest.fixture
def consortium(db: None) -> Consortium:
    return empty()


@pytest.fixture
def secretary(consortium: Consortium) -> User:
    return staffed(consortium, "secretary")


@pytest.fixture
def finance(consortium: Consortium) -> User:
    return staffed(consortium, "finance")


def proposed(consortium: Consortium, by: User | None = None, **changes: Any) -> CutOver:
    return propose_cutover(
        consortium=consortium,
        name="books.xlsx",
        content=workbook(**changes),
        day=MONDAY,
        by=by,
        on=MONDAY,
    )


def done(consortium: Consortium, **changes: Any) -> CutOver:
    return confirm_cutover(cut_over=proposed(consortium, **changes), by=None, on=MONDAY)


def test_two_people_move_a_consortium_in(
    consortium: Consortium, secretary: User, finance: User
) -> None:
    cut_over = confirm_cutover(cut_over=proposed(consortium, finance), by=secretary, on=MONDAY)
    assert (cut_over.done_on, cut_over.done_by) == (MONDAY, secretary)
    assert cut_over.counts == {
        "organizations": 2, "members": 2, "appointments": 2, "seats": 1, "open_items": 2,
        "credits": 2, "totals": 5,
    }  # fmt: skip
    assert balances(consortium) == {
        "receivable Shanghai Example USD": 50000,
        "receivable 示例研究所 USD": Decimal("1250.5"),
        "on_account 示例研究所 USD": -800,
        "on_account 示例研究所 CNY": -100,
        "opening  USD": Decimal("-50450.5"),
        "opening  CNY": 100,
    }
    terms = consortium.members.values_list("organization__name_zh", "terms__starts_on")
    assert dict(terms) == {
        "上海示例电子有限公司": date(2025, 1, 1), "示例研究所": date(2025, 7, 1)
    }  # fmt: skip
    held = consortium.appointments.exclude(user__in=(secretary, finance))
    assert set(held.values_list("user__email", "role", "starts_on", "organization__name_en")) == {
        ("wang@example.com", "signatory", MONDAY, "Shanghai Example"),
        ("li@example.org", "auditor", date(2026, 7, 1), None),
    }
    acts = AuditEvent.objects.filter(consortium=consortium).order_by("number")
    assert [(each.action, each.by) for each in acts if each.on == MONDAY] == [
        ("propose_cutover", finance),
        *[("register_organization", secretary)] * 2,
        *[("admit", secretary)] * 2,
        *[("appoint", secretary)] * 2,
        ("give_seat", secretary),
        ("confirm_cutover", secretary),
    ]
    assert list(verify(consortium=consortium)) == []


def test_members_keep_their_seats(consortium: Consortium) -> None:
    done(consortium)
    seat = Seat.objects.get()
    assert (seat.member.organization.name_en, seat.body, seat.rank, seat.person) == (
        "Shanghai Example", "board", "vice_chair", "Wang Xiao",
    )  # fmt: skip
    assert (seat.starts_on, seat.ends_on) == (date(2025, 3, 1), None)


def test_open_items_keep_their_number_and_due_day(consortium: Consortium) -> None:
    done(consortium)
    rows = Charge.objects.filter(consortium=consortium).order_by("number")
    fields = ("number", "opening__number", "opening__issued_on", "issued_on", "due_on", "secret")
    assert list(rows.values_list(*fields)) == [
        ("2026-00001", "OLD-17", date(2025, 3, 1), MONDAY, date(2025, 4, 30), True),
        ("2026-00002", "OLD-04", date(2026, 6, 1), MONDAY, date(2026, 9, 30), False),
    ]
    assert not Notice.objects.filter(consortium=consortium, code="payment_requested").exists()


def test_the_same_person_cannot_do_it_alone(
    consortium: Consortium, secretary: User, finance: User
) -> None:
    cut_over = proposed(consortium, secretary)
    with pytest.raises(SamePersonConfirms):
        confirm_cutover(cut_over=cut_over, by=secretary, on=MONDAY)
    second = staffed(consortium, "auditor")
    consortium.appointments.filter(user=second).update(role="secretary")
    with pytest.raises(OtherHalfMissing):
        confirm_cutover(cut_over=cut_over, by=second, on=MONDAY)
    assert not Transfer.objects.exists()
    confirm_cutover(cut_over=cut_over, by=finance, on=MONDAY)


def test_a_second_cut_over_is_refused(consortium: Consortium) -> None:
    cut_over = done(consortium)
    for again in (
        lambda: proposed(consortium),
        lambda: confirm_cutover(cut_over=cut_over, by=None, on=MONDAY),
    ):
        with pytest.raises(AlreadyCutOver):
            again()
    for change in (
        lambda: CutOver.objects.update(name="other"),
        lambda: OpeningItem.objects.update(number="other"),
        lambda: CutOver.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_new_proposal_replaces_the_one_that_waits(consortium: Consortium) -> None:
    first, second = proposed(consortium), proposed(consortium)
    assert list(CutOver.objects.all()) == [second]
    assert first.pk != second.pk


def test_books_that_have_begun_are_not_opened(db: None) -> None:
    begun = small("begun", fee())
    advance(consortium=begun, to=date(2024, 2, 1))
    with pytest.raises(BooksBegun):
        proposed(begun)


def test_a_day_ahead_can_only_be_checked(consortium: Consortium) -> None:
    sunday = MONDAY - DAY
    check_cutover(consortium=consortium, content=workbook(), day=MONDAY, on=sunday)
    assert not CutOver.objects.exists()
    with pytest.raises(CutOverAhead):
        propose_cutover(
            consortium=consortium, name="b", content=workbook(), day=MONDAY, by=None, on=sunday
        )


def test_another_file_in_its_place_is_refused(consortium: Consortium) -> None:
    cut_over = proposed(consortium)
    CutOver.objects.update(sha256="0" * 64)
    with pytest.raises(CutOverFileChanged):
        confirm_cutover(cut_over=cut_over, by=None, on=MONDAY)


def test_the_ladder_is_climbed_from_the_cut_over_on(db: None) -> None:
    """OLD-17 has been due for more than a year; it is dunned as if it fell due that Monday."""
    consortium = empty({"collection": {"grace_days": 3, "ladder": LADDER}})
    done(consortium)
    Consortium.objects.filter(pk=consortium.pk).update(advanced_to=MONDAY - DAY)
    consortium.refresh_from_db()
    advance(consortium=consortium, to=MONDAY + 40 * DAY)
    steps = DunningStep.objects.filter(consortium=consortium).order_by("on")
    assert [(each.charge.opening.number, each.level, each.on) for each in steps] == [
        ("OLD-17", "reminder", MONDAY + 17 * DAY),
    ]
    assert list(verify(consortium=consortium)) == []


def test_a_member_pays_by_the_former_number(consortium: Consortium) -> None:
    done(consortium)
    payment = record_payment(
        consortium=consortium,
        received=Received(
            amount=Decimal(50000), unit="USD", paid_on=MONDAY, reference="R1", text="bill old-17."
        ),
        by=None,
        on=MONDAY,
    )
    (found,) = matching.proposed(consortium)
    charge = Charge.objects.get(opening__number="OLD-17")
    assert (found.payment, found.safe) == (payment, True)
    assert found.allocations == ((charge, Decimal(50000)),)


def test_a_members_account_begins_with_what_came_over(consortium: Consortium) -> None:
    done(consortium)
    member = consortium.members.get(organization__name_en="Shanghai Example")
    (statement,) = member_statements(member, from_on=MONDAY, on=MONDAY + DAY)
    assert [(line.entry, line.reference, line.amount) for line in statement.lines] == [
        (Entry.CHARGE, "2026-00001", 50000)
    ]
    assert (statement.owed, statement.open[0].late) == (50000, 433)


def test_only_what_comes_in_after_it_misses_a_voucher(consortium: Consortium) -> None:
    """OLD-17 had its invoice; the credit of 800 was paid, and vouchered, in the old books."""
    (first, second) = ROWS["open_items"]
    done(consortium, open_items=[(*first, "26112000000012345678"), second])
    charges = {each.opening.number: each for each in Charge.objects.select_related("opening")}
    old, fee = charges["OLD-17"], charges["OLD-04"]
    assert (old.opening.voucher, fee.opening.voucher) == ("26112000000012345678", "")
    pay(old.member, old, "50000", on=MONDAY)
    who = {"by": None, "on": MONDAY}
    allocate_credit(member=fee.member, charge=fee, amount=Decimal(800), **who)
    assert missing(consortium, on=MONDAY) == []
    pay(fee.member, fee, "450.5", on=MONDAY)
    (lacks,) = missing(consortium, on=MONDAY)
    assert (lacks.charge, lacks.paid, lacks.missing) == (fee, Decimal("1250.5"), Decimal("450.5"))
    more = issued("1", "451", issued_on=MONDAY)
    with pytest.raises(ExceedsPaid):
        record_voucher(member=fee.member, issued=more, charges=[fee], **who)
    exact = issued("1", "450.5", issued_on=MONDAY)
    record_voucher(member=fee.member, issued=exact, charges=[fee], **who)
    assert missing(consortium, on=MONDAY) == []


def test_operators_check_and_move_at_the_console(
    consortium: Consortium, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "books.xlsx"
    asked = ["cutover", str(path), "--consortium", "moving", "--on", MONDAY.isoformat()]
    call_command(*asked, "--template")
    assert path.read_bytes().startswith(b"PK")
    path.write_bytes(workbook(members=[]))
    with pytest.raises(
        CommandError, match=r"open_items!A3: .*list it on the sheet members"
    ) as told:
        call_command(*asked)
    assert told.value.returncode == 1
    path.write_bytes(workbook())
    capsys.readouterr()
    call_command(*asked, "--check")
    said = capsys.readouterr().out
    assert said.splitlines()[:2] == ["organizations: 2", "members: 2"]
    assert not CutOver.objects.exists()
    call_command(*asked)
    assert capsys.readouterr().out == said
    assert CutOver.objects.get().done_by is None
    with pytest.raises(CommandError, match="done once") as again:
        call_command(*asked)
    assert again.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        call_command("cutover", str(tmp_path / "none.xlsx"), *asked[2:])
