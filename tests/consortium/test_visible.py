"""Who reads which rows: every model × role × own, the others', elsewhere, reference."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model

from consortium import access
from consortium.models import (
    Appointment,
    AuditEvent,
    AuditHead,
    Cessation,
    Charter,
    CharterSection,
    Consortium,
    Control,
    Counter,
    Disagreement,
    Document,
    Fact,
    Goal,
    Member,
    MembershipTerm,
    Notice,
    Organization,
    PaperAct,
    ParkedItem,
    Report,
    RequestKey,
    Seat,
    Suspension,
    User,
)
from consortium.operations.cases import load_case
from consortium.operations.documents import file_document
from consortium.operations.members import suspend
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
    DunningBlock,
    DunningStep,
    Enforcement,
    ExchangeRate,
    ExitProposal,
    FigureView,
    FundingInstrument,
    LedgerHeading,
    OpeningItem,
    OpenItem,
    PayerAlias,
    Payment,
    PaymentNotice,
    PaymentPlan,
    PlanInstalment,
    PlannedCharge,
    ReferenceRate,
    Round,
    StatementLayout,
    SurplusReturn,
    Transfer,
    Voucher,
    VoucherItem,
    YearClose,
)
from funding.operations.assess import assess
from funding.operations.declarations import Figures, declare
from funding.operations.rates import note_view
from funding.states import Screen
from ip.models import Background, LicenceApplication, LicenceOffer, NegotiationEntry, PatentFee
from projects.models import (
    Attachment,
    BudgetLine,
    Call,
    CallChange,
    Competitor,
    Consensus,
    Decision,
    Deliverable,
    Facility,
    Milestone,
    Participant,
    Plan,
    ProgressReport,
    Project,
    ProjectEvent,
    ProjectParticipant,
    Proposal,
    ProposalVersion,
    Question,
    Review,
    ReviewAssignment,
    Risk,
    Secondment,
)  # fmt: skip
from tests.cast import FOUNDED, NOW, PERIOD, SALES, TODAY, Cast, build, person
from tests.consortium.scene import CASE
from tests.factories import banking, vouching
from tests.factories.ceasing import cease_some
from tests.factories.decisions import decide_some
from tests.factories.lateness import late_some
from tests.factories.licensing import EARNINGS, OF_LICENCES, OF_OWNERS, license_some
from tests.factories.owning import OF_RESULTS as OWNED_RESULTS
from tests.factories.patents import OF_PATENTS, patents
from tests.factories.reporting import OF_REPORTS, report_some
from tests.factories.rights import WATCHES, rights_of
from tests.factories.sights import appoint_some, record_some, research, run_the_season, seat_some
from tests.snapshot import built_once

OF_PROJECTS = (
    Deliverable, Milestone, Plan, ProgressReport, Project, ProjectEvent, ProjectParticipant, Risk,
    Secondment,
)  # fmt: skip

OF_RESULTS = (*OWNED_RESULTS, LicenceOffer, *OF_PATENTS, *OF_LICENCES, *OF_OWNERS)
OF_EARNINGS = {*OF_LICENCES, *OF_OWNERS, FundingInstrument, PatentFee} - {
    LicenceApplication,
    NegotiationEntry,
}

UNSEEN = {AuditHead, Counter, OpenItem, *WATCHES}
"""Models nobody reads: the machinery's own."""

MODELS = (
    Account, Appointment, Assessment, AuditEvent, BankStatement, Cessation, Charge, Charter,
    CharterSection, Concession, Consortium, Control, CreditNote, CutOver, Declaration,
    DeclaredFigure, Disagreement, Document, DuesRun, DunningBlock, DunningStep, Enforcement,
    ExchangeRate, ExitProposal, Fact, FigureView, Goal, LedgerHeading, Member, MembershipTerm,
    Notice, OpeningItem, Organization, PaperAct, ParkedItem, PayerAlias, Payment, PaymentNotice,
    PaymentPlan, PlanInstalment, PlannedCharge, ReferenceRate, RequestKey, Round, Seat,
    StatementLayout, SurplusReturn, Suspension, Transfer, Voucher, VoucherItem, YearClose,
    Attachment, BudgetLine, Call, CallChange, Participant, Proposal, ProposalVersion, Question,
    Facility, *OF_PROJECTS,
    Competitor, Consensus, Decision, Review, ReviewAssignment,
    *OF_RESULTS, Background, FundingInstrument, *OF_REPORTS,
)  # fmt: skip

RECORDED = {Fact, Disagreement}
OPEN = RECORDED | {
    Consortium, Charter, CharterSection, Goal, Member, MembershipTerm, Organization, Seat
}  # fmt: skip
"""What reference cases show to all."""

