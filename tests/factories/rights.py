"""A consortium whose charter says who may use results, with members, an outsider, and results."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consortium.models import Consortium, Member, Organization, User
from consortium.operations.adoption import adopt_charter
from consortium.operations.appointments import appoint
from consortium.operations.charters import draft_charter
from consortium.operations.consortia import Founding, found
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.states import Role
from ip.models import (
    AccessRequest,
    Exclusivity,
    ExclusivityChange,
    ExclusivityWatch,
    LicenceOffer,
    LicenceWatch,
    OwnershipShare,
    PatentWatch,
    PublicationWatch,
    Rearming,
    Result,
)
from ip.operations.asking import Asked
from ip.operations.exclusivity import promise
from ip.rules.choices import Use
from tests.cast import TODAY, Cast, person
from tests.snapshot import built_once

WATCHES = {ExclusivityWatch, LicenceWatch, PatentWatch, PublicationWatch, Rearming}
"""What sweeps keep for themselves; nobody reads it."""

FOUNDED = date(2020, 1, 1)
AROSE = date(2024, 2, 29)
ENDS = date(2026, 2, 28)
"""Twenty-four months after a leap day."""

SECTION: dict[str, Any] = {
    "home": "US",
    "ownership": [{"code": "made", "label": {"en": "Who made it"}, "owner": "generator"}],
    "exclusivity": [
        {
            "code": "kept",
            "label": {"en": "Members only"},
            "clause": "7.1",
            "months": 24,
            "opens": [
                {"to": "domestic", "terms": "fee_and_royalty"},
                {"to": "anyone", "terms": "negotiated", "after_months": 12},
            ],
            "extend_by": "board",
            "release_by": "assembly",
        }
    ],
    "access": [
        {"code": "members", "label": {"en": "Members"}, "clause": "7.2",
         "to": ["member", "affiliate"], "uses": ["implement", "research", "exploit"],
         "terms": "royalty_free"},
        {"code": "later", "label": {"en": "Later members"}, "to": ["later_member"],
         "uses": ["exploit"], "terms": "fair"},
        {"code": "left", "label": {"en": "Former members"}, "to": ["former_member"],
         "uses": ["exploit"], "terms": "fair", "within_months": 6},
    ],
}  # fmt: skip
GOVERNANCE = {
    "bodies": [
        {"code": "board", "label": {"en": "Board"}, "kind": "board"},
        {"code": "assembly", "label": {"en": "Assembly"}, "kind": "assembly"},
    ]
}


@dataclass
class House:
    """The consortium, its members and people by name, and an organization outside."""

    consortium: Consortium
    outsider: Organization
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def organization(self, name: str) -> Organization:
        return self.members[name].organization if name in self.members else self.outsider

    def result(self, *owners: str, promised: bool = True, **changes: Any) -> Result:
        """Return a result owned in equal parts, with its exclusivity promised."""
        names = owners or ("alpha",)
        number = f"R-2024-{Result.objects.filter(consortium=self.consortium).count() + 1:04}"
        given: dict[str, Any] = {
            "consortium": self.consortium,
            "charter": self.consortium.charters.earliest("starts_on"),
            "number": number,
            "kind": "patent",
            "name_en": "A lens",
            "confidentiality": "members",
            "completed_on": AROSE,
            "disclosed_on": AROSE,
            "disclosed_by": self.organization(names[0]),
        }
        row = Result.objects.create(**given | changes)
        for name in names:
            OwnershipShare.objects.create(
                result=row, owner=self.organization(name), cause="rule", path="ownership[0]",
                numerator=1, denominator=len(names), starts_on=row.completed_on,
            )  # fmt: skip
        if promised:
            promise(row, on=row.disclosed_on)
        return row


@built_once
def house(slug: str = "optics", *, section: dict[str, Any] | None = None) -> House:
    founding = Founding(
        slug=slug, name_en=slug.title(), currency="USD", time_zone="UTC", language="en",
        legal_form="association", stage="pre_competitive", structure="horizontal",
        initiator="government", starts_on=FOUNDED,
    )  # fmt: skip
    made = found(founding=founding, by=None, on=FOUNDED)
    charter(made, "first", section or SECTION, starts_on=FOUNDED)
    here = House(made, registered(made, "outsider", "US"))
    for name, role in (("ip", Role.IP), ("auditor", Role.AUDITOR), ("secretary", Role.SECRETARY)):
        here.people[name] = someone(here, name, role)
    for name, country in (("alpha", "US"), ("beta", "JP"), ("gamma", "US")):
        join(here, name, country)
    return here


def charter(consortium: Consortium, code: str, section: dict[str, Any], *, starts_on: date) -> None:
    """Adopt a charter with a section on results, after the one before it."""
    draft = draft_charter(
        consortium=consortium, code=code, name_en=code, starts_on=starts_on,
        sections={"ip": section, "governance": GOVERNANCE}, by=None, on=starts_on,
    )  # fmt: skip
    adopt_charter(charter=draft, by=None, on=starts_on)


def registered(consortium: Consortium, name: str, country: str) -> Organization:
    return register_organization(
        consortium=consortium, name_en=f"{name.title()} Inc", kind="enterprise", country=country,
        registration_number=f"{consortium.slug}-{name}", by=None, on=FOUNDED,
    )  # fmt: skip


def join(here: House, name: str, country: str, *, starts_on: date = FOUNDED) -> Member:
    organization = registered(here.consortium, name, country)
    term = admit(
        consortium=here.consortium, organization=organization, category="member",
        starts_on=starts_on, by=None, on=FOUNDED,
    )  # fmt: skip
    here.members[name] = term.member
    here.people[name] = someone(here, name, Role.SIGNATORY, organization)
    return term.member


def someone(here: House, name: str, role: Role, organization: Any = None) -> User:
    user = person(f"{here.consortium.slug}-{name}")
    appoint(
        consortium=here.consortium, user=user, role=role, organization=organization,
        starts_on=FOUNDED, by=None, on=FOUNDED,
    )  # fmt: skip
    user.refresh_from_db()
    return user


# The cast's


RIGHTS_ACTS = {
    "ip.decide_exclusivity": {Role.IP, Role.SECRETARY},
    "ip.publish_offers": {Role.IP},
    "ip.request_access": {Role.IP, Role.SIGNATORY, Role.TECHNICAL_CONTACT},
}
"""Who may do what, written a second time by hand."""

OF_ONE_ASKER = {"ip.request_access"}
RIGHTS_LATER = {"ip.decide_exclusivity": "not_exclusive"}
"""What those who may are told under the cast's charter, which has no section on results."""


