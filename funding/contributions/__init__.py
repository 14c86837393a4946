"""What dues and money add to the mechanisms below."""

from consortium import registry
from consortium.registry import (
    CaseEvent,
    CaseFact,
    Check,
    DocketSource,
    Ending,
    MemberFact,
    Preview,
    Section,
    Settlement,
    Sweep,
)
from funding.contributions import ahead as ahead
from funding.contributions import (
    books,
    cutover,
    forgiving,
    instruments,
    occasions,
    receipts,
    vouchers,
)
from funding.contributions import reporting as reporting
from funding.contributions.messages import MESSAGES
from funding.contributions.schedules import SCHEDULES
from funding.operations import dunning, enforcement, plan_sweep, replay, sweeps
from funding.papers import replay as told
from funding.reports import (
    docket,
    docket_forgiven,
    late_docket,
    leaving,
    matching,
    rounds,
    standing,
    verify,
    verify_books,
    verify_cutover,
    verify_forgiven,
)
from funding.rules.cases import DeclareEvent
from funding.rules.collection import CollectionSection, unknown_levies
from funding.rules.dues import DuesSection

registry.sections.add(
    Section("dues", version=1, schema=DuesSection, unready=DuesSection.open_questions),
    Section("collection", version=1, schema=CollectionSection, across=unknown_levies),
)
registry.sweeps.add(
    Sweep("open_rounds", 100, sweeps.open_rounds, sweeps.next_round),
    Sweep("remind_members", 120, sweeps.remind_members, sweeps.next_reminder),
    Sweep("estimate_missing", 150, sweeps.estimate_missing, sweeps.next_estimates),
    Sweep("assess_rounds", 200, sweeps.assess_rounds, sweeps.next_assessment),
    Sweep("carry_out_runs", 250, sweeps.carry_out_runs, sweeps.next_run),
    Sweep("dun", 300, dunning.dun, dunning.next_dunning),
    Sweep("enforce", 320, enforcement.enforce, enforcement.next_enforcement),
)
registry.docket_sources.add(
    DocketSource("rounds", docket.rounds, docket.concerning),
    DocketSource("own_charges", docket.charges, docket.own_charges),
    DocketSource("charges", docket.charges_by_day, docket.seen_charges),
    DocketSource("levels", late_docket.levels, late_docket.climbing),
    DocketSource("withheld", late_docket.withheld, late_docket.steps),
    DocketSource("exits", late_docket.exits, late_docket.proposals),
    DocketSource("receipts", matching.due, matching.received),
)
registry.previews.add(Preview("owed", leaving.owed))
registry.endings.add(Ending("unsettled", leaving.unsettled))
registry.checks.add(
    Check("assessments", verify.assessments),
    Check("charges", verify.charges),
    Check("credit_notes", verify.credit_notes),
    Check("settled", verify.settled),
    Check("numbers", verify.numbers),
    Check("transfers", verify.transfers),
    Check("payments", verify_books.payments),
    Check("balances", verify_books.balances),
    Check("over_settled", verify_books.over_settled),
    Check("credits", verify_books.credits),
    Check("year_closes", verify_books.year_closes),
    Check("agenda", verify_books.agenda),
    Check("steps", verify_books.steps),
    Check("cut_over", verify_cutover.cut_over),
)
registry.member_facts.add(
    MemberFact("funding.arrears_days", standing.arrears_days),
    MemberFact("funding.arrears", standing.arrears),
)
registry.settlements.add(Settlement("assessments", rounds.settled_until))
registry.case_facts.add(CaseFact("dues", told.dues))
registry.case_events.add(CaseEvent("declare", schema=DeclareEvent, apply=replay.declare))
registry.add_messages(MESSAGES)
registry.add_messages(books.MESSAGES)
registry.add_messages(cutover.MESSAGES)
registry.add_messages(SCHEDULES)
registry.add_messages(forgiving.MESSAGES)
registry.sweeps.add(Sweep("end_plans", 260, plan_sweep.end_plans, plan_sweep.next_ending))
registry.docket_sources.add(
    DocketSource("concessions", docket_forgiven.concessions, docket_forgiven.proposed),
    DocketSource("plans", docket_forgiven.plans, docket_forgiven.asked_for),
)
registry.checks.add(
    Check("concessions", verify_forgiven.concessions),
    Check("plans", verify_forgiven.plans),
)
registry.add_messages(receipts.MESSAGES)
registry.add_messages(instruments.MESSAGES)
registry.add_messages(occasions.MESSAGES)
registry.add_messages(vouchers.MESSAGES)
