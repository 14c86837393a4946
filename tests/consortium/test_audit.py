"""The audit chain and what `verify` finds: altered, missing, cut, forged."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from consortium.models import AuditEvent, AuditHead, Consortium, Document
from consortium.operations.consortia import set_goal
from consortium.operations.documents import file_document
from consortium.operations.users import create_user
from consortium.reports.verify import verify
from funding.models import Assessment, Charge
from tests.cast import SALES, TODAY, Cast, canaries
from tests.factories.ledgers import small


@contextmanager
def as_database_owner() -> Iterator[Any]:
    """Change rows as somebody who owns the database can: with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def found(consortium: Consortium | None) -> list[tuple[str, str]]:
    return [(failure.code, failure.subject) for failure in verify(consortium=consortium)]


def test_untouched_books_hold(cast: Cast) -> None:
    create_user(username="someone", by=cast.people["root"], on=TODAY)
    assert [found(each) for each in (None, cast.consortium, cast.other)] == [[], [], []]
    events = AuditEvent.objects.filter(consortium=cast.consortium).order_by("number")
    numbers = [event.number for event in events]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 30


EVENT = "UPDATE consortium_auditevent SET {} WHERE consortium_id = {} AND number = 5"


@pytest.mark.parametrize(
    "change",
    [
        "action = 'forged'",
        "\"on\" = '1999-01-01'",
        "at = at + interval '1 second'",
        "by_id = (SELECT min(id) FROM consortium_user)",
        "subject = 'consortium.member:x'",
        "facts = '{{\"count\": 3}}'",
        "version = 2",
        "digest = repeat('0', 64)",
        "previous = repeat('0', 64)",
    ],
)
def test_altered_event_is_named(cast: Cast, change: str) -> None:
    AuditEvent.objects.filter(consortium=cast.consortium, number=5).get()
    with as_database_owner() as cursor:
        cursor.execute(
            EVENT.format(change.replace("{{", "{").replace("}}", "}"), cast.consortium.pk)
        )
    expected = {
        "digest": [("audit_digest", "audit:5"), ("audit_link", "audit:6")],
        "previous": [("audit_link", "audit:5"), ("audit_digest", "audit:5")],
    }.get(change.split(" ")[0], [("audit_digest", "audit:5")])
    assert found(cast.consortium) == expected
    assert found(cast.other) == []


def test_event_forged_with_its_digest_breaks_the_chain(cast: Cast) -> None:
    event = AuditEvent.objects.get(consortium=cast.consortium, number=5)
    event.action = "forged"
    with as_database_owner() as cursor:
        cursor.execute(
            "UPDATE consortium_auditevent SET action = 'forged', digest = %s WHERE id = %s",
            [event.expected_digest(), event.pk],
        )
    assert found(cast.consortium) == [("audit_link", "audit:6")]


def test_missing_event_is_named(cast: Cast) -> None:
    with as_database_owner() as cursor:
        cursor.execute(
            "DELETE FROM consortium_auditevent WHERE consortium_id = %s AND number = 5",
            [cast.consortium.pk],
        )
    assert found(cast.consortium) == [("audit_gap", "audit:5"), ("audit_link", "audit:6")]


@pytest.mark.parametrize("left", [0, 10])
def test_cut_tail_is_found(cast: Cast, left: int) -> None:
    with as_database_owner() as cursor:
        cursor.execute(
            "DELETE FROM consortium_auditevent WHERE consortium_id = %s AND number > %s",
            [cast.consortium.pk, left],
        )
    assert found(cast.consortium) == [("audit_tail", f"audit:{left}")]


def test_missing_head_is_found(cast: Cast) -> None:
    AuditHead.objects.filter(consortium=cast.consortium).delete()
    last = AuditEvent.objects.filter(consortium=cast.consortium).count()
    assert found(cast.consortium) == [("audit_tail", f"audit:{last}")]


# The rows behind the events


def sql(cast: Cast, statement: str) -> None:
    charge = cast.charge("payer")
    names = {
        "charge": charge.pk,
        "assessment": charge.assessment_id,
        "declaration": charge.assessment.declaration_id,
        "consortium": cast.consortium.pk,
        "rival": cast.charge("rival").pk,
    }
    with as_database_owner() as cursor:
        cursor.execute(statement.format(**names))


