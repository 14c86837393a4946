"""Who may not review which proposals, from what is known on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consortium.models import Appointment, Consortium, Member, User
from consortium.models.base import among
from consortium.states import Role
from projects.models import (
    Call,
    Competitor,
    Participant,
    Proposal,
    ProposalVersion,
    ReviewAssignment,
    Secondment,
)
from projects.reports.eligibility import groups_on
from projects.reports.terms import section_of
from projects.rules.choices import Screeners
from projects.rules.conflicts import Conflict, Judge, Proposed, Ties, conflicts


@dataclass(frozen=True)
class Bench:
    """Reviewers and proposals as they stand to each other on a day."""

    judges: dict[int, Judge]
    proposals: dict[int, Proposed]
    ties: Ties

    def between(self, reviewer: int, proposal: int) -> list[Conflict]:
        return conflicts(self.judges[reviewer], self.proposals[proposal], self.ties)

    def free(self, proposal: int) -> list[int]:
        """Return the reviewers whom nothing keeps from a proposal."""
        return [each for each in self.judges if not self.between(each, proposal)]


def bench(
    call: Call, proposals: Iterable[Proposal], people: Iterable[User], *, stage: int, on: date
) -> Bench:
    """Return who stands how to which proposals of a call, whatever their number in one go."""
    return Bench(judges_of(people, on), proposed(proposals, stage), ties(call, on))


def reviewers(consortium: Consortium, on: date) -> list[User]:
    """Return who is appointed to review on a day."""
    held = Appointment.objects.on(on).filter(consortium=consortium, role=Role.REVIEWER)
    people = User.objects.filter(is_active=True, pk__in=held.values("user"))
    return list(people.order_by("pk"))


def judges_of(people: Iterable[User], on: date) -> dict[int, Judge]:
    """Return reviewers with whom they speak for anywhere, or are sent by."""
    keys = [each.pk for each in people]
    own: dict[int, set[int]] = defaultdict(set)
    held = Appointment.objects.on(on).filter(user__in=keys, organization__isnull=False)
    sent = Secondment.objects.on(on).filter(user__in=keys)
    for user, organization in (
        *held.values_list("user", "organization"),
        *sent.values_list("user", "home__organization"),
    ):
        own[user].add(organization)
    return {key: Judge(key, frozenset(own[key])) for key in keys}


def proposed(proposals: Iterable[Proposal], stage: int) -> dict[int, Proposed]:
    """Return who takes part in proposals in any submitted version, who wrote and signed them."""
    rows = list(proposals)
    keys = among(each.pk for each in rows)
    organizations: dict[int, set[int]] = defaultdict(set)
    people: dict[int, set[int | None]] = defaultdict(set)
    released: dict[int, set[int]] = defaultdict(set)
    for each in rows:
        people[each.pk].add(each.created_by_id)
    submitted = ProposalVersion.objects.filter(proposal__in=keys, submitted_at__isnull=False)
    for proposal, user in submitted.values_list("proposal", "submitted_by"):
        people[proposal].add(user)
    parties = Participant.objects.filter(version__in=submitted.values("pk"))
    for proposal, organization, user in parties.values_list(
        "version__proposal", "organization", "signed_by"
    ):
        organizations[proposal].add(organization)
        people[proposal].add(user)
    taken = ReviewAssignment.objects.filter(
        proposal__in=keys, stage__lte=stage, released_on__isnull=False
    )
    for proposal, user in taken.values_list("proposal", "reviewer"):
        released[proposal].add(user)
    return {
        each.pk: Proposed(
            frozenset(organizations[each.pk]),
            frozenset(key for key in people[each.pk] if key is not None),
            frozenset(released[each.pk]),
        )
        for each in rows
    }


def ties(call: Call, on: date) -> Ties:
    """Return what binds organizations on a day, and of whom reviewers are, or are none."""
    consortium, screening = call.consortium, section_of(call).screening
    here = Member.objects.on(on).filter(consortium=consortium)
    members = frozenset(here.values_list("organization", flat=True))
    declared = Competitor.objects.on(on).filter(consortium=consortium)
    return Ties(
        groups_on(on),
        set(declared.values_list("member__organization", "organization")),
        members=members if screening.independent else None,
        screeners=members if screening.by == Screeners.MEMBERS else None,
    )