SHARED = {
    Consortium, Charter, CharterSection, ExchangeRate, Goal, Member, MembershipTerm, Organization,
    ReferenceRate, Round, Seat, Call, CallChange, Question, Facility,
}  # fmt: skip
"""What everybody in a consortium sees of it, apart from drafts."""

MONEY = {
    Account, Assessment, Charge, CreditNote, Declaration, DeclaredFigure, DunningStep, OpeningItem,
    Payment, PaymentNotice, Transfer, Voucher, VoucherItem,
}  # fmt: skip
ARREARS = {Enforcement, ExitProposal, Suspension}
CLOSING = {DuesRun, SurplusReturn, YearClose}
"""What two people agree on: finance staff, and whoever may be the second."""

FORGIVEN = {Concession, PaymentPlan, PlanInstalment, PlannedCharge}
"""What those see besides who may be asked to agree."""

RECEIPTS = {BankStatement, CutOver, PayerAlias, StatementLayout}
"""What finance staff and auditors see, and no member."""

FINANCE = {*MONEY, *CLOSING, *FORGIVEN, *RECEIPTS, DunningBlock, LedgerHeading}

PROPOSALS = {Proposal, ProposalVersion, Participant, BudgetLine, Attachment}
SCREENING = {Competitor, Consensus, Decision, Review, ReviewAssignment}
TOLD = {Competitor, Decision}
"""What of screening is told to the member itself; who reviewed what is not."""

OF_MEMBERS = {*PROPOSALS, *OF_PROJECTS, *TOLD, *OF_RESULTS, FundingInstrument}
"""What of projects and results is told to those whom it concerns."""

HELD = {Cessation, Control}
OWNED = {*MONEY, *FORGIVEN, *ARREARS, *OF_MEMBERS, *HELD, FigureView}
MINE = {Notice, RequestKey, Document}

OWN, REST, ELSEWHERE, REFERENCE = "own", "rest", "elsewhere", "reference"
PUBLIC, REGISTERED = "open levy", "registered, not admitted"
ALL = {OWN, REST, ELSEWHERE, REFERENCE, PUBLIC, REGISTERED}

PARTS: dict[type[Model], str] = {
    DeclaredFigure: "declaration",
    BudgetLine: "participant",
    Attachment: "version",
    VoucherItem: "voucher",
}
"""What some rows are a part of."""


def owner(row: Model) -> tuple[Any, Any]:
    """Return the consortium and the organization or person a row belongs to."""
    match row:
        case User():
            return None, row
        case Consortium():
            return row, None
        case Organization():
            member = row.members.first()
            return (member.consortium if member else row.registered_by), row
        case Control():
            return owner(row.organization)
        case CharterSection():
            return row.charter.consortium, None
        case Decision():
            return row.consortium, row.proposal.lead.organization
        case DeclaredFigure() | BudgetLine() | Attachment() | VoucherItem():
            return owner(getattr(row, PARTS[type(row)]))
        case PlannedCharge() | PlanInstalment():
            return owner(row.plan)
        case Account() | MembershipTerm() | Suspension() | Competitor():
            return row.consortium, row.member.organization if row.member else None
        case Transfer():
            return owner(row.debit if row.debit.member else row.credit)
        case Payment():
            return row.consortium, banking.payer_of(row)
        case RequestKey():
            return None, row.user
        case Notice():
            return row.consortium, row.recipient
        case Document():
            return row.consortium, row.filed_by
        case Appointment():
            return row.consortium, row.organization
    return row.consortium, getattr(row, "organization", None)  # type: ignore[attr-defined]


def place(row: Model, cast: Cast) -> str:
    """Return where a row stands as seen by the payer."""
    consortium, whose = owner(row)
    payer = cast.members["payer"].organization
    if getattr(row, "levy", "") == "fee" and consortium == cast.consortium:
        return PUBLIC
    if whose is not None and whose in (payer, cast.people["payer"]):
        return OWN
    if consortium is not None and consortium.is_reference:
        return REFERENCE
    if consortium == cast.other or (consortium is None and row._meta.model is not AuditEvent):
        return ELSEWHERE
    if isinstance(row, Organization) and not row.members.exists():
        return REGISTERED
    return REST


