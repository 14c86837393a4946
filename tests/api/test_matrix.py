"""Every endpoint × role × own, another's and absent rows: nobody sees another's figure.

The figure of each member is a number found nowhere else; it is looked for in
bodies and headers alike, of answers and of refusals.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from consortium.models import (
    Appointment,
    Cessation,
    Charter,
    Notice,
    Report,
    ReportSchedule,
    Suspension,
)  # fmt: skip
from funding.models import (
    Account,
    Assessment,
    BankStatement,
    Charge,
    Concession,
    CreditNote,
    CutOver,
    Declaration,
    DuesRun,
    DunningStep,
    ExchangeRate,
    ExitProposal,
    FigureView,
    FundingInstrument,
    Payment,
    PaymentNotice,
    PaymentPlan,
    ReferenceRate,
    Round,
    SurplusReturn,
    Transfer,
    Voucher,
    YearClose,
)
from ip.models import (
    AccessRequest,
    Background,
    CoreBusiness,
    DistributionPart,
    ExclusivityChange,
    Instruction,
    Licence,
    LicenceApplication,
    LicenceCharge,
    LicenceOffer,
    OwnershipChange,
    OwnershipShare,
    PatentApplication,
    PatentFamily,
    PatentFee,
    PublicationNotice,
    Result,
    RoyaltyStatement,
    ShareOffer,
)
from projects.models import (
    Call,
    Proposal,
    ProposalVersion,
    Question,
)
from tests.cast import NOW, SALES, Cast, build, canaries
from tests.factories import banking, vouching
from tests.factories.acts import propose_some
from tests.factories.corrections import LOWERED, RAISED, close_some, correct_some, corrected
from tests.factories.decisions import decide_some
from tests.factories.lateness import late_some
from tests.factories.licensing import license_some
from tests.factories.moving import move_some
from tests.factories.owning import own_some
from tests.factories.patents import patents
from tests.factories.portfolio import PROJECTS, portfolio
from tests.factories.reporting import report_some
from tests.factories.rights import rights_of
from tests.snapshot import built_once

RESULTS = {
    "cessations": Cessation,
    "results": Result,
    "ownership-shares": OwnershipShare,
    "ownership-changes": OwnershipChange,
    "exclusivity-changes": ExclusivityChange,
    "share-offers": ShareOffer,
    "background": Background,
    "core-businesses": CoreBusiness,
    "publication-notices": PublicationNotice,
    "instruments": FundingInstrument,
}

PATENTS = {
    "patent-families": PatentFamily,
    "patent-applications": PatentApplication,
    "patent-instructions": Instruction,
    "patent-fees": PatentFee,
}

RECEIPTS = {
    "payments": Payment,
    "payment-notices": PaymentNotice,
    "bank-statements": BankStatement,
    "vouchers": Voucher,
    "cut-overs": CutOver,
}

LICENCES = {
    "licence-offers": LicenceOffer,
    "licence-applications": LicenceApplication,
    "licences": Licence,
    "royalty-statements": RoyaltyStatement,
    "licence-charges": LicenceCharge,
    "distribution-parts": DistributionPart,
}

LISTS = [
    "me",
    "consortia",
    "organizations",
    "members",
    "suspensions",
    "seats",
    "acts-on-paper",
    "appointments",
    "charters",
    "notices",
    "reports",
    "report-schedules",
    "rounds",
    "declarations",
    "assessments",
    "charges",
    "accounts",
    "transfers",
    "runs",
    "credit-notes",
    "concessions",
    "payment-plans",
    "exchange-rates",
    "reference-rates",
    "figure-views",
    *PROJECTS,
    *RESULTS,
    *PATENTS,
    "results-at-end",
    *LICENCES,
    "calls",
    "questions",
    "proposals",
    "proposal-versions",
    "dunning-steps",
    "exit-proposals",
    "year-closes", "surplus-returns", *RECEIPTS, "access-requests",
]  # fmt: skip

FIGURES = {"finance", "auditor", "accountant", "root"}
"""Who reads every member's figures; a member's signatory reads its own."""

PEOPLE = [
    *SALES,
    "newcomer",
    "technician",
    "secretary",
    "finance",
    "auditor",
    "accountant",
    "reader",
    "supervisor",
    "other_secretary",
    "nobody",
    "root",
]


def foreign(who: str) -> list[str]:
    """Return the figures this person must never be sent."""
    if who == "root":
        return []
    hidden = ({"outsider"} if who in FIGURES else set(SALES)) - {who}
    return [
        text
        for member in sorted(hidden)
        for text in (
            *canaries(member),
            *corrected(member),
            *banking.canaries(member),
            *vouching.canaries(member),
        )
    ]


@built_once
def filled() -> Cast:
    """Return everybody, with corrected figures, credit notes, a run, a rate and looks at them."""
    cast = build()
    correct_some(cast)
    portfolio(cast, "payer", "rival", "outsider")
    own_some(cast, "payer", "rival", "outsider")
    patents(cast, "payer", "rival", "outsider")
    rights_of(cast, "payer", "rival", "outsider")
    license_some(cast, "payer", "rival", "outsider")
    propose_some(cast)
    late_some(cast, *SALES)
    close_some(cast)
    for name, change in LOWERED.items():
        decide_some(cast.members[name], f"{change / 100:.2f}")
    banking.fill(cast)
    report_some(cast)
    vouching.fill(cast)
    move_some(cast)
    return cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield filled()


def sent(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{body.decode()} {dict(response.headers)}"


def clean(response: Any, who: str) -> None:
    text = sent(response)
    found = [figure for figure in foreign(who) if figure in text]
    assert found == [], f"{who} was sent {found}"


@pytest.mark.parametrize("who", PEOPLE)
def test_lists(cast: Cast, api: Any, who: str) -> None:
    client = api(cast.people[who])
    for name in LISTS:
        response = client.get(f"/api/v1/{name}/")
        assert response.status_code == 200, name
        assert response.headers["Cache-Control"] == "no-store"
        clean(response, who)
    for slug in ("alliance", "elsewhere", "absent"):
        clean(client.get(f"/api/v1/docket/?consortium={slug}&days=900"), who)
        clean(client.get(f"/api/v1/standing/?consortium={slug}&on=2026-12-31"), who)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("payer", {"payer"}),
        ("partner", {"partner"}),
        ("rival", {"rival"}),
        ("newcomer", set()),
        ("technician", set()),
        ("secretary", set()),
        ("reader", set()),
        ("supervisor", set()),
        ("nobody", set()),
        ("outsider", {"outsider"}),
        ("other_secretary", set()),
        ("finance", {"payer", "partner", "rival"}),
        ("auditor", {"payer", "partner", "rival"}),
        ("accountant", {"payer", "partner", "rival"}),
        ("root", {"payer", "partner", "rival", "outsider"}),
    ],
)
def test_whose_declarations_are_listed(cast: Cast, api: Any, who: str, seen: set[str]) -> None:
    rows = api(cast.people[who]).get("/api/v1/declarations/").json()["results"]
    names = {row["member"]["name"].removesuffix(" Ltd").lower() for row in rows}
    assert names == seen


def every_row() -> list[tuple[str, Any]]:
    models = {
        "suspensions": Suspension,
        "appointments": Appointment,
        "charters": Charter,
        "notices": Notice,
        "reports": Report,
        "report-schedules": ReportSchedule,
        "rounds": Round,
        "declarations": Declaration,
        "assessments": Assessment,
        "charges": Charge,
        "accounts": Account,
        "transfers": Transfer,
        "runs": DuesRun,
        "credit-notes": CreditNote,
        "concessions": Concession,
        "payment-plans": PaymentPlan,
        "exchange-rates": ExchangeRate,
        "reference-rates": ReferenceRate,
        "figure-views": FigureView,
        **PROJECTS,
        **RESULTS,
        **PATENTS,
        **LICENCES,
        "calls": Call,
        "questions": Question,
        "proposals": Proposal,
        "proposal-versions": ProposalVersion,
        "dunning-steps": DunningStep,
        "exit-proposals": ExitProposal,
        "year-closes": YearClose,
        "surplus-returns": SurplusReturn,
        **RECEIPTS,
        "access-requests": AccessRequest,
    }
    return [(path, row) for path, model in models.items() for row in model.objects.all()]


@pytest.mark.parametrize("who", PEOPLE)
def test_rows(cast: Cast, api: Any, who: str) -> None:
    """A row is answered exactly when the model says so; else as if it were not there."""
    user = cast.people[who]
    client = api(user)
    absent, seen = {}, {}
    for path, row in every_row():
        if path not in absent:
            absent[path] = client.get(f"/api/v1/{path}/{uuid4()}/").content
            seen[path] = set(type(row).objects.visible_to(user, cast.today))
        response = client.get(f"/api/v1/{path}/{row.uid}/")
        assert response.status_code == (200 if row in seen[path] else 404), (path, row)
        if row not in seen[path]:
            assert response.content == absent[path]
        clean(response, who)


@pytest.mark.parametrize("who", PEOPLE)
def test_previews(cast: Cast, api: Any, who: str) -> None:
    """What a run would come to is for those who read every member's figures."""
    user = cast.people[who]
    client = api(user)
    for verb in ("preview", "preview/csv"):
        absent = client.get(f"/api/v1/rounds/{uuid4()}/{verb}/", headers={"Accept": "*/*"})
        assert absent.status_code == 404
        for round in Round.objects.filter(levy="dues"):
            address = f"/api/v1/rounds/{round.uid}/{verb}/"
            response = client.get(address, headers={"Accept": "*/*"})
            here = who in FIGURES and (round.consortium == cast.consortium or who == "root")
            visible = Round.objects.visible_to(user, cast.today).filter(pk=round.pk).exists()
            assert response.status_code == (200 if here else 403 if visible else 404), round
            if response.status_code == 404:
                assert response.content == absent.content
            text = sent(response)
            assert [figure for figure in foreign(who) if figure in text] == []
            if here and round.consortium == cast.consortium:
                assert str(SALES["partner"] + RAISED["partner"]) in text


