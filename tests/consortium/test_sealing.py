"""What is posted is final: the database itself refuses, whoever asks and however."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from consortium.models import AuditEvent, Charter, CharterSection, Document, PaperAct, Report
from consortium.operations.adoption import adopt_charter
from consortium.operations.cases import load_case
from consortium.operations.charters import draft_charter
from consortium.operations.documents import file_document
from consortium.rules.cases import read_case
from funding.models import (
    Account,
    Assessment,
    BankStatement,
    Charge,
    Concession,
    CreditNote,
    CutOver,
    Declaration,
    DeclaredFigure,
    DuesRun,
    DunningStep,
    Enforcement,
    ExchangeRate,
    ExitProposal,
    FigureView,
    OpeningItem,
    Payment,
    PaymentNotice,
    PaymentPlan,
    PlanInstalment,
    PlannedCharge,
    ReferenceRate,
    Round,
    SurplusReturn,
    Transfer,
    Voucher,
    VoucherItem,
    YearClose,
)
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare
from funding.operations.payment_notices import refute_notice
from funding.operations.plans import cancel_plan
from funding.operations.rates import note_view, record_rate
from funding.states import ExitOutcome, Screen
from ip.models import (
    Instruction,
    Licence,
    LicenceApplication,
    LicenceMilestone,
    PatentCorrection,
    PatentEvent,
    PatentFee,
    ShareOffer,
)
from projects.models import (
    Attachment,
    BudgetLine,
    CallChange,
    Consensus,
    Decision,
    Participant,
    Plan,
    ProgressReport,
    ProjectEvent,
    ProposalVersion,
    Question,
    Review,
)  # fmt: skip
from tests.cast import DUES, NOW, PERIOD, TODAY, Cast, build
from tests.factories import banking, licensing, owning, vouching
from tests.factories.acts import propose_some
from tests.factories.corrections import close_some
from tests.factories.decisions import Forgiving
from tests.factories.judging import screen_some
from tests.factories.lateness import late_some
from tests.factories.moving import move_some
from tests.factories.patents import patents
from tests.factories.portfolio import portfolio
from tests.factories.reporting import report_some
from tests.factories.sights import seat_some
from tests.snapshot import built_once

PDF = b"%PDF-1.4\n%%EOF\n"

SEALED: dict[type[Model], dict[str, Any]] = {
    AuditEvent: {"action": "forged"},
    Charter: {"code": "forged"},
    CharterSection: {"body": {}},
    Document: {"name": "forged"},
    Round: {"levy": "forged"},
    Declaration: {"grade": "audited"},
    DeclaredFigure: {"value": 1},
    Assessment: {"amount": 1},
    Charge: {"amount": 1},
    Account: {"unit": "EUR"},
    Transfer: {"amount": 1},
    CreditNote: {"amount": 1},
    ExchangeRate: {"value": 2},
    FigureView: {"count": 2},
    DuesRun: {"count": 2},
    DunningStep: {"level": "forged"},
    Enforcement: {"effect": "forged"},
    YearClose: {"surplus": 2},
    SurplusReturn: {"amount": 2},
    CutOver: {"name": "forged"},
    PaperAct: {"signatory": "forged"},
    OpeningItem: {"number": "forged"},
    BankStatement: {"received": 2},
    Concession: {"amount": 1},
    ExitProposal: {"reason": "forged"},
    PaymentNotice: {"amount": 1},
    PaymentPlan: {"reason": "forged"},
    PlanInstalment: {"amount": 1},
    PlannedCharge: {"charge_id": 0},
    ReferenceRate: {"percent": 3},
    Payment: {"amount": 1},
    Voucher: {"number": "forged"},
    VoucherItem: {"amount": 1},
    CallChange: {"reason": "forged"},
    Question: {"answer": "forged"},
    ProposalVersion: {"title": "forged"},
    Participant: {"signatory": "forged"},
    BudgetLine: {"amount": 2},
    Attachment: {"title": "forged"},
    Review: {"feedback": "forged"},
    Consensus: {"reason": "forged"},
    Decision: {"reason": "forged"},
    ProjectEvent: {"reason": "forged"},
    Plan: {"reason": "forged"},
    ProgressReport: {"text": "forged"},
    **owning.SEALED,
    PatentCorrection: {"reason": "forged"},
    PatentEvent: {"number": "forged"},
    Instruction: {"choice": "drop"},
    PatentFee: {"amount": 1},
    **licensing.SEALED,
    Report: {"kind": "forged"},
}
"""Every sealed table, each with a change nobody may make."""

SQL = [
    "UPDATE {table} SET id = id + 1000000",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "INSERT INTO {table} TABLE {table} ON CONFLICT (id) DO UPDATE SET id = {table}.id + 1000000",
]


@built_once
def sealed_rows() -> Cast:
    """Return everybody, with a sealed row of every kind."""
    cast = build()
    forgiving = Forgiving.of(cast.members["newcomer"], cast.members["rival"])
    cancel_plan(plan=forgiving.running, by=None, on=TODAY)
    patents(cast, "payer")
    banking.fill(cast)
    vouching.fill(cast)
    file_document(
        consortium=cast.consortium, name="a.pdf", content=PDF, by=cast.people["secretary"], on=TODAY
    )
    record_rate(
        consortium=cast.consortium, rate="ecb", unit="EUR", into="USD", published_on=TODAY,
        value=Decimal("1.08"), by=None, on=TODAY,
    )  # fmt: skip
    note_view(
        consortium=cast.consortium,
        screen=Screen.DECLARATION,
        by=cast.people["finance"],
        members=[cast.members["payer"]],
    )
    lowered = Figures(
        levy="dues", period_starts_on=PERIOD, values={"semiconductor_sales": Decimal(1)},
        correction=True,
    )  # fmt: skip
    declare(member=cast.members["payer"], figures=lowered, by=cast.people["payer"], on=TODAY)
    round = cast.consortium.rounds.get(levy="dues", starts_on=PERIOD)
    assess(round=round, by=None, on=TODAY)
    DuesRun.objects.create(
        consortium=cast.consortium, round=round, count=1, digest="", proposed_on=TODAY,
        confirmed_on=TODAY, done_on=TODAY,
    )  # fmt: skip
    late_some(cast, "rival")
    decided(cast)
    close_some(cast, closed_on=TODAY)
    move_some(cast, done_on=TODAY)
    researched(cast)
    report_some(cast)
    seat_some(cast, "payer")
    return cast


@pytest.fixture
def sealed(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield sealed_rows()


def researched(cast: Cast) -> None:
    """Let what can be sealed of research be so: submitted, decided, granted, accepted."""
    propose_some(cast)
    screen_some(cast)
    portfolio(cast, "payer")
    owning.own_some(cast, "payer")
    ShareOffer.objects.update(settled_on=TODAY, lapsed=False)
    licensing.license_some(cast, "payer")
    LicenceApplication.objects.filter(closed_on=None).update(closed_on=TODAY, closing="refused")
    Licence.objects.filter(granted_on=None).delete()
    LicenceMilestone.objects.update(reached_on=TODAY)
    Plan.objects.update(decided_on=TODAY)
    ProgressReport.objects.update(accepted_by=cast.people["secretary"])


def decided(cast: Cast) -> None:
    """Decide what is sealed by being decided."""
    for notice in PaymentNotice.objects.all():
        refute_notice(notice=notice, reason="Never came", by=None, on=TODAY)
    proposal = ExitProposal.objects.order_by("pk").first()
    assert proposal is not None
    ExitProposal.objects.filter(pk=proposal.pk).update(decided_on=TODAY, outcome=ExitOutcome.KEPT)
    ReferenceRate.objects.create(
        consortium=cast.consortium, rate="base", starts_on=TODAY, percent=Decimal(2)
    )


def refused(call: Any) -> str:
    """Return what the database answers to a call, in a savepoint of its own."""
    try:
        with transaction.atomic():
            call()
    except DatabaseError as error:
        return str(error.args[0]).splitlines()[0]
    return "not refused"


def by_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def attempts(model: type[Model], change: dict[str, Any]) -> dict[str, Any]:
    """Return every way to alter or remove rows of a model, by name."""
    (name, value), rows = next(iter(change.items())), model._default_manager.all()
    row = rows.order_by("pk").first()
    assert row is not None, f"no {model.__name__} to try it on"
    setattr(row, name, value)
    table = model._meta.db_table
    raw = {statement: lambda s=statement: by_sql(s.format(table=table)) for statement in SQL}
    return {
        "save": row.save,
        "bulk_update": lambda: model._default_manager.bulk_update([row], [name]),
        "queryset_update": lambda: rows.update(**change),
        "queryset_delete": lambda: rows.filter(pk=row.pk)._raw_delete(using="default"),
        **raw,
    }


def test_sealed_tables_are_those_the_database_seals(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2"
        )
        found = cursor.fetchall()
    assert found == sorted(
        (model._meta.db_table, f"{model._meta.db_table}_{kind}")
        for model in SEALED
        for kind in ("sealed", "kept")
    )


def test_every_way_to_alter_a_sealed_row_is_refused(sealed: Cast) -> None:
    by_sql("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE waits for deferred ones otherwise
    answers = {
        (model.__name__, way): refused(call)
        for model, change in SEALED.items()
        for way, call in attempts(model, change).items()
    }
    assert {key: text for key, text in answers.items() if " is sealed" not in text} == {}
    assert len(answers) == len(SEALED) * 8


def change_end(charter: Charter, ends_on: date | None) -> str:
    return refused(lambda: Charter.objects.filter(pk=charter.pk).update(ends_on=ends_on))


def test_adopted_charter_can_only_be_shortened(cast: Cast) -> None:
    charter = Charter.objects.get(consortium=cast.consortium)
    assert charter.ends_on is None
    sealed = "consortium_charter is sealed: UPDATE refused"
    assert [
        change_end(charter, date(2028, 1, 1)),
        change_end(charter, date(2027, 1, 1)),
        change_end(charter, date(2027, 1, 1)),
        change_end(charter, date(2027, 1, 2)),
        change_end(charter, None),
    ] == ["not refused", "not refused", "not refused", sealed, sealed]
    assert (
        refused(
            lambda: Charter.objects.filter(pk=charter.pk).update(ends_on=date(2026, 1, 1), code="x")
        )
        == sealed
    )


def test_sections_of_an_adopted_charter_take_no_change(cast: Cast) -> None:
    charter = Charter.objects.get(consortium=cast.consortium)
    draft = draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second",
        starts_on=date(2027, 1, 1),
        sections={"dues": {"levies": [DUES]}},
        by=cast.people["secretary"],
        on=TODAY,
    )
    section, drafted = charter.sections.get(), draft.sections.get()
    answers = [
        refused(
            lambda: CharterSection.objects.create(charter=charter, code="x", version=1, body={})
        ),
        refused(lambda: CharterSection.objects.filter(pk=section.pk).update(body={})),
        refused(
            lambda: CharterSection.objects.filter(pk=section.pk).update(charter=draft, code="y")
        ),
        refused(lambda: CharterSection.objects.filter(pk=section.pk).delete()),
        refused(
            lambda: CharterSection.objects.filter(pk=drafted.pk).update(charter=charter, code="z")
        ),
        refused(lambda: CharterSection.objects.filter(pk=drafted.pk).update(body={"levies": []})),
    ]
    text = "consortium_chartersection is sealed with its consortium_charter: {} refused"
    assert answers == [
        text.format("INSERT"),
        text.format("UPDATE"),
        text.format("UPDATE"),
        text.format("DELETE"),
        text.format("UPDATE"),
        "not refused",
    ]
    adopt_charter(charter=draft, by=None, on=TODAY)
    assert refused(lambda: draft.sections.all().delete()) == text.format("DELETE")


def test_draft_may_still_change(cast: Cast) -> None:
    draft = draft_charter(
        consortium=cast.consortium,
        code="second",
        name_en="Second",
        starts_on=date(2027, 1, 1),
        sections={},
        by=cast.people["secretary"],
        on=TODAY,
    )
    assert refused(lambda: Charter.objects.filter(pk=draft.pk).update(name_en="Other")) == (
        "not refused"
    )
    assert refused(draft.delete) == "not refused"


CASE = """
slug = "a-case"
name = { en = "A case" }
legal_form = "association"
stage = "pre_competitive"
structure = "horizontal"
initiator = "government"
field = { en = "Chips" }
currency = "USD"
time_zone = "America/Chicago"
fiscal_year = { month = 1, day = 1 }
starts_on = 1987-08-01