def owned_by(member: Member) -> Result:
    """Return a member's own result, which only it and staff may see."""
    row = Result.objects.create(
        consortium=member.consortium, charter=member.consortium.charters.earliest("pk"),
        number=f"R-{Result.objects.count() + 1}", kind="software", name_en="A program",
        confidentiality="owners", completed_on=TODAY, disclosed_on=TODAY,
        disclosed_by=member.organization,
    )  # fmt: skip
    OwnershipShare.objects.create(
        result=row, owner=member.organization, cause="rule", numerator=1, denominator=1,
        starts_on=TODAY,
    )  # fmt: skip
    return row


def acts_of_rights(member: Member) -> dict[str, dict[str, Any]]:
    """Return what each operation is called with, apart from `by` and `on`."""
    result = owned_by(member)
    asked = Asked(result, member.organization, (Use.IMPLEMENT,), "A stepper")
    return {
        "ip.decide_exclusivity": {
            "result": result, "ends_on": date(2027, 1, 1), "body": "board", "reason": "x",
            "decided_on": TODAY,
        },
        "ip.publish_offers": {"result": result},
        "ip.request_access": {"asked": asked},
    }  # fmt: skip


def rights_of(cast: Cast, *names: str) -> None:
    """Give each member a result with a promise, a decision, a request and an offer."""
    for name in names:
        member = cast.members[name]
        row = owned_by(member)
        here = {"charter": row.charter, "path": "exclusivity[0]"}
        until = date(2028, 1, 1)
        Exclusivity.objects.create(result=row, starts_on=TODAY, ends_on=until, **here)
        ExclusivityChange.objects.create(
            result=row, decided_on=TODAY, ends_on=until, body="board", reason="x"
        )
        AccessRequest.objects.create(
            result=row, asker=member.organization, uses=["exploit"], purpose="x", asked_on=TODAY
        )
        LicenceOffer.objects.create(
            result=row, to="domestic", home="FR", terms="fair", published_on=TODAY, **here
        )
