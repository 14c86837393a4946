"""Evaluation, background, core businesses, funding, warnings, and patterns of ownership."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.reports.docket import docket
from funding.models import FundingInstrument
from funding.operations.instruments import Funding, end_instrument, record_instrument
from funding.rules.choices import InstrumentKind
from ip.models import Background, ExclusivityChange, Inventor, Result
from ip.operations.background import (
    Brought,
    add_background,
    approve_background,
    end_background,
    record_core_business,
)
from ip.operations.evaluating import evaluate
from ip.reports.exclusivity import kept as kept_of
from ip.reports.patterns import patterns
from ip.reports.warnings import warnings
from ip.rules.choices import ResultKind
from ip.rules.ownership import Pattern
from ip.states import Protection
from tests.factories.results import (
    COMPLETED,
    DISCLOSED,
    SECTION,
    disclosed,
    owners,
    researching,
)
from tests.factories.running import START, Running

DAY = timedelta(days=1)
APPROVED = {
    "background": {"listing": "all_but_excluded", "add_only": True, "approved_by": "board"},
}
BOARD = {"bodies": [{"code": "board", "label": {"en": "Board"}, "kind": "board"}]}
DOMESTIC = {
    "ownership": [
        {
            "code": "contract",
            "label": {"en": "What the state's contract paid, the state owns"},
            "owner": "funder",
            "when": {"paid_by": ["research_contract"]},
        },
        SECTION["ownership"][0],
    ],
    "diffusion": {"paid_by": ["grant", "research_contract"], "clause": "Guiding opinion, 7"},
}
"""The undertaking unit owns what public money paid, the state only by contract."""


@pytest.fixture
def here(db: None) -> Running:
    return researching()


def code_of(call: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(**given)
    return refused.value.code


def funded(here: Running, kind: InstrumentKind, **changes: Any) -> FundingInstrument:
    beta = here.members["beta"].organization
    given: dict[str, Any] = {
        "kind": kind, "title": kind.value, "funder": here.members["gamma"].organization,
        "recipient": beta, "starts_on": START, "contract": "K-1", "amount": Decimal(300000),
    }  # fmt: skip
    return record_instrument(
        consortium=here.consortium, funding=Funding(**given | changes), by=here.people["ip"],
        on=START,
    )  # fmt: skip


# Evaluation


def test_the_last_evaluation_counts_and_has_a_reason(here: Running) -> None:
    result = disclosed(here)
    given = {"result": result, "by": here.people["ip"]}
    evaluate(protection=Protection.SECRET, reason="First", on=DISCLOSED, **given)
    last = evaluate(protection=Protection.PROTECT, reason="Better", on=DISCLOSED + DAY, **given)
    assert result.evaluations.order_by("-evaluated_on").first() == last
    assert [
        code_of(evaluate, protection=Protection.PUBLISH, reason=" ", on=DISCLOSED, **given),
        code_of(evaluate, protection=Protection.PUBLISH, reason="x", on=DISCLOSED, **given),
        code_of(
            evaluate, protection=Protection.PUBLISH, reason="x", evaluated_on=date(2027, 1, 1),
            on=DISCLOSED, **given,
        ),
    ] == ["evaluation_reason_missing", *["evaluation_day_outside"] * 2]  # fmt: skip


# Background


def bring(here: Running, of: str = "beta", **changes: Any) -> Background:
    brought = Brought(**{"title": "A resin", "kind": ResultKind.KNOW_HOW} | changes)
    return add_background(
        member=here.members[of], brought=brought, by=here.people[of], on=DISCLOSED
    )


def test_background_is_listed_and_only_grows(here: Running) -> None:
    row = bring(here, project=here.project)
    assert (row.starts_on, row.ends_on, row.approved_on) == (DISCLOSED, None, None)
    ending = {"background": row, "ends_on": DISCLOSED + DAY, "by": None, "on": DISCLOSED}
    assert code_of(end_background, **ending) == "background_add_only"
    assert code_of(bring, here=here, excluded=True) == "exclusion_needless"
    assert code_of(approve_background, background=row, by=None, on=DISCLOSED) == (
        "background_needs_no_approval"
    )


def test_background_may_end_where_the_charter_lets_it(db: None) -> None:
    here = researching(background={"add_only": False})
    row = end_background(
        background=bring(here), ends_on=DISCLOSED + DAY, by=here.people["beta"], on=DISCLOSED
    )
    assert row.ends_on == DISCLOSED + DAY


def test_a_body_approves_what_is_kept_out(db: None) -> None:
    here = researching(background={"listing": "all_but_excluded", "add_only": True})
    assert code_of(bring, here=here, excluded=True, project=here.project) == "background_add_only"
    strict = researching("strict", governance=BOARD, **APPROVED)
    row = bring(strict, excluded=True, project=strict.project)
    given = {"background": row, "by": strict.people["ip"], "on": DISCLOSED}
    assert code_of(approve_background, approved_on=DISCLOSED + DAY, **given) == (
        "background_approved_outside"
    )
    assert approve_background(**given).approved_on == DISCLOSED
    assert code_of(approve_background, **given) == "background_already_approved"
    assert end_background(**given, ends_on=DISCLOSED + DAY).ends_on == DISCLOSED + DAY


def test_who_takes_no_part_brings_nothing_into_a_project(here: Running) -> None:
    here.project.projectparticipants.filter(body=here.members["gamma"].organization).delete()
    assert code_of(bring, here=here, of="gamma", project=here.project) == (
        "generator_not_participant"
    )


# Who owns what


def test_results_follow_the_core_business_a_project_recorded(db: None) -> None:
    rule = {"code": "core", "label": {"en": "Whose business it is"}, "owner": "core_business"}
    here = researching(ownership=[rule | {"only": ["enterprise"]}, SECTION["ownership"][0]])
    gamma = here.members["gamma"].organization
    given = {"project": here.project, "field": "optics", "by": here.people["ip"], "on": DISCLOSED}
    record_core_business(organization=gamma, **given)
    assert owners(disclosed(here, field="optics"), COMPLETED) == {"gamma": "1"}
    assert owners(disclosed(here, field="resist"), COMPLETED) == {"alpha": "1/2", "beta": "1/2"}


def test_the_state_owns_only_what_its_contract_paid(db: None) -> None:
    here = researching(**DOMESTIC)
    grant = funded(here, InstrumentKind.GRANT)
    contract = funded(here, InstrumentKind.RESEARCH_CONTRACT)
    by_grant = disclosed(here, instruments=(grant,))
    by_contract = disclosed(here, instruments=(grant, contract))
    assert owners(by_grant, COMPLETED) == {"alpha": "1/2", "beta": "1/2"}
    assert owners(by_contract, COMPLETED) == {"gamma": "1"}
    assert {share.path for share in by_contract.shares.all()} == {"ownership[0]"}


def test_a_duty_to_spread_warns_where_it_meets_an_exclusivity(db: None) -> None:
    here = researching(**DOMESTIC)
    grant = funded(here, InstrumentKind.GRANT)
    paid, own = disclosed(here, instruments=(grant,)), disclosed(here)
    assert [(each.code, each.values) for each in warnings(Result.objects.get(pk=paid.pk))] == [
        ("diffusion_against_exclusivity",
         {"clause": "Guiding opinion, 7", "until": date(2028, 5, 31)}),
    ]  # fmt: skip
    assert list(warnings(Result.objects.get(pk=own.pk))) == []
    moved = {"body": "board", "reason": "x", "decided_on": COMPLETED}
    ExclusivityChange.objects.create(result=paid, ends_on=date(2027, 1, 1), **moved)
    (warned,) = warnings(Result.objects.get(pk=paid.pk))
    assert warned.values["until"] == date(2027, 1, 1)


# Funding


def test_funding_is_recorded_and_ends(here: Running) -> None:
    instrument = funded(here, InstrumentKind.CONDITIONAL_LOAN, project=here.project)
    assert (instrument.amount, instrument.unit) == (300000, "JPY")
    ended = end_instrument(instrument=instrument, ends_on=DISCLOSED, by=None, on=DISCLOSED)
    assert ended.ends_on == DISCLOSED
    assert funded(here, InstrumentKind.GRANT, amount=None).unit == ""


def test_funding_that_cannot_be_is_refused(here: Running) -> None:
    elsewhere = researching("elsewhere")
    beta = here.members["beta"].organization
    grant = InstrumentKind.GRANT
    assert [
        code_of(funded, here=here, kind=grant, amount=Decimal(0)),
        code_of(funded, here=here, kind=grant, project=elsewhere.project),
        code_of(funded, here=here, kind=grant, funder=beta),
        code_of(funded, here=here, kind=InstrumentKind.OWN_MONEY),
        code_of(funded, here=here, kind=grant, ends_on=START),
        code_of(funded, here=here, kind=grant, paper=elsewhere.file()),
    ] == [
        "instrument_amount_wrong", "instrument_foreign", "instrument_funder_wrong",
        "instrument_funder_wrong", "ends_before_start", "foreign_document",
    ]  # fmt: skip


def test_a_result_names_only_what_could_have_paid_for_it(here: Running) -> None:
    late = funded(here, InstrumentKind.GRANT, starts_on=COMPLETED + DAY)
    foreign = funded(researching("elsewhere"), InstrumentKind.GRANT)
    for instrument in (late, foreign):
        assert code_of(disclosed, here=here, instruments=(instrument,)) == "instrument_elsewhere"


# Patterns of ownership

VLSI = {Pattern.JOINT_ACROSS: 80, Pattern.JOINT_WITHIN: 125, Pattern.SINGLE: 295}
"""Of 500 patents: 16% joint across firms, 25% within one, 59% by one (Zhang & Li 2012, table 1)."""

TEAMS = {
    Pattern.JOINT_ACROSS: ("alpha", "beta", "gamma"),
    Pattern.JOINT_WITHIN: ("beta", "beta"),
    Pattern.SINGLE: ("gamma",),
}


def generate(here: Running) -> None:
    """Write VLSI's patents as disclosures would, without their owners."""
    kinds = [kind for kind, count in VLSI.items() for _ in range(count)]
    charter = here.consortium.charters.get()
    results = Result.objects.bulk_create(
        Result(
            consortium=here.consortium, charter=charter, number=f"R-{index}", kind="patent",
            confidentiality="members", name_en=f"Patent {index}", completed_on=COMPLETED,
            disclosed_on=DISCLOSED, disclosed_by=here.members["alpha"].organization,
        )
        for index, _ in enumerate(kinds)
    )  # fmt: skip
    Inventor.objects.bulk_create(
        Inventor(
            result=result, name=f"Inventor {place}", numerator=1, denominator=len(TEAMS[kind]),
            employer=here.members[firm].organization,
        )
        for result, kind in zip(results, kinds, strict=True)
        for place, firm in enumerate(TEAMS[kind])
    )  # fmt: skip