ALTERED: list[tuple[str, Callable[[Charge, Assessment], list[tuple[str, str]]]]] = [
    (
        "UPDATE funding_charge SET amount = amount - 1 WHERE id = {charge}",
        lambda charge, assessment: [
            ("charge_altered", f"charge:{charge.number}"),
            ("charge_not_posted", f"charge:{charge.number}"),
            ("charges_differ", f"assessment:{assessment.uid}"),
        ],
    ),
    (
        "UPDATE funding_charge SET due_on = due_on + 30 WHERE id = {charge}",
        lambda charge, assessment: [("charge_altered", f"charge:{charge.number}")],
    ),
    (
        "UPDATE funding_assessment SET amount = amount - 1 WHERE id = {assessment}",
        lambda charge, assessment: [
            ("assessment_altered", f"assessment:{assessment.uid}"),
            ("charges_differ", f"assessment:{assessment.uid}"),
        ],
    ),
    (
        "UPDATE funding_declaredfigure SET value = 1 WHERE declaration_id = {declaration}",
        lambda charge, assessment: [("figures_altered", f"assessment:{assessment.uid}")],
    ),
    (
        "UPDATE funding_transfer SET amount = amount - 1 WHERE charge_id = {charge}",
        lambda charge, assessment: [("charge_not_posted", f"charge:{charge.number}")],
    ),
    (
        'UPDATE funding_transfer SET "on" = "on" + 1 WHERE charge_id = {charge}',
        lambda charge, assessment: [("charge_not_posted", f"charge:{charge.number}")],
    ),
    (
        (
            "UPDATE funding_transfer SET debit_id = (SELECT debit_id FROM funding_transfer"
            " WHERE charge_id = {rival}) WHERE charge_id = {charge}"
        ),
        lambda charge, assessment: [("charge_not_posted", f"charge:{charge.number}")],
    ),
    (
        "DELETE FROM funding_transfer WHERE charge_id = {charge}",
        lambda charge, assessment: [("charge_not_posted", f"charge:{charge.number}")],
    ),
    (
        "UPDATE funding_transfer SET unit = 'EUR' WHERE charge_id = {charge}",
        lambda charge, assessment: [
            ("charge_not_posted", f"charge:{charge.number}"),
            ("transfer_mixed", f"transfer:charge:{charge.number}/0"),
        ],
    ),
    (
        (
            "DELETE FROM funding_charge WHERE id = {charge};"
            " DELETE FROM funding_transfer WHERE charge_id = {charge}"
        ),
        lambda charge, assessment: [
            ("charges_differ", f"assessment:{assessment.uid}"),
            ("number_gap", "charge:2026"),
        ],
    ),
    (
        (
            "UPDATE consortium_chartersection SET body ="
            " jsonb_set(body, '{{levies,0,rule,0,add,rate}}', '\"0.001\"') WHERE charter_id ="
            " (SELECT id FROM consortium_charter WHERE consortium_id = {consortium})"
        ),
        lambda charge, assessment: [("charter_altered", "charter:first")],
    ),
    (
        (
            "UPDATE consortium_chartersection SET body = '{{\"levies\": 1}}' WHERE charter_id ="
            " (SELECT id FROM consortium_charter WHERE consortium_id = {consortium})"
        ),
        lambda charge, assessment: [
            ("charter_altered", "charter:first"),
            ("section_unreadable", "charter:first"),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), ALTERED)
def test_altered_rows_are_named(cast: Cast, statement: str, expected: Any) -> None:
    charge = cast.charge("payer")
    wanted = expected(charge, charge.assessment)
    sql(cast, statement)
    names = found(cast.consortium)
    assert [each for each in names if each in wanted] == wanted
    # A charter that says something else also makes every assessment under it wrong.
    others = {code for code, _ in names} - {code for code, _ in wanted}
    assert others <= (
        {"assessment_differs", "invalid_document"} if "charter" in str(wanted) else set()
    )


def test_altered_or_missing_file_is_named(cast: Cast) -> None:
    files = [
        file_document(
            consortium=cast.consortium,
            name=f"{n}.pdf",
            content=b"%PDF-1.4 " + bytes([48 + n]),
            by=cast.people["secretary"],
            on=TODAY,
        )
        for n in range(3)
    ]
    Path(files[0].file.path).unlink()
    Path(files[1].file.path).write_bytes(b"%PDF-1.4 X")
    assert found(cast.consortium) == [
        ("file_missing", f"document:{files[0].uid}"),
        ("file_altered", f"document:{files[1].uid}"),
    ]
    assert Document.objects.count() == 3


# The command


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    try:
        call_command("verify", *arguments)
    except SystemExit as end:
        return int(str(end.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_verify_command(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys) == (0, "ok: 3 chains and their books hold\n")
    assert run(capsys, "--consortium", "alliance", "--json") == (
        0,
        '{"ok": true, "failures": []}\n',
    )
    with as_database_owner() as cursor:
        cursor.execute(EVENT.format("action = 'forged'", cast.consortium.pk))
    assert run(capsys) == (1, "alliance: audit:5: The audit event was altered.\n")
    code, out = run(capsys, "--json")
    assert (code, json.loads(out)) == (
        1,
        {
            "ok": False,
            "failures": [
                {
                    "consortium": "alliance",
                    "code": "audit_digest",
                    "subject": "audit:5",
                    "detail": "The audit event was altered.",
                }
            ],
        },
    )
    assert run(capsys, "--consortium", "elsewhere")[0] == 0


# What events say, and that they come one by one


def test_no_figure_is_in_the_chain(cast: Cast) -> None:
    text = json.dumps(list(AuditEvent.objects.values_list("action", "subject", "facts")))
    assert [each for name in SALES for each in canaries(name) if each in text] == []


@pytest.mark.django_db(transaction=True)
def test_operations_at_once_make_one_chain() -> None:
    consortium = small("small")
    before = AuditEvent.objects.filter(consortium=consortium).count()

    def work(n: int) -> None:
        for m in range(5):
            set_goal(
                consortium=consortium, text_en=f"{n} {m}", set_on=TODAY, by=None,
                on=TODAY + timedelta(days=m),
            )  # fmt: skip
        connection.close()

    threads = [Thread(target=work, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEvent.objects.filter(consortium=consortium).count() == before + 20
    assert found(consortium) == []
