"""The cast's licences: one of everything for some members, and every act on the newcomer's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Charter, Member
from consortium.states import Role
from funding.models import Charge
from ip.models import (
    Distribution,
    DistributionPart,
    Licence,
    LicenceApplication,
    LicenceCharge,
    LicenceConsent,
    LicenceEnding,
    LicenceMilestone,
    LicenceOffer,
    NegotiationEntry,
    OwnershipShare,
    Result,
    RoyaltyLine,
    RoyaltyStatement,
)
from ip.operations.licensing import Offered
from ip.operations.offering import Proffer
from ip.rules.choices import Party, Terms
from ip.states import LicenceEnds
from tests.cast import FOUNDED, TODAY, Cast
from tests.factories.licences import sold, wants
from tests.factories.owning import earlier_charter
from tests.factories.results import SECTION

LATER = date(2026, 6, 1)
SIGNED = {Role.SIGNATORY}

LICENCE_ACTS: dict[str, set[Role]] = {
    "ip.answer_application": SIGNED | {Role.IP},
    "ip.apply_for_licence": SIGNED,
    "ip.consent_to_licence": SIGNED,
    "ip.correct_royalty": {Role.IP, Role.FINANCE},
    "ip.distribute": {Role.FINANCE},
    "ip.end_licence": {Role.IP},
    "ip.enter_application": {Role.IP},
    "ip.enter_consent": {Role.IP},
    "ip.enter_royalty": {Role.IP, Role.FINANCE},
    "ip.grant_licence": {Role.IP, Role.SECRETARY},
    "ip.offer_licence": SIGNED | {Role.IP},
    "ip.propose_licence": {Role.IP},
    "ip.reach_milestone": {Role.IP},
    "ip.refuse_application": {Role.IP},
    "ip.request_audit": {Role.IP},
    "ip.state_royalty": SIGNED,
    "ip.withdraw_application": SIGNED | {Role.IP},
    "ip.withdraw_offer": SIGNED | {Role.IP},
    "ip.write_entry": SIGNED | {Role.IP},
}
"""Who may do what, written a second time by hand."""

OF_ONE_LICENSEE = {
    "ip.answer_application", "ip.apply_for_licence", "ip.consent_to_licence", "ip.offer_licence",
    "ip.state_royalty", "ip.withdraw_application", "ip.withdraw_offer", "ip.write_entry",
}  # fmt: skip

LICENCES_LATER = {
    **dict.fromkeys(("ip.correct_royalty", "ip.reach_milestone"), "no_levy_for_it"),
    **dict.fromkeys(("ip.enter_royalty", "ip.state_royalty"), "royalty_period_running"),
    "ip.distribute": "royalty_not_paid",
    "ip.grant_licence": "co_owners_consent_missing",
}
"""What those who may are told under the cast's charter, which charges no royalties."""

OF_LICENCES = (
    Licence, LicenceApplication, LicenceCharge, LicenceConsent, LicenceEnding, LicenceMilestone,
    NegotiationEntry, RoyaltyLine, RoyaltyStatement,
)  # fmt: skip
"""What the licensee sees, and the result's owners."""

OF_OWNERS = (Distribution, DistributionPart)

EARNINGS = {Distribution, DistributionPart, LicenceCharge, RoyaltyLine, RoyaltyStatement}
"""What tells of a licensee's sales; a technical contact reads none of it."""

SEALED: dict[Any, dict[str, Any]] = {
    Distribution: {"kept": 1},
    DistributionPart: {"amount": 7},
    Licence: {"fee": 1},
    LicenceApplication: {"text": "forged"},
    LicenceCharge: {"counts_on": TODAY},
    LicenceConsent: {"agreed_on": TODAY},
    LicenceEnding: {"reason": "forged"},
    LicenceMilestone: {"amount": 7},
    NegotiationEntry: {"text": "forged"},
    RoyaltyLine: {"label": "forged"},
    RoyaltyStatement: {"royalty": 7},
}
"""Every sealed table, each with a change nobody may make."""


@dataclass
class Made:
    """A member's own result, and licences of it that it holds itself."""

    member: Member
    result: Result
    share: OwnershipShare
    application: LicenceApplication
    proposed: Licence
    granted: Licence
    running: Licence
    milestone: LicenceMilestone
    statement: RoyaltyStatement
    earned: LicenceCharge


def license_some(cast: Cast, *names: str) -> None:
    for name in names:
        made_for(cast.members[name])


def charter_of(member: Member) -> Charter:
    """Return a charter, adopted for a year before, that has a section on results."""
    return earlier_charter(member.consortium, "licences", SECTION, date(2023, 1, 1))


def licence_of(application: LicenceApplication, **more: Any) -> Licence:
    given: dict[str, Any] = {
        "number": f"L-{Licence.objects.count()}", "kind": "non_exclusive", "uses": ["exploit"],
        "unit": "USD", "anchor": FOUNDED, "starts_on": FOUNDED, "proposed_on": FOUNDED,
    }  # fmt: skip
    return Licence.objects.create(
        result=application.result, application=application, licensee=application.applicant,
        **given | more,
    )  # fmt: skip


