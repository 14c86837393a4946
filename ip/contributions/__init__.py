"""What results and rights add to the mechanisms below."""

from consortium import registry
from consortium.registry import CaseFact, Section
from consortium.rules.governance import unknown_bodies
from ip.contributions import ahead as ahead
from ip.contributions import leaving as leaving
from ip.contributions import licences as licences
from ip.contributions import patents as patents
from ip.contributions import publishing as publishing
from ip.contributions import reporting as reporting
from ip.contributions import results as results
from ip.contributions import rights as rights
from ip.contributions.section import MESSAGES
from ip.papers import replay
from ip.rules.section import IPSection

registry.sections.add(
    Section(
        "ip",
        version=1,
        schema=IPSection,
        across=lambda section, sections: unknown_bodies(section.bodies(), sections),
    )
)
registry.case_facts.add(CaseFact("results", replay.results))
registry.add_messages(MESSAGES)
