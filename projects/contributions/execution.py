"""What projects in execution add: sweeps, the docket, overdue reports as a fact, words."""

from consortium import registry
from consortium.registry import MemberFact, Sweep
from projects.contributions.running import MESSAGES
from projects.operations import deadlines, progress
from projects.reports import docket
from projects.reports.overdue import overdue_by_member

registry.sweeps.add(
    Sweep("ask_reports", 50, progress.ask_reports, progress.next_reports),
    Sweep("deadlines", 60, deadlines.tell_deadlines, deadlines.next_deadline),
)
registry.docket_sources.add(*docket.sources())
registry.member_facts.add(MemberFact("projects.overdue_reports", overdue_by_member))
registry.add_messages(MESSAGES)