def application_of(result: Result, **more: Any) -> LicenceApplication:
    return LicenceApplication.objects.create(
        result=result, applicant=result.disclosed_by, number=f"LA-{result.pk}-{len(more)}",
        kind="non_exclusive", uses=["exploit"], text="To make it", applied_on=FOUNDED, **more,
    )  # fmt: skip


def offer_of(result: Result, **more: Any) -> LicenceOffer:
    """Return an offer made by hand."""
    given: dict[str, Any] = {"to": "anyone", "terms": "fair", "published_on": FOUNDED}
    return LicenceOffer.objects.create(result=result, charter=result.charter, **given | more)


def made_for(member: Member) -> Made:
    organization = member.organization
    result = Result.objects.create(
        consortium=member.consortium, charter=charter_of(member), number=f"RL-{member.pk}",
        kind="patent", confidentiality="owners", name_en=f"Licensed of {member}",
        completed_on=FOUNDED, disclosed_on=FOUNDED, disclosed_by=organization,
    )  # fmt: skip
    share = OwnershipShare.objects.create(
        result=result, owner=organization, numerator=1, denominator=1, starts_on=FOUNDED,
        cause="rule",
    )  # fmt: skip
    application = application_of(result)
    closed = application_of(result, closed_on=FOUNDED, closing="granted")
    royal = {"granted_on": FOUNDED, "rate": Decimal("0.1"), "every_months": 12}
    granted = licence_of(closed, **royal)
    LicenceEnding.objects.create(
        licence=granted, ends_on=LATER, cause="notice", reason="x", recorded_on=TODAY
    )
    other = application_of(result, closed_on=FOUNDED, closing="granted", months=1)
    running = licence_of(other, **royal)
    return Made(
        member, result, share, application, licence_of(application), granted, running,
        *earned_by(member, running, application),
    )  # fmt: skip


def earned_by(
    member: Member, licence: Licence, application: LicenceApplication
) -> tuple[LicenceMilestone, RoyaltyStatement, LicenceCharge]:
    """Make one row of everything a licence leaves behind."""
    of, owner = {"licence": licence}, member.organization
    NegotiationEntry.objects.create(
        application=application, side="applicant", speaker=owner, text="x", entered_on=FOUNDED
    )
    LicenceConsent.objects.create(**of, owner=owner, agreed_on=FOUNDED)
    statement = RoyaltyStatement.objects.create(
        **of, starts_on=FOUNDED, ends_on=date(2026, 1, 1), net=10, royalty=1, stated_on=TODAY,
        signed_by="A. Signer",
    )  # fmt: skip
    RoyaltyLine.objects.create(statement=statement, kind="sales", label="Lenses", amount=10)
    earned = [
        LicenceCharge.objects.create(**of, charge=charge, earning="fee", counts_on=FOUNDED)
        for charge in Charge.objects.filter(member=member).order_by("pk")[:2]
    ]
    for each in earned[1:]:
        distribution = Distribution.objects.create(
            earned=each, received=1, withheld=0, kept=0, distributed_on=TODAY
        )
        DistributionPart.objects.create(
            distribution=distribution, recipient=owner, party="owner", numerator=1, denominator=1,
            amount=1,
        )  # fmt: skip
    milestone = LicenceMilestone.objects.create(**of, name="First", amount=1)
    return milestone, statement, earned[0]


def licensing_arguments(cast: Cast, name: str = "newcomer") -> dict[str, dict[str, Any]]:
    """Return what each operation on a member's licences is called with."""
    made = made_for(cast.members[name])
    application = {"application": made.application}
    share, text = {"share": made.share}, {"text": "x"}
    sales, again = sold("10", starts_on=date(2026, 1, 1)), sold("20", starts_on=FOUNDED)
    granted, proposed = {"licence": made.running}, {"licence": made.proposed}
    ending = {"ends_on": LATER, "cause": LicenceEnds.NOTICE, "reason": "x"}
    asked = {"result": made.result, "wanted": wants()}
    return {
        "ip.answer_application": {**share, **application, **text},
        "ip.apply_for_licence": {"applicant": made.member, **asked},
        "ip.consent_to_licence": {**share, **proposed},
        "ip.correct_royalty": {"statement": made.statement, "sales": again, "finding": "x"},
        "ip.distribute": {"earned": made.earned},
        "ip.end_licence": {**granted, **ending},
        "ip.enter_application": {
            **asked, "applicant": made.member.organization, "applied_on": TODAY,
        },
        "ip.enter_consent": {**share, **proposed, "agreed_on": TODAY},
        "ip.enter_royalty": {**granted, "sales": sales},
        "ip.grant_licence": proposed,
        "ip.offer_licence": {**share, "proffer": Proffer(Party.MEMBER, Terms.FAIR)},
        "ip.propose_licence": {**application, "offered": Offered(TODAY, "USD")},
        "ip.reach_milestone": {"milestone": made.milestone, "reached_on": TODAY},
        "ip.refuse_application": {**application, "reason": "x"},
        "ip.request_audit": {**granted, "reason": "x"},
        "ip.state_royalty": {**granted, "sales": sales},
        "ip.withdraw_application": application,
        "ip.withdraw_offer": {**share, "offer": offer_of(made.result)},
        "ip.write_entry": {**application, **text},
    }  # fmt: skip