@built_once
def filled() -> Cast:
    """Return everybody, with a row of every model or more for the payer, a rival and elsewhere."""
    cast = build()
    load_case(case=read_case(CASE + REFERENCE_PARTS), by=None, on=TODAY)
    for name in ("payer", "outsider"):
        member = cast.members[name]
        suspend(member=member, right="voting", cause="arrears", starts_on=TODAY, by=None, on=TODAY)
    for name in ("payer", "rival", "outsider"):
        member, user = cast.members[name], cast.people[name]
        parent = Organization.objects.create(
            name_en=f"Parent of {name}", kind="enterprise", country="US",
            registered_by=member.consortium,
        )  # fmt: skip
        Control.objects.create(
            organization=member.organization, controller=parent, share=1, starts_on=FOUNDED
        )
        RequestKey.objects.create(user=user, key="k", request_digest="d")
        file_document(
            consortium=member.consortium, name="a", content=b"%PDF-1.4\n", by=user, on=TODAY
        )
        lower(cast, name)
        late_some(cast, name)
        note_view(
            consortium=member.consortium, screen=Screen.DECLARATION, by=user, members=[member]
        )
        decide_some(member)
    cease_some(cast, "payer", "rival", "outsider")
    seat_some(cast, "payer", "rival", "outsider")
    run_the_season(cast)
    research(cast)
    rights_of(cast, "payer", "rival", "outsider")
    license_some(cast, "payer", "rival", "outsider")
    patents(cast, "payer", "rival", "outsider")
    banking.fill(cast)
    vouching.fill(cast)
    record_some(cast)
    report_some(cast)
    appoint_some(cast)
    return cast


