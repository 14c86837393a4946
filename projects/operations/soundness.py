"""What makes a call sound: its times, money and terms under its charter."""

from decimal import Decimal

from consortium.errors import DomainError
from consortium.operations.consortia import UnknownCurrency
from consortium.operations.organizations import NoName
from consortium.rules.schema import InvalidDocument, Problem, parse
from consortium.rules.standards import currencies
from projects.models import Call
from projects.rules.call import CallTerms
from projects.rules.choices import Handling
from projects.rules.moments import moment
from projects.rules.section import ProjectsSection

LIMIT = Decimal(10) ** 16


class CallCodeTaken(DomainError):
    code = "call_code_taken"


class CallTimesWrong(DomainError):
    """A call opens, then closes, then its second stage closes."""

    code = "call_times_wrong"


class CallStagesDiffer(DomainError):
    """A second stage needs its own closing time, and only a second stage has one."""

    code = "call_stages_differ"


class CallBudgetWrong(DomainError):
    """A call's budget is more than nothing, with three decimals at most."""

    code = "call_budget_wrong"


class FieldNeverShared(DomainError):
    """The charter refuses to let competitors tell each other what the call asks for."""

    code = "field_never_shared"


def refuse_unsound(call: Call, section: ProjectsSection) -> None:
    """Raise what is wrong with a call as it would stand."""
    zone = call.consortium.time_zone
    if not (call.name_en.strip() or call.name_zh.strip()):
        raise NoName()
    taken = Call.objects.filter(consortium=call.consortium, code=call.code).exclude(pk=call.pk)
    if taken.exists():
        raise CallCodeTaken(call=call.code)
    if call.unit not in currencies():
        raise UnknownCurrency(currency=call.unit)
    if call.budget is not None and not sound_amount(call.budget):
        raise CallBudgetWrong(value=format(call.budget, "f"))
    if call.closes_at <= call.opens_at or (call.ends_at and call.ends_at <= call.closes_at):
        raise CallTimesWrong(
            opens_at=moment(call.opens_at, zone), closes_at=moment(call.closes_at, zone)
        )
    terms = terms_of(call, section)
    if (terms.stages == 2) != (call.ends_at is not None):
        raise CallStagesDiffer(stages=terms.stages)


def sound_amount(value: Decimal) -> bool:
    return 0 < value < LIMIT and -int(value.as_tuple().exponent) <= 3


def terms_of(call: Call, section: ProjectsSection) -> CallTerms:
    """Return a call's terms. Raises InvalidDocument, FieldNeverShared."""
    terms = parse(CallTerms, call.terms, path="terms")
    charters = {each.code for each in section.requirements}
    twice = [
        Problem(f"terms.requirements[{index}].code", "twice", {"value": each.code, "other": "—"})
        for index, each in enumerate(terms.requirements)
        if each.code in charters
    ]
    if twice:
        raise InvalidDocument(twice)
    for index, asked in enumerate(terms.fields):
        if section.never_shared.get(asked.code) == Handling.REFUSE:
            raise FieldNeverShared(path=f"terms.fields[{index}]", field=asked.code)
    return terms