@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in ("finance", "root")])
def test_acts_on_rounds_and_runs_are_absent_or_denied(cast: Cast, api: Any, who: str) -> None:
    user = cast.people[who]
    client = api(user)
    run = DuesRun.objects.get(consortium=cast.consortium)
    # Whoever sees a run may confirm one, but not a preview that has changed since.
    acts = [
        ("rounds", run.round, "assess", 403),
        ("rounds", run.round, "propose", 403),
        ("runs", run, "confirm", 409),
    ]
    for path, row, verb, refused in acts:
        response = client.post(f"/api/v1/{path}/{row.uid}/{verb}/")
        visible = type(row).objects.visible_to(user, cast.today).filter(pk=row.pk).exists()
        assert response.status_code == (refused if visible else 404), (path, verb)
        clean(response, who)


VERBS = {
    "exit-proposals": ["decide"],
    "members": ["change-category", "end"],
    "suspensions": ["reinstate"],
    "appointments": ["end"],
    "payments": ["undo"],
    "payment-notices": ["refute"],
    "vouchers": ["reverse"],
}


@pytest.mark.parametrize("who", PEOPLE)
def test_verbs_on_rows_of_others_are_absent_or_denied(cast: Cast, api: Any, who: str) -> None:
    """Whoever may not act is refused before anything about the row is told."""
    client = api(cast.people[who])
    rows = {
        "members": cast.members["rival"],
        "suspensions": Suspension.objects.get(),
        "appointments": cast.people["rival"].appointments.get(),
        "exit-proposals": ExitProposal.objects.get(member=cast.members["rival"]),
        "payments": Payment.objects.get(payer="rival"),
        "payment-notices": PaymentNotice.objects.get(member=cast.members["rival"]),
        "vouchers": Voucher.objects.get(member=cast.members["rival"]),
    }
    for path, verbs in VERBS.items():
        row = rows[path]
        user = cast.people[who]
        visible = type(row).objects.visible_to(user, cast.today).filter(pk=row.pk).exists()
        for verb in verbs:
            if who in ("secretary", "root") or (
                who == "finance" and path.startswith(("payment", "voucher"))
            ):
                continue
            body = {"category": "member", "from_on": "2026-04-01", "ends_on": "2026-04-01",
                    "outcome": "kept", "decided_on": "2026-03-02", "body": "board",
                    "number": 1, "reason": "x", "issued_on": "2026-03-02"}  # fmt: skip
            response = client.post(f"/api/v1/{path}/{row.uid}/{verb}/", body)
            assert response.status_code == (403 if visible else 404), (path, verb)
            clean(response, who)


