"""Applications for licences: made, talked about, refused or withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, Member, Organization, User
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.states import Role
from ip.models import LicenceApplication, LicenceOffer, NegotiationEntry, OwnershipShare, Result
from ip.operations.offering import OfferWithdrawn
from ip.operations.ownership import refuse_no_owner
from ip.operations.soundness import refuse_foreign_paper
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.reports.rights import question_of
from ip.rules.choices import LicenceKind, Party, Use
from ip.rules.clauses import distance
from ip.rules.licensing import nearest, refuse_class
from ip.states import Closing, Side

LICENSED_USES = (Use.IMPLEMENT, Use.RESEARCH, Use.EXPLOIT)
"""What a licence is of; passing it on is sublicensing, and transfer is not licensed."""


class UsesWrong(DomainError):
    """A licence names what it is for: one or more of the uses that can be licensed."""

    code = "licence_uses_wrong"


class AppliedElsewhere(DomainError):
    """The result is another consortium's."""

    code = "licence_applied_elsewhere"


class AppliedOutside(DomainError):
    """One applies from the day a result was disclosed, and not ahead."""

    code = "licence_applied_outside"


class ApplicationClosed(DomainError):
    code = "licence_application_closed"


class NothingSaid(DomainError):
    """An entry has a text; a refusal has a reason."""

    code = "licence_nothing_said"


class OfferElsewhere(DomainError):
    """The offer is of another result, or made to another class of parties."""

    code = "licence_offer_elsewhere"


class BeyondOffer(DomainError):
    """One asks for no more than the field and the countries that are on offer."""

    code = "licence_offer_exceeded"


@dataclass(frozen=True)
class Wanted:
    """What is asked for; empty field and territory: all of them; no months: no end.

    `offer`: through which it is asked for; then empty means the offer's.
    """

    kind: LicenceKind
    uses: Collection[Use]
    text: str
    field: str = ""
    territory: Collection[str] = ()
    months: int | None = None
    offer: LicenceOffer | None = None


@operation(allow={Role.SIGNATORY}, subject="applicant")
def apply_for_licence(
    *, applicant: Member, result: Result, wanted: Wanted, by: User | None, on: date
) -> LicenceApplication:
    """Apply for a licence for one's own organization, member or not.

    Raises AppliedElsewhere, UsesWrong, ClassBarred, KeptOut, NotOpened, and through an
    offer OfferWithdrawn, OfferElsewhere, BeyondOffer.
    """
    if applicant.consortium_id != result.consortium_id:
        raise AppliedElsewhere
    return take(result, applicant.organization, wanted, None, on, by, on)


