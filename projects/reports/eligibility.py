"""Which rules of charter and call proposals do not meet, on the day their call closed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum

from consortium import registry
from consortium.models import Consortium, Control, Member, Suspension
from consortium.models.base import among
from consortium.rules.choices import OrganizationKind, SuspendedRight
from projects.models import BudgetLine, Call, Participant, Proposal, ProposalVersion
from projects.reports.terms import judged_on, requirements_of, section_of, stage_of
from projects.rules.choices import Measure, Part
from projects.rules.eligibility import Facts, Finding, Party, judge
from projects.rules.groups import Groups, groups

ARREARS = "funding.arrears_days"
"""The member fact that counts days in arrears, where somebody keeps them."""

SECRET = frozenset({Measure.ARREARS_DAYS, Measure.SUSPENDED})
"""What tells of one participant's debts; not for the others."""


def eligibility(call: Call, proposals: Iterable[Proposal], *, on: date) -> dict[int, list[Finding]]:
    """Return what speaks against each proposal of a call; nothing where it is eligible.

    In as many queries for one as for many. Of arrears and suspensions it says that a rule
    is not met, never by how much.
    """
    rows = list(proposals)
    versions = latest(rows)
    section, requirements = section_of(call), requirements_of(call)
    gathered: dict[int, Facts] = {}
    for stage in sorted({stage_of(each) for each in rows}):
        own = [
            versions[each.pk] for each in rows if stage_of(each) == stage and each.pk in versions
        ]
        gathered |= facts(call.consortium, own, judged_on(call, stage, on))
    return {
        proposal: [
            replace(found, value=None) if found.measure in SECRET else found
            for found in judge(requirements, each, members_only=section.members_only)
        ]
        for proposal, each in gathered.items()
    }


def latest(proposals: Iterable[Proposal]) -> dict[int, ProposalVersion]:
    """Return the last submitted version of each proposal."""
    found = (
        ProposalVersion.objects.filter(
            proposal__in=among(each.pk for each in proposals), submitted_at__isnull=False
        )
        .order_by("proposal", "-version")
        .distinct("proposal")
    )
    return {version.proposal_id: version for version in found}


def facts(
    consortium: Consortium, versions: Iterable[ProposalVersion], on: date
) -> dict[int, Facts]:
    """Return, by proposal, what requirements look at on a day."""
    rows = list(versions)
    parties: dict[int, list[Party]] = defaultdict(list)
    look = Look(consortium, on)
    found = Participant.objects.filter(version__in=among(each.pk for each in rows))
    for each in found.select_related("organization").order_by("pk"):
        parties[each.version_id].append(look.party(each))
    money = {
        row["participant__version"]: row
        for row in BudgetLine.objects.filter(
            participant__version__in=among(each.pk for each in rows)
        )
        .values("participant__version")
        .annotate(budget=Sum("amount"), own_money=Sum("own"))
    }
    nothing = {"budget": Decimal(0), "own_money": Decimal(0)}
    return {
        each.proposal_id: Facts(
            parties=parties[each.pk],
            months=each.months,
            budget=money.get(each.pk, nothing)["budget"],
            own_money=money.get(each.pk, nothing)["own_money"],
        )
        for each in rows
    }


class Look:
    """Members, groups, arrears and suspensions of a consortium on a day, each asked once."""

    def __init__(self, consortium: Consortium, on: date) -> None:
        self.groups = groups_on(on)
        self.members = {
            member.organization_id: member
            for member in Member.objects.on(on).filter(consortium=consortium)
        }
        self.suspended = set(
            Suspension.objects.on(on)
            .filter(member__consortium=consortium, right=SuspendedRight.PROPOSALS)
            .values_list("member__organization", flat=True)
        )
        fact = registry.member_facts.get(ARREARS)
        found = fact.fn(consortium=consortium, on=on) if fact else {}
        self.arrears = {member.pk: days for member, days in found.items()} if fact else None

    def party(self, participant: Participant) -> Party:
        organization = participant.organization
        member = self.members.get(organization.pk)
        kept = self.arrears is not None and member is not None
        return Party(
            kind=OrganizationKind(organization.kind),
            country=organization.country,
            group=self.groups.of(organization.pk),
            part=Part(participant.part),
            member=member is not None,
            cost_share=participant.cost_share,
            arrears_days=(self.arrears or {}).get(member.pk, 0) if kept and member else None,
            suspended=organization.pk in self.suspended,
        )


def groups_on(on: date) -> Groups:
    """Return the groups that the controls in force on a day make."""
    held = Control.objects.on(on).values_list("organization", "controller", "share")
    return groups((organization, holder, Fraction(share)) for organization, holder, share in held)
