"""What became of a case's results: whose they were, and who might use them from when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from consortium import words as said
from consortium.periods import Period
from consortium.registry import Answered
from consortium.rules.cases import CaseDocument
from consortium.rules.choices import OrganizationKind, Row
from consortium.rules.documents import CharterDocument
from funding.rules.choices import InstrumentKind
from funding.states import INSTRUMENTS
from ip import words
from ip.rules.answers import Segment
from ip.rules.choices import Party, ResultKind, Use
from ip.rules.facts import Question, Standing, Stay, Work, applies
from ip.rules.ownership import Inventor, Making, NoOwnershipRule, owned
from ip.rules.rights import timeline
from ip.rules.section import IPSection
from ip.rules.windows import promised, starting
from ip.states import PARTIES

OWN = InstrumentKind.OWN_MONEY


def making(case: CaseDocument) -> Making[str]:
    """Return how a result was made by one organization, led by the case's lead, paid by another."""
    kinds = {"maker": OrganizationKind.ENTERPRISE}
    kinds.update(("lead", each.kind) for each in case.organizations if each.key == case.lead)
    return Making(
        {"maker": Fraction(1)},
        kinds=kinds,
        inventors=[Inventor("maker", Fraction(1))],
        association="association",
        lead="lead",
        funder="funder",
    )


def results(case: CaseDocument, charter: CharterDocument) -> Iterator[Answered]:
    """Answer for a result of a phase's first day whose it is, and who may exploit it from when."""
    section, period = charter.sections.get("ip"), charter.period()
    if not isinstance(section, IPSection) or period is None:
        return
    on = period.starts_on
    for paid_by in ways_to_pay(section):
        yield from owning(section, making(case), on, paid_by)
    work = kept(section, Work(ResultKind.PATENT, on, paid_by=frozenset({OWN})))
    standings = {
        Party.MEMBER: Standing(stays=(Stay(Period(on)),)),
        Party.DOMESTIC: Standing(domestic=True),
        Party.ANYONE: Standing(),
    }
    for party, standing in standings.items():
        if party == Party.DOMESTIC and not section.home:
            continue
        yield using(section, charter, Question(section, work, standing), party)


def ways_to_pay(section: IPSection) -> list[InstrumentKind]:
    """Return own money, and every way to pay that a rule on ownership is about."""
    named = [kind for rule in section.ownership if rule.when for kind in rule.when.paid_by]
    return list(dict.fromkeys([*named, OWN]))


def owning(
    section: IPSection, made: Making[str], on: date, paid_by: InstrumentKind
) -> Iterator[Answered]:
    try:
        found = owned(section, Work(ResultKind.PATENT, on, paid_by=frozenset({paid_by})), made)
    except NoOwnershipRule:
        return
    asked = {"paid": dict(INSTRUMENTS)[paid_by.value]}
    yield Answered(
        on=on,
        asked=_("Whose is a result of that day? Paid by: %(paid)s") % asked,
        said=said.inside(found.rule.label),
        clause=found.rule.clause or said.inside(found.rule.label),
        path=f"ip.{found.path}",
        row=Row.RESULTS.value,
    )


def kept(section: IPSection, work: Work) -> Work:
    """Return a result with the exclusivity the section promises it, counted from its first day."""
    for index, rule in enumerate(section.exclusivity):
        starts_on = starting(
            rule, completed_on=work.arose_on, disclosed_on=work.arose_on, project_ends_on=None
        )
        if applies(rule.when, work) and starts_on is not None:
            return replace(
                work, window=promised(rule, starts_on=starts_on, path=f"exclusivity[{index}]")
            )
    return work


def using(
    section: IPSection, charter: CharterDocument, question: Question, party: Party
) -> Answered:
    segments = timeline(question, Use.EXPLOIT)
    first = segments[0]
    labels = {path: said.inside(clause.label) for path, clause in section.clauses()}
    rule = first.answer.path.partition(".")[0]
    return Answered(
        on=question.work.arose_on,
        asked=_("May it be exploited by: %(party)s?") % {"party": dict(PARTIES)[party.value]},
        said=words.sentence(first.answer),
        detail=tuple(then(each) for each in segments[1:]),
        clause=first.answer.clause or labels.get(rule, ""),
        path=f"ip.{first.answer.path}" if first.answer.path else "ip",
        row=Row.RESULTS.value,
    )


def then(segment: Segment) -> str:
    return f"{said.period(segment.period.starts_on, None)}: {words.sentence(segment.answer)}"
