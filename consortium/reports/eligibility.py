"""Who meets a charter's admission rules on a day, from organizations and their controllers."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consortium.models import Charter, Consortium, Control, Member, Organization
from consortium.rules.admission import (
    AdmissionSection,
    Applicant,
    Failure,
    composition,
    eligibility,
    qualification,
)
from consortium.rules.choices import OrganizationKind

SECTION = "admission"


@dataclass(frozen=True)
class Judged:
    """A member, and the rules it does not meet."""

    member: Member
    failures: list[Failure]


@dataclass(frozen=True)
class Consequences:
    """What a charter's admission rules would mean for the members there are."""

    members: list[Judged]
    whole: list[Failure]


def admission_of(charter: Charter | None) -> AdmissionSection | None:
    """Return a charter's admission rules, or None where it has none."""
    if charter is None or SECTION not in {section.code for section in charter.sections.all()}:
        return None
    rules: AdmissionSection = charter.rules(SECTION)
    return rules


def consequences(*, charter: Charter, on: date) -> Consequences:
    """Return who would no longer be eligible under a charter on a day, and why."""
    rules = admission_of(charter)
    if rules is None:
        return Consequences([], [])
    consortium = charter.consortium
    members = list(
        Member.objects.on(on).filter(consortium=consortium).select_related("organization")
    )
    foreign = ForeignShares(on)
    judged = [
        Judged(member, qualification(rules, applicant(rules, member.organization, foreign)))
        for member in members
    ]
    kinds = Counter(OrganizationKind(member.organization.kind) for member in members)
    return Consequences([each for each in judged if each.failures], composition(rules, kinds))


def judge_applicant(
    *, rules: AdmissionSection, consortium: Consortium, organization: Organization, on: date
) -> list[Failure]:
    """Return every admission rule an organization does not meet on a day."""
    others = Member.objects.on(on).filter(consortium=consortium).exclude(organization=organization)
    kinds = Counter(
        OrganizationKind(kind) for kind in others.values_list("organization__kind", flat=True)
    )
    return eligibility(rules, applicant(rules, organization, ForeignShares(on), kinds))


def applicant(
    rules: AdmissionSection,
    organization: Organization,
    foreign: "ForeignShares",
    members: Counter[OrganizationKind] | None = None,
) -> Applicant:
    return Applicant(
        country=organization.country,
        kind=OrganizationKind(organization.kind),
        foreign_share=foreign.of(organization, rules.countries or [organization.country]),
        members=members,
    )


class ForeignShares:
    """What organizations abroad hold of others on a day, directly and through others."""

    def __init__(self, on: date) -> None:
        """Read the controls in force on a day, in one query."""
        self.held: dict[int, list[tuple[Organization, Fraction]]] = {}
        for control in Control.objects.on(on).select_related("controller"):
            share = Fraction(control.share)
            self.held.setdefault(control.organization_id, []).append((control.controller, share))

    def of(self, organization: Organization, home: Collection[str]) -> Fraction:
        """Return the share of an organization held from outside its home countries.

        Home is where members may come from, or else the organization's own country.
        What nobody has recorded counts as held at home; controls have no circles.
        """
        return self._within(organization.pk, home)

    def _within(self, organization: int, home: Collection[str]) -> Fraction:
        return sum(
            (
                share
                if controller.country not in home
                else share * self._within(controller.pk, home)
                for controller, share in self.held.get(organization, ())
            ),
            Fraction(0),
        )
