"""Giving proposals to reviewers: enough for each, nobody in conflict, the load even."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy

SHORT = 10**6
"""What a missing reviewer costs: more than any unevenness, so that it is the last resort."""


@dataclass(frozen=True)
class Plan:
    """Who reviews what, and which proposals lack how many reviewers."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int]


def assign(
    *, wanted: Mapping[int, int], allowed: Mapping[int, Sequence[int]], load: Mapping[int, int]
) -> Plan:
    """Return who should review what.

    `wanted`: how many reviewers each proposal still needs; `allowed`: who may review it;
    `load`: how many proposals each reviewer already has. A transport problem: the n-th
    proposal of a reviewer costs n, so that the sum is least where the load is even.
    """
    proposals = sorted(key for key, count in wanted.items() if count > 0)
    edges = [(each, one) for each in proposals for one in sorted(allowed.get(each, ()))]
    if not edges:
        return Plan((), {each: wanted[each] for each in proposals})
    chosen = solve(proposals, edges, wanted, load)
    given = Counter(proposal for proposal, _ in chosen)
    short = {each: wanted[each] - given[each] for each in proposals if given[each] < wanted[each]}
    return Plan(tuple(chosen), short)


def solve(
    proposals: Sequence[int],
    edges: Sequence[tuple[int, int]],
    wanted: Mapping[int, int],
    load: Mapping[int, int],
) -> list[tuple[int, int]]:
    """Return the edges of the cheapest plan, by the HiGHS solver."""
    solver = highspy.Highs()
    solver.silent()
    # One thread, and the simplex method: the same plan each time, at a corner, hence whole.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "simplex")
    used = [solver.addVariable(lb=0, ub=1) for _ in edges]
    lacking = [solver.addVariable(lb=0, ub=wanted[each], obj=SHORT) for each in proposals]
    of_proposal: dict[int, list[int]] = {each: [] for each in proposals}
    of_reviewer: dict[int, list[int]] = {}
    for index, (proposal, reviewer) in enumerate(edges):
        of_proposal[proposal].append(index)
        of_reviewer.setdefault(reviewer, []).append(index)
    for position, each in enumerate(proposals):
        given = solver.qsum([used[index] for index in of_proposal[each]])
        solver.addConstr(given + lacking[position] == wanted[each])
    for reviewer, indices in of_reviewer.items():
        first = load.get(reviewer, 0) + 1
        costs = range(first, first + len(indices))
        places = [solver.addVariable(lb=0, ub=1, obj=cost) for cost in costs]
        taken = solver.qsum([used[index] for index in indices])
        solver.addConstr(taken - solver.qsum(places) == 0)
    solver.run()
    values = solver.getSolution().col_value[: len(edges)]
    return [edge for edge, value in zip(edges, values, strict=True) if value > 0.5]
