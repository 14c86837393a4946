"""The cast's results: one of everything for some members, and every act on the newcomer's."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from consortium.models import (
    Charter,
    CharterSection,
    Consortium,
    Member,
    Organization,
)
from consortium.operations.documents import file_document
from consortium.periods import add_months
from consortium.states import Role
from funding.models import FundingInstrument
from funding.operations.instruments import Funding
from funding.rules.choices import InstrumentKind
from ip.models import (
    AccessRequest,
    Background,
    Contribution,
    CoreBusiness,
    Evaluation,
    Exclusivity,
    ExclusivityChange,
    Inventor,
    OfferAcceptance,
    OwnershipChange,
    OwnershipShare,
    Result,
    ResultFunding,
    ShareOffer,
)
from ip.operations.background import Brought
from ip.operations.ownership import Passing
from ip.operations.soundness import Disclosure, Received
from ip.rules.choices import ResultKind
from ip.states import Protection
from projects.models import Project, ProjectParticipant
from tests.cast import FOUNDED, TODAY, Cast
from tests.factories import publishing
from tests.factories.ceasing import ceased
from tests.factories.portfolio import PDF
from tests.factories.results import SECTION

LATER = date(2026, 6, 1)
DISCLOSERS = {Role.SIGNATORY, Role.TECHNICAL_CONTACT}
RECORDERS = {Role.FINANCE, Role.PROJECTS, Role.IP}
OWNERS = {Role.IP, Role.SIGNATORY}

OF_RESULTS = (
    AccessRequest, Contribution, CoreBusiness, Evaluation, Exclusivity, ExclusivityChange,
    Inventor, OfferAcceptance, OwnershipChange, OwnershipShare, Result, ResultFunding, ShareOffer,
    *publishing.OF_PUBLICATIONS,
)  # fmt: skip
"""What is seen by who sees the result; a confidential one by its owners and staff."""

SEALED: dict[Any, dict[str, Any]] = {
    AccessRequest: {"purpose": "forged"},
    Contribution: {"numerator": 2},
    Evaluation: {"reason": "forged"},
    Exclusivity: {"path": "forged"},
    ExclusivityChange: {"reason": "forged"},
    Inventor: {"name": "forged"},
    OfferAcceptance: {"accepted_on": FOUNDED},
    OwnershipChange: {"changed_on": FOUNDED},
    ResultFunding: {"instrument_id": 0},
    ShareOffer: {"reason": "forged"},
    **publishing.SEALED,
}
"""Every sealed table, each with a change nobody may make."""

RESULT_ACTS: dict[str, set[Role]] = {
    "funding.end_instrument": RECORDERS,
    "funding.record_instrument": RECORDERS,
    "ip.abandon_share": OWNERS,
    "ip.accept_share": OWNERS,
    "ip.add_background": DISCLOSERS | {Role.IP},
    "ip.agree_ownership": {Role.IP},
    "ip.approve_background": {Role.IP},
    "ip.disclose": DISCLOSERS,
    "ip.end_background": OWNERS,
    "ip.enter_disclosure": {Role.IP},
    "ip.evaluate": {Role.IP},
    "ip.record_core_business": {Role.IP, Role.PROJECTS},
    "ip.succeed_owner": {Role.IP},
    "ip.transfer_share": {Role.IP},
    **publishing.ALLOWED,
}
"""Who may do what, written a second time by hand."""

OF_ONE_OWNER = {
    "ip.abandon_share", "ip.accept_share", "ip.add_background", "ip.disclose", "ip.end_background",
    *publishing.OF_ONE_SPEAKER,
}  # fmt: skip
"""Operations on one member's own: a member's role counts only for that member."""

RESULTS_LATER = {
    **dict.fromkeys(
        (
            "ip.add_background", "ip.approve_background", "ip.disclose", "ip.end_background",
            "ip.enter_disclosure",
        ),
        "no_such_section",
    ),
    **publishing.LATER,
}  # fmt: skip
"""What those who may are told under the cast's charter, which has no section on results."""