def bodies(cast: Cast, member: str, organization: str, slug: str) -> dict[str, dict[str, Any]]:
    return {
        "declarations": {
            "member": member,
            "levy": "dues",
            "period_starts_on": "2026-01-01",
            "figures": {"semiconductor_sales": "1"},
        },
        "suspensions": {
            "member": member,
            "right": "voting",
            "cause": "arrears",
            "starts_on": "2026-03-01",
        },
        "members": {
            "consortium": slug,
            "organization": organization,
            "category": "member",
            "starts_on": "2026-01-01",
        },
        "appointments": {
            "consortium": slug,
            "user": str(cast.people["nobody"].uid),
            "role": "signatory",
            "organization": organization,
            "starts_on": "2026-01-01",
        },
        "organizations": {"consortium": slug, "name_en": "New", "kind": "other", "country": "US"},
        **banking.bodies(member, slug),
        **vouching.bodies(member),
    }


@pytest.mark.parametrize(
    "who", [name for name in PEOPLE if name not in ("root", "outsider", "other_secretary")]
)
def test_a_foreign_key_tells_no_absent_row_from_an_invisible_one(
    cast: Cast, api: Any, who: str
) -> None:
    client = api(cast.people[who])
    hidden = cast.members["outsider"]
    invisible = bodies(cast, str(hidden.uid), str(hidden.organization.uid), "elsewhere")
    absent = bodies(cast, str(uuid4()), str(uuid4()), "absent")
    for path, body in invisible.items():
        one, two = (
            client.post(f"/api/v1/{path}/", body),
            client.post(f"/api/v1/{path}/", absent[path]),
        )
        assert (one.status_code, one.content) == (two.status_code, two.content), path
        assert one.status_code == 400


@pytest.mark.parametrize(
    "who", [name for name in PEOPLE if name not in FIGURES and name != "rival"]
)
def test_filing_for_another_member_is_denied(cast: Cast, api: Any, who: str) -> None:
    rival = cast.members["rival"]
    body = bodies(cast, str(rival.uid), "", "alliance")["declarations"]
    response = api(cast.people[who]).post("/api/v1/declarations/", body)
    visible = type(rival).objects.visible_to(cast.people[who], cast.today).filter(pk=rival.pk)
    assert response.status_code == (403 if visible.exists() else 400)
    clean(response, who)


@pytest.mark.parametrize("name", [*LISTS, "docket"])
def test_nobody_who_is_not_logged_in_sees_anything(cast: Cast, api: Any, name: str) -> None:
    response = api().get(f"/api/v1/{name}/?consortium=alliance")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "not_authenticated"
