"""The charter's `admission` section: who may be a member, and on which terms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from consortium.periods import Offset
from consortium.rules.choices import Level, OrganizationKind
from consortium.rules.schema import (
    LAX,
    Code,
    Problem,
    Recorded,
    Rule,
    Share,
    Text,
    plain,
    repeated,
)
from consortium.rules.standards import Country


class ShareLimit(Recorded):
    """A bound on a share (`share`, of 1); `level` says whether breaking it refuses or warns."""

    share: Share
    level: Annotated[Level, LAX] = Level.HARD


class CountLimit(Recorded):
    """A bound on the number of members."""

    count: Annotated[int, Field(ge=1, le=100_000)]
    level: Annotated[Level, LAX] = Level.HARD


class Category(Rule):
    """A category members are admitted in; levies name it by its code."""

    code: Code
    label: Text


class AdmissionSection(Recorded):
    """Who may be a member.

    `countries` and `kinds`: those eligible, any if left out. `foreign_control`: the
    most that organizations abroad may hold of an applicant. `closed`: nobody joins.
    `lowest`, `highest`: how many members there may be. `enterprise_share`: at least
    this part of the members are enterprises. `notice_months`, then `notice_days`:
    between saying that one leaves and leaving.
    """

    countries: Annotated[tuple[Country, ...] | None, LAX, Field(min_length=1)] = None
    foreign_control: ShareLimit | None = None
    kinds: Annotated[
        tuple[Annotated[OrganizationKind, LAX], ...] | None, LAX, Field(min_length=1)
    ] = None
    closed: bool = False
    lowest: CountLimit | None = None
    highest: CountLimit | None = None
    enterprise_share: ShareLimit | None = None
    notice_months: Annotated[int, Field(ge=0, le=120)] | None = None
    notice_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    categories: Annotated[tuple[Category, ...], LAX] = ()

    def problems(self) -> Iterable[Problem]:
        yield from repeated(self.countries or (), "countries[{}]")
        yield from repeated(self.kinds or (), "kinds[{}]")
        yield from repeated([category.code for category in self.categories], "categories[{}].code")
        low, high = self.lowest, self.highest
        if low is not None and high is not None and high.count < low.count:
            yield Problem("highest.count", "below_lowest", {"lowest": low.count})
        asked = self.enterprise_share is not None and self.enterprise_share.share > 0
        if asked and self.kinds is not None and OrganizationKind.ENTERPRISE not in self.kinds:
            yield Problem("enterprise_share", "no_enterprises")

    def leaving(self, told_on: date) -> "Leaving":
        """Return when a member is gone that says so on a day."""
        notice = Offset(self.notice_months or 0, self.notice_days or 0)
        leaves_on = notice.after(told_on)
        return Leaving(pays_through=leaves_on - timedelta(days=1), leaves_on=leaves_on)


class Leaving(NamedTuple):
    """The last day of a membership, which is paid for, and the first without it.

    A levy that is not prorated is owed in full for a period that has begun by then.
    """

    pays_through: date
    leaves_on: date


# Judging


@dataclass(frozen=True)
class Applicant:
    """What eligibility is judged by, on one day.

    `country`: of the organization's seat. `foreign_share`: what organizations
    abroad hold of it, of 1; None if nobody knows. `members`: how many there are
    of each kind already, without the one who applies.
    """

    country: str
    kind: OrganizationKind
    foreign_share: Fraction | Decimal | None = Decimal(0)
    members: Mapping[OrganizationKind, int] | None = None


@dataclass(frozen=True)
class Failure:
    """A rule that is not met: its code and values, and where it stands in the section."""

    code: str
    values: dict[str, Any]
    path: str
    level: Level = Level.HARD


def eligibility(rules: AdmissionSection, applicant: Applicant) -> list[Failure]:
    """Return every rule an applicant does not meet; only hard ones refuse it."""
    members = applicant.members or {}
    after = {**members, applicant.kind: members.get(applicant.kind, 0) + 1}
    failures = qualification(rules, applicant)
    if rules.closed:
        failures.append(Failure("membership_closed", {}, "closed"))
    failures += _above_highest(rules, after)
    if applicant.kind != OrganizationKind.ENTERPRISE:  # an enterprise only raises the share
        failures += _too_few_enterprises(rules, after)
    return failures


def qualification(rules: AdmissionSection, applicant: Applicant) -> list[Failure]:
    """Return every rule on what a member is that an organization does not meet.

    These hold for those who are members already, too.
    """
    return [
        *_wrong_country(rules, applicant),
        *_foreign(rules, applicant),
        *_wrong_kind(rules, applicant),
    ]


def composition(rules: AdmissionSection, members: Mapping[OrganizationKind, int]) -> list[Failure]:
    """Return every rule on the membership as a whole that it does not meet."""
    count = sum(members.values())
    failures = list(_above_highest(rules, members))
    if rules.lowest is not None and count < rules.lowest.count:
        values = {"count": count, "lowest": rules.lowest.count}
        failures.insert(0, Failure("too_few_members", values, "lowest", rules.lowest.level))
    return [*failures, *_too_few_enterprises(rules, members)]


def _wrong_country(rules: AdmissionSection, applicant: Applicant) -> Iterator[Failure]:
    if rules.countries is not None and applicant.country not in rules.countries:
        values = {"country": applicant.country, "choices": list(rules.countries)}
        yield Failure("country_not_eligible", values, "countries")


def _foreign(rules: AdmissionSection, applicant: Applicant) -> Iterator[Failure]:
    limit = rules.foreign_control
    if limit is None:
        return
    values: dict[str, Any] = {"limit": plain(limit.share)}
    if applicant.foreign_share is None:
        yield Failure("foreign_share_unknown", values, "foreign_control", limit.level)
    elif applicant.foreign_share > limit.share:
        values["share"] = str(applicant.foreign_share)
        yield Failure("foreign_share_above_limit", values, "foreign_control", limit.level)


def _wrong_kind(rules: AdmissionSection, applicant: Applicant) -> Iterator[Failure]:
    if rules.kinds is not None and applicant.kind not in rules.kinds:
        values = {"kind": applicant.kind.value, "choices": [kind.value for kind in rules.kinds]}
        yield Failure("kind_not_eligible", values, "kinds")


def _above_highest(
    rules: AdmissionSection, members: Mapping[OrganizationKind, int]
) -> Iterator[Failure]:
    count, limit = sum(members.values()), rules.highest
    if limit is not None and count > limit.count:
        values = {"count": count, "highest": limit.count}
        yield Failure("too_many_members", values, "highest", limit.level)


def _too_few_enterprises(
    rules: AdmissionSection, members: Mapping[OrganizationKind, int]
) -> Iterator[Failure]:
    """Judge without dividing: enterprises against the least part of all members."""
    count, limit = sum(members.values()), rules.enterprise_share
    enterprises = members.get(OrganizationKind.ENTERPRISE, 0)
    if limit is not None and enterprises < count * Fraction(limit.share):
        values = {"enterprises": enterprises, "count": count, "share": plain(limit.share)}
        yield Failure("too_few_enterprises", values, "enterprise_share", limit.level)
