"""What dues and money add to the mechanisms below."""

from consortium import registry
from consortium.registry import CaseEvent, Check, DocketSource, Section, Settlement, Sweep
from funding.contributions import receipts
from funding.contributions.messages import MESSAGES
from funding.operations import replay, sweeps
from funding.reports import docket, rounds, verify
from funding.reports.matching import due as receipts_due
from funding.reports.receipts import hold as payments_hold
from funding.rules.cases import DeclareEvent
from funding.rules.collection import CollectionSection
from funding.rules.dues import DuesSection

registry.sections.add(
    Section("dues", version=1, schema=DuesSection, unready=DuesSection.open_questions),
    Section("collection", version=1, schema=CollectionSection),
)
registry.sweeps.add(
    Sweep("open_rounds", 100, sweeps.open_rounds, sweeps.next_round),
    Sweep("remind_members", 120, sweeps.remind_members, sweeps.next_reminder),
    Sweep("estimate_missing", 150, sweeps.estimate_missing, sweeps.next_estimates),
    Sweep("assess_rounds", 200, sweeps.assess_rounds, sweeps.next_assessment),
    Sweep("carry_out_runs", 250, sweeps.carry_out_runs, sweeps.next_run),
)
registry.docket_sources.add(
    DocketSource("figures", docket.figures),
    DocketSource("runs", docket.runs),
    DocketSource("rates", docket.rates),
    DocketSource("charges", docket.charges),
    DocketSource("receipts", receipts_due),
)
registry.checks.add(
    Check("assessments", verify.assessments),
    Check("charges", verify.charges),
    Check("credit_notes", verify.credit_notes),
    Check("settled", verify.settled),
    Check("numbers", verify.numbers),
    Check("transfers", verify.transfers),
    Check("payments", payments_hold),
)
registry.settlements.add(Settlement("assessments", rounds.settled_until))
registry.case_events.add(CaseEvent("declare", schema=DeclareEvent, apply=replay.declare))
registry.add_messages(MESSAGES)
registry.add_messages(receipts.MESSAGES)
