"""A consortium whose project brings about results: three firms, an IP desk, a disclosed result."""

from datetime import date
from fractions import Fraction
from typing import Any

from consortium.states import Role
from ip.models import Result
from ip.operations.disclosing import disclose, enter_disclosure
from ip.operations.soundness import Disclosure, Invention, Received
from ip.rules.choices import Confidentiality, ResultKind
from tests.factories.running import Running, running, someone
from tests.snapshot import built_once

COMPLETED = date(2026, 5, 31)
DISCLOSED = date(2026, 6, 10)

SECTION: dict[str, Any] = {
    "home": "JP",
    "ownership": [
        {
            "code": "generator",
            "label": {"en": "Who made it owns it", "zh": "谁完成归谁"},
            "owner": "generator",
        }
    ],
    "exclusivity": [
        {
            "code": "two_years",
            "label": {"en": "Members only for two years", "zh": "两年内仅限成员"},
            "months": 24,
            "opens": [{"to": "anyone", "terms": "fee_and_royalty"}],
        }
    ],
    "access": [
        {
            "code": "members",
            "label": {"en": "Members use it", "zh": "成员使用"},
            "to": ["member", "later_member"],
            "uses": ["implement", "research", "exploit"],
            "terms": "royalty_free",
        }
    ],
    "publication": {"notice_days": 45, "objection_days": 30, "delay_days": 90},
}
"""Each owns what it made; for two years only members use it, then anyone for fee and royalty."""

HALVES = {"alpha": "1/2", "beta": "1/2"}


@built_once
def researching(
    slug: str = "litho", *, governance: dict[str, Any] | None = None, **changes: Any
) -> Running:
    """Return a consortium with a running project, an IP desk, and a section on results."""
    more = {"governance": governance} if governance else {}
    here = running(slug, ip=SECTION | changes, **more)
    here.people["ip"] = someone(here, "ip", Role.IP)
    return here


def parts(here: Running, given: dict[str, str]) -> dict[Any, Fraction]:
    """Return exact parts by organization, from names of members."""
    return {here.members[name].organization: Fraction(part) for name, part in given.items()}


def inventors(here: Running, given: dict[str, tuple[str, str]]) -> tuple[Invention, ...]:
    """Return inventors from a name each, its employer's name and its part."""
    return tuple(
        Invention(name, here.members[employer].organization, Fraction(part))
        for name, (employer, part) in given.items()
    )


def disclosure(
    here: Running, contributions: dict[str, str] | None = None, **changes: Any
) -> Disclosure:
    """Return the disclosure of an invention of the project's, by alpha and beta in halves."""
    given: dict[str, Any] = {
        "kind": ResultKind.PATENT,
        "completed_on": COMPLETED,
        "contributions": parts(here, contributions or HALVES),
        "name_en": "A lens",
        "confidentiality": Confidentiality.PROJECT,
        "project": here.project,
        "work_package": "optics",
    }
    return Disclosure(**given | changes)


def disclosed(
    here: Running,
    contributions: dict[str, str] | None = None,
    *,
    of: str = "alpha",
    on: date = DISCLOSED,
    **changes: Any,
) -> Result:
    """Let a member disclose a result."""
    given = disclosure(here, contributions, **changes)
    return disclose(member=here.members[of], disclosure=given, by=here.people[of], on=on)


def agreed(here: Running, owners: dict[str, str], **changes: Any) -> Result:
    """Enter a result from paper, with what was agreed on its owners."""
    received = Received(DISCLOSED, here.file(), parts(here, owners))
    given = disclosure(here, **changes)
    return enter_disclosure(
        member=here.members["alpha"], disclosure=given, received=received,
        by=here.people["ip"], on=DISCLOSED,
    )  # fmt: skip


def owners(result: Result, on: date) -> dict[str, str]:
    """Return who owns which part of a result on a day, by name."""
    shares = result.shares.on(on).select_related("owner").order_by("owner__name_en")
    return {share.owner.name_en.lower(): str(share.part) for share in shares}