@pytest.fixture
def full(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield filled()


@built_once
def placed() -> tuple[Cast, dict[type[Model], dict[Any, str]]]:
    """Return everybody, and where each row stands, by its model and key."""
    cast = filled()
    return cast, {
        model: {row.pk: place(row, cast) for row in model._default_manager.all()}
        for model in MODELS
    }


def lower(cast: Cast, name: str) -> None:
    """Let a member correct its figure downwards, so that it is credited."""
    figures = Figures(
        levy="dues",
        period_starts_on=PERIOD,
        values={"semiconductor_sales": Decimal(SALES[name] - 20_000_000)},
        correction=True,
    )
    member = cast.members[name]
    declare(member=member, figures=figures, by=cast.people[name], on=TODAY)
    round = member.consortium.rounds.get(levy="dues", starts_on=PERIOD)
    assess(round=round, by=None, on=TODAY)


REFERENCE_PARTS = """
[[goals]]
text = { en = "A goal" }
starts_on = 1987-08-01
[[organizations]]
key = "firm"
name = { en = "A recorded firm" }
kind = "enterprise"
country = "US"
[[members]]
organization = "firm"
category = "member"
starts_on = 1987-08-01
[[charters]]
code = "founding"
title = { en = "Founding" }
starts_on = 1987-08-01
basis = "seed"
[charters.dues]
"""


def everywhere(*models: type[Model]) -> dict[type[Model], set[str]]:
    return dict.fromkeys(models, ALL)


def inside(*models: type[Model]) -> dict[type[Model], set[str]]:
    """Return models of which all of the consortium is seen, besides what is open to all."""
    return {model: {OWN, REST, PUBLIC} for model in models}


def mine(*models: type[Model]) -> dict[type[Model], set[str]]:
    return {model: {OWN} for model in models}


def merged(*parts: dict[type[Model], set[str]]) -> dict[type[Model], set[str]]:
    whole: dict[type[Model], set[str]] = {model: set() for model in MODELS}
    for part in ({model: {REFERENCE} for model in OPEN}, *parts):
        for model, places in part.items():
            whole[model] = whole[model] | places
    return whole


FEES = {model: {PUBLIC} for model in (Assessment, Charge)}
STAFF = inside(*SHARED)

SEEN = {
    "secretary": merged(
        STAFF,
        FEES,
        inside(*HELD, Appointment, AuditEvent, ParkedItem, Notice, *CLOSING, *FORGIVEN, *ARREARS),
        inside(*PROPOSALS, *OF_PROJECTS, *SCREENING, *{*OF_RESULTS} - EARNINGS),
        inside(Background, CutOver, FundingInstrument, PaperAct, *OF_REPORTS),
        {Organization: {REGISTERED}},
    ),
    "finance": merged(STAFF, inside(*FINANCE, *ARREARS, *OF_EARNINGS, ParkedItem, *OF_REPORTS)),
    "auditor": merged(
        STAFF,
        inside(*FINANCE, *ARREARS, *HELD, Appointment, AuditEvent, FigureView, ParkedItem),
        inside(*PROPOSALS, *OF_PROJECTS, *SCREENING, *OF_RESULTS),
        inside(Background, FundingInstrument, PaperAct, *OF_REPORTS),
        {Organization: {REGISTERED}},
    ),
    "accountant": merged(STAFF, inside(*FINANCE, *OF_EARNINGS, Enforcement, ExitProposal)),
    "reader": merged(STAFF, FEES, inside(Report)),
    "supervisor": merged(inside(*CLOSING, *FORGIVEN), {Consortium: {REST}}),
    "payer": merged(STAFF, FEES, inside(Background), mine(*OWNED, *MINE, Appointment, PaperAct)),
    "contact": merged(STAFF, FEES, inside(Background), mine(*OWNED)),
    "technician": merged(
        STAFF, FEES, inside(Background), mine(*OF_MEMBERS - EARNINGS, *HELD, PaperAct, Suspension)
    ),
    "root": merged(everywhere(*(set(MODELS) - MINE)), everywhere(Notice)),
    "nobody": merged(),
    "expired": merged(),
    "early": merged(),
    "closed": {**merged(), **{model: set() for model in RECORDED}},
}
"""By person: of each model, which places are seen, all of it and nothing more."""


@pytest.mark.parametrize("who", SEEN)
def test_person_sees_exactly(db: None, who: str) -> None:
    with time_machine.travel(NOW, tick=True):
        full, stands = placed()
    user = full.people[who]
    differences = {}
    asked = {model: visible(model, user) for model in MODELS}
    access.take(user)
    assert {model: visible(model, user) for model in MODELS} == asked
    for model in MODELS:
        rows = {row.pk: row for row in model._default_manager.all()}
        there = {pk for pk, at in stands[model].items() if at in SEEN[who][model]}
        expected = adjusted(there, rows, user, who, full)
        if (seen := set(asked[model])) != expected:
            differences[model.__name__] = {
                "more": sorted(f"{place(rows[pk], full)}: {rows[pk]}" for pk in seen - expected),
                "less": sorted(f"{place(rows[pk], full)}: {rows[pk]}" for pk in expected - seen),
            }
    assert differences == {}


def visible(model: Any, user: User) -> list[Any]:
    return sorted(model._default_manager.visible_to(user, TODAY).values_list("pk", flat=True))


def adjusted(
    expected: set[Any], rows: dict[Any, Any], user: User, who: str, full: Cast
) -> set[Any]:
    """Apply what is told apart inside a place: drafts, one's own appointment."""
    first = next(iter(rows.values()))
    if isinstance(first, Charter) and who not in ("secretary", "finance", "auditor", "root"):
        return {pk for pk in expected if rows[pk].adopted_on is not None}
    if type(first) in FORGIVEN and who in ("secretary", "supervisor"):
        plans = {pk: getattr(row, "plan", row) for pk, row in rows.items()}
        return {pk for pk in expected if plans[pk].decided_on is None}
    if isinstance(first, Concession) and who in ("payer", "contact"):
        return {pk for pk in expected if rows[pk].granted}
    if isinstance(first, CharterSection) and who not in ("secretary", "finance", "auditor", "root"):
        return {pk for pk in expected if rows[pk].charter.adopted_on is not None}
    if isinstance(first, FigureView) and who in ("payer", "contact"):
        whole = {pk for pk, row in rows.items() if row.member is None}
        return expected | {pk for pk in whole if place(rows[pk], full) == REST}
    if isinstance(first, Notice):
        return expected | {pk for pk, row in rows.items() if row.recipient_id == user.pk}
    if isinstance(first, Appointment):
        return expected | {pk for pk, row in rows.items() if row.user_id == user.pk}
    return expected


def test_every_model_says_who_sees_it() -> None:
    ours = {
        model
        for app in ("consortium", "projects", "funding", "ip")
        for model in apps.get_app_config(app).get_models()
    }
    without = {model for model in ours if not hasattr(model._default_manager, "visible_to")}
    assert without == UNSEEN
    assert ours - without - {User} == set(MODELS)


def test_every_place_is_tried(full: Cast) -> None:
    tried = {
        model.__name__: {place(row, full) for row in model._default_manager.all()}
        for model in MODELS
    }
    whole = {OWN, REST, ELSEWHERE, REFERENCE}
    assert {name: places for name, places in tried.items() if not places & whole} == {}
    assert all(tried[model.__name__] >= {OWN, ELSEWHERE} for model in MONEY)


def test_rival_sees_nothing_of_anothers(full: Cast) -> None:
    rival = full.people["rival"]
    for model in (
        *MONEY, *MINE, *FORGIVEN, *ARREARS, *OF_MEMBERS, *HELD, FigureView, Appointment,
    ):  # fmt: skip
        seen = model._default_manager.visible_to(rival, TODAY)  # type: ignore[attr-defined]
        assert [str(row) for row in seen if place(row, full) == OWN and not is_fee(row)] == []


def is_fee(row: Any) -> bool:
    return getattr(row, "levy", "") == "fee"


def test_people_see_themselves_and_secretaries_their_own(full: Cast) -> None:
    assert set(User.objects.visible_to(full.people["payer"], TODAY)) == {full.people["payer"]}
    seen = set(User.objects.visible_to(full.people["other_secretary"], TODAY))
    reviewers = set(User.objects.filter(username__startswith="elsewhere-"))
    assert seen == {full.people["other_secretary"], full.people["outsider"], *reviewers}
    assert person("alone") in User.objects.visible_to(full.people["root"], TODAY)
