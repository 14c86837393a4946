"""What is wrong, or left open, between a rule's lines and the inputs it may use."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from consortium import money
from consortium.rules.problems import joined, key
from consortium.rules.schema import Problem, plain
from funding.rules.cells import when_problems
from funding.rules.figures import Domain
from funding.rules.numbers import Const, Rate
from funding.rules.tables import Table, undecided_edges
from funding.rules.terms import Line, singles

type Scope = Mapping[str, Domain]


def rule_problems(rule: Sequence[Line], scope: Scope, unit: str | None) -> Iterator[Problem]:
    """Yield what is wrong in each line; `unit` is None for a number that has none."""
    for index in range(len(rule)):
        for problem in _line_problems(rule, index, scope, unit):
            yield problem.under(f"rule[{index}]")


def open_questions(rule: Sequence[Line], scope: Scope) -> Iterator[Problem]:
    """Yield the undecided edges, gaps and overlaps of each line."""
    for index, line in enumerate(rule):
        yield from undecided_edges(line.when or {}, f"rule[{index}].when")
        if isinstance(line.term, Table):
            for found in line.term.open_questions(scope):
                yield found.under(f"rule[{index}].{line.verb}")


def _line_problems(
    rule: Sequence[Line], index: int, scope: Scope, unit: str | None
) -> Iterator[Problem]:
    line = rule[index]
    yield from _input_problems(line, scope)
    if index == 0 and line.verb == "add":
        for path, number in line.term.numbers():
            if number < 0:
                yield Problem(f"add.{path}", "negative", {"value": plain(number)})
    if line.verb == "round" and isinstance(line.term, Const):
        yield from _round_problems(line.term.const, index, len(rule), unit)
    else:
        yield from _bound_problems(rule, index)


def _input_problems(line: Line, scope: Scope) -> Iterator[Problem]:
    for path, name in line.term.as_numbers():
        at = f"{line.verb}.{path}"
        if name not in scope:
            yield Problem(at, "not_an_input", {"input": name, "choices": list(scope)})
        elif not scope[name].numeric:
            yield Problem(at, "not_a_number", {"input": name})
    for path, single in singles(line.term):
        of_money = isinstance(single, Rate) and single.of in scope and scope[single.of].money
        if isinstance(single, Rate) and of_money and single.rate > 1:
            at = joined(line.verb, joined(path, "rate"))
            yield Problem(at, "rate_above_one", {"value": plain(single.rate)})
    if isinstance(line.term, Table):
        for problem in line.term.problems_in(scope):
            yield problem.under(line.verb)
    yield from when_problems(line.when or {}, scope, "when")


def _round_problems(
    quantum: Decimal, index: int, lines: int, unit: str | None
) -> Iterator[Problem]:
    smallest = money.quantum(unit) if unit else quantum
    if quantum % smallest:
        values = {"value": plain(quantum), "smallest": plain(smallest)}
        yield Problem("round.const", "finer_than_unit", values)
    if index != lines - 1:
        yield Problem("round", "round_not_last", {"lines": lines})


def _bound_problems(rule: Sequence[Line], index: int) -> Iterator[Problem]:
    """Yield each earlier floor above this cap, or cap below this floor.

    `line` counts from 0, as paths do: `rule[2].at_most` below the floor of line 1.
    A line with a `when` may never meet the other one.
    """
    line = rule[index]
    if line.verb not in ("at_least", "at_most") or not isinstance(line.term, Const) or line.when:
        return
    floor = line.verb == "at_least"
    for number, earlier in enumerate(rule[:index]):
        if not isinstance(earlier.term, Const) or earlier.when:
            continue
        ours, theirs = line.term.const, earlier.term.const
        values = {"line": number, "value": plain(ours), "bound": plain(theirs)}
        if not floor and earlier.verb == "at_least" and ours < theirs:
            yield Problem("at_most", "below_floor", values)
        if floor and earlier.verb == "at_most" and ours > theirs:
            yield Problem("at_least", "above_cap", values)


def circles(derived: Mapping[str, Sequence[Line]]) -> Iterator[Problem]:
    """Yield each derived input that needs itself."""
    needs = {name: {used for line in rule for used in line.used} for name, rule in derived.items()}
    for name in derived:
        reached: set[str] = set()
        rest = list(needs[name])
        while rest:
            each = rest.pop()
            if each in needs and each not in reached:
                reached.add(each)
                rest += needs[each]
        if name in reached:
            yield Problem(f"derived.{key(name)}", "circular", {"input": name})
