"""What dues and money add to the mechanisms below."""

from consortium import registry
from consortium.registry import CaseEvent, Check, DocketSource, Section, Settlement, Sweep
from funding.contributions.messages import MESSAGES
from funding.operations import replay, sweeps
from funding.reports import docket, rounds, verify
from funding.rules.cases import DeclareEvent
from funding.rules.dues import DuesSection

registry.sections.add(Section("dues", version=1, schema=DuesSection, unready=DuesSection.unready))
registry.sweeps.add(
    Sweep("open_rounds", 100, sweeps.open_rounds, sweeps.next_round),
    Sweep("assess_rounds", 200, sweeps.assess_rounds, sweeps.next_assessment),
    Sweep("charge_rounds", 300, sweeps.charge_rounds, sweeps.next_charges),
)
registry.docket_sources.add(
    DocketSource("figures", docket.figures),
    DocketSource("confirmations", docket.confirmations),
    DocketSource("charges", docket.charges),
)
registry.checks.add(
    Check("assessments", verify.assessments),
    Check("charges", verify.charges),
    Check("numbers", verify.numbers),
    Check("transfers", verify.transfers),
)
registry.settlements.add(Settlement("assessments", rounds.settled_until))
registry.case_events.add(CaseEvent("declare", schema=DeclareEvent, apply=replay.declare))
registry.add_messages(MESSAGES)