[[charters]]
code = "founding"
title = { en = "TITLE" }
starts_on = 1987-08-01
basis = "seed"
"""


def test_recorded_charter_follows_its_document(db: None) -> None:
    for title in ("First reading", "Second reading"):
        case = read_case(CASE.replace("TITLE", title))
        assert load_case(case=case, by=None, on=TODAY) is True
        charter = Charter.objects.get(consortium__slug="a-case")
        assert (charter.name_en, charter.adopted_on) == (title, date(1987, 8, 1))


# What transfers may join


def transfer(cast: Cast, debit: Account, credit: Account, **changes: Any) -> Transfer:
    values = {"consortium": cast.consortium, "unit": "USD", "amount": 1, "on": TODAY, "key": "k"}
    return Transfer(**{**values, "debit": debit, "credit": credit, **changes})


@pytest.mark.parametrize(
    "wrong", ["debit elsewhere", "credit elsewhere", "debit unit", "both units"]
)
def test_transfer_mixes_neither_consortia_nor_units(cast: Cast, wrong: str) -> None:
    own = Account.objects.filter(consortium=cast.consortium, unit="USD").order_by("pk")
    foreign = Account.objects.filter(consortium=cast.other).order_by("pk")
    euros = [
        Account.objects.create(consortium=cast.consortium, kind=kind, unit="EUR")
        for kind in ("receivable", "levy_income")
    ]
    pairs = {
        "debit elsewhere": (foreign[0], own[0], "debit"),
        "credit elsewhere": (own[0], foreign[0], "credit"),
        "debit unit": (euros[0], own[0], "debit"),
        "both units": (euros[0], euros[1], "(debit|credit)"),
    }
    debit, credit, side = pairs[wrong]
    with pytest.raises(IntegrityError, match=f"funding_transfer_{side}_tenant"):
        transfer(cast, debit, credit).save()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount": 0}, "funding_transfer_amount"),
        ({"amount": -1}, "funding_transfer_amount"),
        ({"same": True}, "funding_transfer_two_accounts"),
    ],
)
def test_transfer_moves_something(cast: Cast, changes: dict[str, Any], constraint: str) -> None:
    first, second = Account.objects.filter(consortium=cast.consortium).order_by("pk")[:2]
    credit = first if changes.pop("same", False) else second
    with pytest.raises(IntegrityError, match=constraint):
        transfer(cast, first, credit, **changes).save()


def test_a_transfer_between_own_accounts_is_kept(cast: Cast) -> None:
    first, second = Account.objects.filter(consortium=cast.consortium).order_by("pk")[:2]
    transfer(cast, first, second).save()
    assert Transfer.objects.filter(key="k").count() == 1