def test_a_portfolio_of_vlsis_size_shows_the_papers_percentages(
    here: Running, django_assert_num_queries: Any
) -> None:
    generate(here)
    disclosed(here)  # names no inventor, so it is in no pattern
    with django_assert_num_queries(1):
        found = patterns(consortium=here.consortium)
    assert {each.pattern: each.count for each in found} == VLSI
    assert [each.share for each in found] == [
        Fraction(16, 100), Fraction(25, 100), Fraction(59, 100),
    ]  # fmt: skip
    nothing = patterns(consortium=here.consortium, ends_on=COMPLETED)
    assert [(each.count, each.share) for each in nothing] == [(0, 0)] * 3
    later = patterns(consortium=here.consortium, starts_on=COMPLETED, ends_on=DISCLOSED)
    assert later == found


def test_the_desk_is_told_of_what_ends_and_what_waits_to_be_evaluated(here: Running) -> None:
    result = disclosed(here)
    people = {"ip": here.people["ip"], "owner": here.people["alpha"]}
    on = result.disclosed_on + DAY

    def told(who: str, until: date) -> set[tuple[str, date, bool]]:
        items = docket(consortium=here.consortium, user=people[who], on=on, until=until)
        codes = {"exclusivity_ends", "result_to_evaluate"}
        return {(each.code, each.due_on, each.mine) for each in items if each.code in codes}

    found = kept_of(result)
    assert found is not None
    ends_on = found.window.period.end
    waits = ("result_to_evaluate", result.disclosed_on, True)
    assert told("ip", ends_on - DAY) == {waits}
    assert told("ip", ends_on) == {waits, ("exclusivity_ends", ends_on, False)}
    assert told("owner", ends_on) == {("exclusivity_ends", ends_on, False)}
    evaluate(result=result, protection=Protection.SECRET, reason="Young", by=people["ip"], on=on)
    assert told("ip", ends_on) == {("exclusivity_ends", ends_on, False)}
