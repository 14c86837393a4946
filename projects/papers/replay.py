"""How a case's projects were decided, staffed and divided, by the rule of its phases."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from consortium import words
from consortium.periods import add_months
from consortium.registry import Answered
from consortium.rules.cases import CaseDocument
from consortium.rules.choices import Row
from consortium.rules.documents import CharterDocument
from consortium.rules.governance import GovernanceSection
from projects.rules.section import ProjectsSection
from projects.states import AUTHORITIES, SITES


def work(case: CaseDocument, charter: CharterDocument) -> Iterator[Answered]:
    """Answer on a phase's first day who decides, who does what, and how long people are sent."""
    section, period = charter.sections.get("projects"), charter.period()
    if not isinstance(section, ProjectsSection) or period is None:
        return
    on = period.starts_on
    yield decided(charter, section, on)
    yield from sent(section, on)
    for index, site in enumerate(section.sites):
        yield Answered(
            on=on,
            asked=_("How much of the work is done here: %(site)s?")
            % {"site": dict(SITES)[site.site.value]},
            said=_("%(percent)s%% of the effort") % {"percent": words.amount(site.share * 100)},
            clause=_("Sites"),
            path=f"projects.sites[{index}]",
            row=Row.RESEARCH.value,
        )
    for index, part in enumerate(section.parts):
        yield Answered(
            on=on,
            asked=_("Where is this made: %(part)s?") % {"part": words.inside(part.label)},
            said=words.locale().territories.get(part.country, part.country),
            clause=_("Parts by country"),
            path=f"projects.parts[{index}]",
            row=Row.RESEARCH.value,
        )


def decided(charter: CharterDocument, section: ProjectsSection, on: date) -> Answered:
    governance = charter.sections.get("governance")
    bodies = governance.bodies if isinstance(governance, GovernanceSection) else ()
    named = {body.code: words.inside(body.label) for body in bodies}
    said = []
    for each in section.decisions:
        authority = str(dict(AUTHORITIES)[each.authority.value])
        by = words.inside(each.label) if each.label else named.get(each.by or "", "")
        said.append(f"{authority} ({by})" if by else authority)
    return Answered(
        on=on,
        asked=_("Who decides on a project?"),
        said=", ".join(said),
        clause=_("Decisions"),
        path="projects.decisions",
        row=Row.RESEARCH.value,
    )


def sent(section: ProjectsSection, on: date) -> Iterator[Answered]:
    rule = section.secondment
    if rule is None:
        return
    back = {
        "first": words.day(add_months(on, rule.least_months)),
        "last": words.day(add_months(on, rule.most_months)),
    }
    yield Answered(
        on=on,
        asked=_("When does somebody come back whom a member sends that day?"),
        said=_("From %(first)s to %(last)s") % back,
        clause=_("Secondments"),
        path="projects.secondment",
        row=Row.RESEARCH.value,
    )
