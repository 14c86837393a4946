"""What projects add to the mechanisms below."""

from consortium import registry
from consortium.registry import CaseFact, Check, DocketSource, Ending, Section
from consortium.rules.governance import unknown_bodies
from projects.contributions import ahead as ahead
from projects.contributions import execution as execution
from projects.contributions import reporting as reporting
from projects.contributions import screening as screening
from projects.contributions.calls import CALLS
from projects.contributions.messages import MESSAGES
from projects.papers import replay
from projects.reports import calls_due, ending, receipts
from projects.rules.section import ProjectsSection

registry.sections.add(
    Section(
        "projects",
        version=1,
        schema=ProjectsSection,
        across=lambda section, sections: unknown_bodies(section.bodies(), sections),
    )
)
registry.docket_sources.add(
    DocketSource("calls", calls_due.calls, calls_due.closing),
    DocketSource("questions", calls_due.questions, calls_due.unanswered),
    DocketSource("drafts", calls_due.drafts, calls_due.unsubmitted),
    DocketSource("signatures", calls_due.signatures, calls_due.unsigned),
)
registry.case_facts.add(CaseFact("work", replay.work))
registry.endings.add(Ending("projects", ending.unfinished))
registry.checks.add(Check("submissions", receipts.submissions))
registry.add_messages(MESSAGES)
registry.add_messages(CALLS)