def charter_of(consortium: Consortium) -> Charter:
    """Return a charter, adopted for the year before, that has a section on results."""
    return earlier_charter(consortium, "results", SECTION, date(2024, 1, 1))


def earlier_charter(
    consortium: Consortium, code: str, section: dict[str, Any], starts_on: date
) -> Charter:
    """Return a charter of a year before the consortium's first one, with an `ip` section."""
    charter, made = Charter.objects.get_or_create(
        consortium=consortium, code=code, name_en=code.title(), starts_on=starts_on,
        ends_on=add_months(starts_on, 12),
    )  # fmt: skip
    if made:
        CharterSection.objects.create(charter=charter, code="ip", version=1, body=section)
        Charter.objects.filter(pk=charter.pk).update(adopted_on=starts_on)
        charter.refresh_from_db()
    return charter


def own_some(cast: Cast, *names: str) -> None:
    """Give each member a result that only its owners read, with one row of everything."""
    for name in names:
        rows_of(cast.members[name])


def rows_of(member: Member) -> dict[str, Any]:
    charter, organization = charter_of(member.consortium), member.organization
    here = {"consortium": member.consortium}
    whole = {"numerator": 1, "denominator": 1}
    result = Result.objects.create(
        **here, charter=charter, number=f"RO-{member.pk}", kind="patent", confidentiality="owners",
        name_en=f"Result of {member}", completed_on=FOUNDED, disclosed_on=FOUNDED,
        disclosed_by=organization,
    )  # fmt: skip
    of = {"result": result}
    instrument = FundingInstrument.objects.create(
        **here, kind="own_money", title=f"Money of {member}", funder=organization,
        recipient=organization, starts_on=FOUNDED, amount=Decimal(1), unit="USD",
    )  # fmt: skip
    project = led_by(member, charter)
    ResultFunding.objects.create(**of, instrument=instrument)
    share = OwnershipShare.objects.create(
        **of, owner=organization, **whole, starts_on=FOUNDED, cause="rule"
    )
    offer = making_of(result, organization)
    return {
        "result": result,
        "party": publishing.notice_of(member, charter, result),
        "instrument": instrument,
        "project": project,
        "share": share,
        "offer": offer,
        "core": CoreBusiness.objects.create(
            **here, project=project, field="optics", body=organization
        ),
        "background": Background.objects.create(
            **here, member=member, title="A resin", kind="know_how", starts_on=FOUNDED
        ),
    }


def led_by(member: Member, charter: Charter) -> Project:
    """Write a project of which a member is the lead and the only participant."""
    here = {"consortium": member.consortium}
    project = Project.objects.create(
        **here, charter=charter, number=f"C-{member.pk}", name_en=f"Core of {member}",
        lead=member, starts_on=FOUNDED, ends_on=LATER, unit="USD", decided_on=FOUNDED,
    )  # fmt: skip
    ProjectParticipant.objects.create(
        **here, project=project, body=member.organization, member=member, part="lead", work_share=1,
        cost_share=1, starts_on=FOUNDED,
    )  # fmt: skip
    return project


def making_of(result: Result, organization: Organization) -> ShareOffer:
    """Write who made a result and what was promised, asked and offered of it."""
    of, whole = {"result": result}, {"numerator": 1, "denominator": 1}
    Contribution.objects.create(**of, generator=organization, **whole)
    Inventor.objects.create(**of, name="Ito", employer=organization, **whole)
    Evaluation.objects.create(**of, protection="secret", reason="x", evaluated_on=FOUNDED)
    period = {"starts_on": FOUNDED, "ends_on": LATER}
    Exclusivity.objects.create(**of, charter=result.charter, path="exclusivity[0]", **period)
    ExclusivityChange.objects.create(
        **of, decided_on=FOUNDED, ends_on=LATER, body="board", reason="x"
    )
    AccessRequest.objects.create(
        **of, asker=organization, uses=["research"], purpose="x", asked_on=TODAY
    )
    offer = ShareOffer.objects.create(
        **of, giver=organization, offered_on=TODAY, until=LATER, reason="x"
    )
    OfferAcceptance.objects.create(**of, offer=offer, taker=organization, accepted_on=TODAY)
    OwnershipChange.objects.create(**of, cause="agreement", changed_on=TODAY)
    return offer


