"""What is wrong with a draft in itself, before anybody signs it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from consortium.errors import DomainError, Several
from consortium.models import Organization
from projects.models import Proposal
from projects.operations.writing import Draft, Line, Party
from projects.rules.call import CallTerms, Theme
from projects.rules.choices import Handling, Part
from projects.rules.never_shared import Finding, findings
from projects.rules.section import ProjectsSection

LIMIT = Decimal(10) ** 16


class UnknownTheme(DomainError):
    code = "unknown_theme"


class UnknownCategory(DomainError):
    code = "unknown_category"


class UnknownField(DomainError):
    code = "unknown_field"


class TooManyMonths(DomainError):
    code = "too_many_months"


class WrongUnit(DomainError):
    """A budget is in the call's unit."""

    code = "wrong_unit"


class OutsiderTakesPart(DomainError):
    """The charter lets nobody but members take part, subcontractors apart."""

    code = "outsider_takes_part"


class ParticipantTwice(DomainError):
    code = "participant_twice"


class NotAShare(DomainError):
    """A share is from 0 to 1, with six decimals at most."""

    code = "not_a_participants_share"


class BudgetLineWrong(DomainError):
    """An amount is more than nothing, its own money no more than it, three decimals at most."""

    code = "budget_line_wrong"


class BudgetLineTwice(DomainError):
    code = "budget_line_twice"


class NeverShared(DomainError):
    """Competitors must not tell each other this; the charter refuses it."""

    code = "never_shared"


def refuse_wrong(proposal: Proposal, draft: Draft, on: date) -> None:
    """Raise what is wrong with a draft, all of it at once."""
    call = proposal.call
    section: ProjectsSection = call.charter.rules("projects")
    terms = call.rules()
    errors = [
        *refused(section, draft),
        *of_words(terms, draft),
        *of_parties(proposal, section, draft, on),
        *of_budgets(terms, draft),
    ]
    if draft.unit and draft.unit != call.unit:
        errors.append(WrongUnit(path="unit", unit=draft.unit, expected=call.unit))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def refused(section: ProjectsSection, draft: Draft) -> Iterator[DomainError]:
    for found in told(section, draft):
        if found.handling == Handling.REFUSE:
            yield NeverShared(path=found.path, topic=found.topic)


def told(section: ProjectsSection, draft: Draft) -> Iterator[Finding]:
    """Yield each place of a draft that tells what competitors must not share."""
    yield from findings(
        texts={"title": draft.title, "summary": draft.summary},
        content=draft.content,
        handlings=section.never_shared,
    )


def codes(entries: tuple[Theme, ...]) -> list[str]:
    return [each.code for each in entries]


def of_words(terms: CallTerms, draft: Draft) -> Iterator[DomainError]:
    if draft.theme and terms.themes and draft.theme not in codes(terms.themes):
        yield UnknownTheme(path="theme", theme=draft.theme, choices=codes(terms.themes))
    for name in sorted(draft.content):
        if terms.fields and name not in codes(terms.fields):
            path = f"content.{name}"
            yield UnknownField(path=path, field=name, choices=codes(terms.fields))
    if draft.months is not None and terms.most_months and draft.months > terms.most_months:
        yield TooManyMonths(path="months", months=draft.months, limit=terms.most_months)


def of_parties(
    proposal: Proposal, section: ProjectsSection, draft: Draft, on: date
) -> Iterator[DomainError]:
    members = set(proposal.consortium.members.on(on).values_list("organization", flat=True))
    seen = set[Organization]()
    for index, party in enumerate(draft.participants):
        path = f"participants[{index}]"
        named = {"path": path, "organization": str(party.organization)}
        if party.organization in seen:
            yield ParticipantTwice(**named)
        seen.add(party.organization)
        outside = party.organization.pk not in members and party.part != Part.SUBCONTRACTOR
        if section.members_only and outside:
            yield OutsiderTakesPart(**named)
        for name in ("work_share", "cost_share"):
            share: Decimal = getattr(party, name)
            if not 0 <= share <= 1 or decimals(share) > 6:
                yield NotAShare(path=f"{path}.{name}", value=format(share, "f"))


def of_budgets(terms: CallTerms, draft: Draft) -> Iterator[DomainError]:
    for index, party in enumerate(draft.participants):
        yield from of_budget(terms, party, f"participants[{index}].budget")


def of_budget(terms: CallTerms, party: Party, path: str) -> Iterator[DomainError]:
    times = Counter((line.category, line.year) for line in party.budget)
    for index, line in enumerate(party.budget):
        at = f"{path}[{index}]"
        if terms.categories and line.category not in codes(terms.categories):
            choices = codes(terms.categories)
            yield UnknownCategory(path=f"{at}.category", category=line.category, choices=choices)
        if not sound(line):
            amounts = {"amount": format(line.amount, "f"), "own": format(line.own, "f")}
            yield BudgetLineWrong(path=f"{at}.amount", **amounts)
        if times[line.category, line.year] > 1:
            yield BudgetLineTwice(path=at, category=line.category, year=line.year)
            times[line.category, line.year] = 0


def sound(line: Line) -> bool:
    exact = decimals(line.amount) <= 3 and decimals(line.own) <= 3
    return exact and 0 < line.amount < LIMIT and 0 <= line.own <= line.amount


def decimals(value: Decimal) -> int:
    return -int(value.normalize().as_tuple().exponent)