@operation(allow={Role.IP}, subject="result", on_behalf=True)
def enter_application(
    *,
    result: Result,
    applicant: Organization,
    wanted: Wanted,
    applied_on: date,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> LicenceApplication:
    """Enter an application from paper. Raises what `apply_for_licence` does, ForeignDocument."""
    return take(result, applicant, wanted, paper, applied_on, by, on)


def take(
    result: Result,
    applicant: Organization,
    wanted: Wanted,
    paper: Document | None,
    applied_on: date,
    by: User | None,
    on: date,
) -> LicenceApplication:
    refuse_foreign_paper(result.consortium_id, paper)
    if not wanted.uses or not set(wanted.uses) <= set(LICENSED_USES):
        raise UsesWrong
    if not result.disclosed_on <= applied_on <= on:
        raise AppliedOutside(day=applied_on, earliest=result.disclosed_on)
    question = question_of(applicant, result)
    refuse_class(question, applied_on)
    if wanted.offer is not None:
        wanted = within(wanted.offer, wanted, result, nearest(question, applied_on), applied_on)
    consortium = result.consortium
    (number,) = take_numbers(consortium=consortium, kind="licence_application", on=on)
    application = LicenceApplication.objects.create(
        result=result,
        applicant=applicant,
        number=f"LA-{fiscal_year(consortium, on)}-{number:04d}",
        kind=wanted.kind.value,
        uses=sorted(use.value for use in wanted.uses),
        field=wanted.field,
        territory=sorted(wanted.territory),
        months=wanted.months,
        text=wanted.text,
        offer=wanted.offer,
        applied_on=applied_on,
        paper=paper,
        recorded_by=by,
    )
    about = {"about": str(application.uid), "application": application.number}
    tell_owners(result, "licence_applied_for", on, **about)
    tell_staff(result, "licence_applied_for", on, **about)
    record(consortium=consortium, action="apply_for_licence", by=by, on=on, subject=application)
    return application


def within(offer: LicenceOffer, wanted: Wanted, result: Result, party: Party, on: date) -> Wanted:
    """Return what is asked for with the offer's limits. Raises where the offer is not for it."""
    if offer.result_id != result.pk or distance(party) > distance(Party(offer.to)):
        raise OfferElsewhere(party=party.value)
    if not offer.stands(on):
        raise OfferWithdrawn(number=result.number)
    field = wanted.field or offer.field
    territory = set(wanted.territory or offer.territory)
    if offer.field not in ("", field) or (offer.territory and territory - set(offer.territory)):
        raise BeyondOffer(field=offer.field, territory=offer.territory)
    return replace(wanted, field=field, territory=territory)


@operation(allow={Role.SIGNATORY, Role.IP}, subject="application")
def write_entry(
    *,
    application: LicenceApplication,
    text: str,
    file: Document | None = None,
    by: User | None,
    on: date,
) -> NegotiationEntry:
    """Write into the negotiation as the applicant, or as staff.

    Raises ApplicationClosed, NothingSaid, ForeignDocument.
    """
    mine = by is not None and by.appointments.on(on).filter(
        consortium=application.consortium, organization=application.applicant
    )
    side, speaker = (Side.APPLICANT, application.applicant) if mine else (Side.STAFF, None)
    return say(application, side, speaker, text, file, by, on)


@operation(allow={Role.SIGNATORY, Role.IP}, subject="share")
def answer_application(
    *,
    share: OwnershipShare,
    application: LicenceApplication,
    text: str,
    file: Document | None = None,
    by: User | None,
    on: date,
) -> NegotiationEntry:
    """Write into the negotiation as an owner, or enter what one answers.

    Raises NotOwned, and what `write_entry` does.
    """
    refuse_no_owner(share, application.result_id, on)
    return say(application, Side.OWNER, share.owner, text, file, by, on)


def say(
    application: LicenceApplication,
    side: Side,
    speaker: Organization | None,
    text: str,
    file: Document | None,
    by: User | None,
    on: date,
) -> NegotiationEntry:
    application = open_one(application)
    refuse_foreign_paper(application.consortium.pk, file)
    if not text.strip():
        raise NothingSaid
    entry = NegotiationEntry.objects.create(
        application=application,
        side=side,
        speaker=speaker,
        text=text,
        file=file,
        entered_on=on,
        recorded_by=by,
    )
    tell_parties(application, "licence_entry_written", on, str(entry.uid))
    record(consortium=application.consortium, action="write_entry", by=by, on=on, subject=entry)
    return entry


@operation(allow={Role.IP}, subject="application")
def refuse_application(
    *, application: LicenceApplication, reason: str, by: User | None, on: date
) -> LicenceApplication:
    """Tell an applicant that it gets no licence, and why. Raises ApplicationClosed, NothingSaid."""
    if not reason.strip():
        raise NothingSaid
    return close(application, Closing.REFUSED, by, on, reason)


@operation(allow={Role.SIGNATORY, Role.IP}, subject="application")
def withdraw_application(
    *, application: LicenceApplication, reason: str = "", by: User | None, on: date
) -> LicenceApplication:
    """Withdraw one's own application. Raises ApplicationClosed."""
    return close(application, Closing.WITHDRAWN, by, on, reason)


def close(
    application: LicenceApplication, closing: Closing, by: User | None, on: date, reason: str = ""
) -> LicenceApplication:
    application = open_one(application)
    application.closed_on, application.closing, application.reason = on, closing, reason
    application.save(update_fields=["closed_on", "closing", "reason"])
    tell_parties(application, "licence_application_ended", on, str(application.uid))
    record(
        consortium=application.consortium,
        action="close_application",
        by=by,
        on=on,
        subject=application,
        closing=closing.value,
    )
    return application


def open_one(application: LicenceApplication) -> LicenceApplication:
    """Return an application that nobody closes meanwhile. Raises ApplicationClosed."""
    rows = LicenceApplication.objects.select_for_update(of=("self",))
    found = rows.select_related("result__consortium", "applicant").get(pk=application.pk)
    if found.closed_on is not None:
        raise ApplicationClosed(closed_on=found.closed_on)
    return found


def tell_parties(application: LicenceApplication, code: str, on: date, about: str) -> None:
    """Tell the applicant, the owners and staff."""
    result, said = application.result, {"application": application.number}
    people = people_of(application.consortium, application.applicant, on)
    inform(result, people, code, on, about, **said)
    tell_owners(result, code, on, about=about, **said)
    tell_staff(result, code, on, about=about, **said)