def owning_arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return what each operation on the newcomer's results is called with."""
    member, partner = cast.members["newcomer"], cast.members["partner"]
    made = rows_of(member)
    return {
        **of_shares(member, partner, made["result"].charter),
        **of_background(member, made),
        **of_money(member, made),
        "ip.succeed_owner": {"share": share_left_behind(member, made["result"])},
        **publishing.publishing_arguments(member, made["party"]),
        "ip.evaluate": {
            "result": made["result"], "protection": Protection.PROTECT, "reason": "x",
        },
    }  # fmt: skip


def of_shares(member: Member, partner: Member, charter: Charter) -> dict[str, dict[str, Any]]:
    """Return the acts on a result that the newcomer and the partner own in halves."""
    consortium = member.consortium
    result = Result.objects.create(
        consortium=consortium, charter=charter, number="R-halves", kind="patent",
        confidentiality="owners", name_en="Halves", completed_on=FOUNDED, disclosed_on=FOUNDED,
        disclosed_by=member.organization,
    )  # fmt: skip
    share, _other = (
        OwnershipShare.objects.create(
            result=result, owner=each.organization, numerator=1, denominator=2,
            starts_on=FOUNDED, cause="rule",
        )
        for each in (member, partner)
    )  # fmt: skip
    offer = ShareOffer.objects.create(
        result=result, giver=partner.organization, offered_on=TODAY, until=LATER
    )
    paper = file_document(consortium=consortium, name="a", content=PDF, by=None, on=TODAY)
    passing = Passing(to=partner.organization, deed=paper, consent=paper)
    return {
        "ip.abandon_share": {"share": share, "reason": ""},
        "ip.accept_share": {"share": share, "offer": offer},
        "ip.agree_ownership": {
            "result": result, "parts": {member.organization: Fraction(1)}, "starts_on": TODAY,
            "paper": paper,
        },
        "ip.transfer_share": {"share": share, "passing": passing},
    }  # fmt: skip


def share_left_behind(member: Member, result: Result) -> OwnershipShare:
    """Return half of a result whose owner is no more; the member owns the rest."""
    gone = ceased(member.consortium).organization
    result.shares.update(denominator=2)
    return OwnershipShare.objects.create(
        result=result, owner=gone, numerator=1, denominator=2, starts_on=FOUNDED, cause="rule"
    )


def of_background(member: Member, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    background = {"background": made["background"]}
    disclosure = Disclosure(
        kind=ResultKind.PATENT, completed_on=TODAY, name_en="New",
        contributions={member.organization: Fraction(1)},
    )  # fmt: skip
    whose = {"member": member, "disclosure": disclosure}
    return {
        "ip.add_background": {"member": member, "brought": Brought("New", ResultKind.SOFTWARE)},
        "ip.approve_background": background,
        "ip.disclose": whose,
        "ip.end_background": {**background, "ends_on": LATER},
        "ip.enter_disclosure": {**whose, "received": Received(TODAY)},
        "ip.record_core_business": {
            "project": made["project"], "field": "resist", "organization": member.organization,
        },
    }  # fmt: skip


def of_money(member: Member, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    funding = Funding(
        kind=InstrumentKind.OWN_MONEY, title="New", funder=member.organization, starts_on=TODAY
    )
    return {
        "funding.end_instrument": {"instrument": made["instrument"], "ends_on": LATER},
        "funding.record_instrument": {"consortium": member.consortium, "funding": funding},
    }
