"""Who could review what: a proposal to look at before anybody is assigned."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consortium.models import User
from projects.models import Call, Proposal, ReviewAssignment
from projects.reports.conflicts import Bench, bench, reviewers
from projects.reports.terms import screened, section_of
from projects.rules.assignment import assign


@dataclass(frozen=True)
class Preview:
    """Whom the optimizer would give which proposals; `short`: how many are lacking.

    `load`: what each reviewer would have in the end, all calls together.
    """

    pairs: Sequence[tuple[Proposal, User]]
    short: Sequence[tuple[Proposal, int]]
    load: Sequence[tuple[User, int]]
    bench: Bench


def propose_assignments(*, call: Call, stage: int = 1, on: date) -> Preview:
    """Return who should review what is not yet reviewed by enough, nobody in conflict."""
    proposals = {each.pk: each for each in screened(call, stage)}
    people = {each.pk: each for each in reviewers(call.consortium, on)}
    standing = bench(call, proposals.values(), people.values(), stage=stage, on=on)
    open_ones = ReviewAssignment.objects.filter(consortium=call.consortium, released_on=None)
    taken = open_ones.filter(proposal__call=call, stage=stage).values_list("proposal", "reviewer")
    given = set(taken)
    count = Counter(proposal for proposal, _ in given)
    needed = section_of(call).screening.reviewers
    load = Counter(open_ones.filter(review__submitted_at=None).values_list("reviewer", flat=True))
    plan = assign(
        wanted={key: needed - count[key] for key in proposals},
        allowed={
            key: [each for each in standing.free(key) if (key, each) not in given]
            for key in proposals
            if count[key] < needed
        },
        load=load,
    )
    load.update(reviewer for _, reviewer in plan.pairs)
    return Preview(
        [(proposals[proposal], people[reviewer]) for proposal, reviewer in plan.pairs],
        [(proposals[proposal], lacking) for proposal, lacking in plan.short.items()],
        [(people[key], load[key]) for key in people],
        standing,
    )
