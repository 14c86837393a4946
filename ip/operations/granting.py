"""Licences granted by those whom the charter lets grant them, and ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.operations.audit import record
from consortium.states import Role
from funding.operations.charging import Event, due_for
from funding.rules.choices import Occasion
from ip.models import Licence, LicenceEnding, OwnershipShare
from ip.operations.applying import close
from ip.operations.earning import LicenceNotGranted, charge_licensee, watch
from ip.operations.licensing import held, proposed
from ip.operations.offering import withdraw_overtaken
from ip.operations.ownership import ConsentMissing, NoticeMissing, locked
from ip.operations.soundness import refuse_foreign_paper
from ip.operations.telling import inform, people_of, tell_owners, tell_staff
from ip.reports.rights import question_of
from ip.rules.choices import Consent, Grantor, LicenceKind
from ip.rules.licensing import refuse_beside, refuse_class
from ip.rules.section import IPSection
from ip.states import Closing, Earning, LicenceEnds, Side


class NotDecided(DomainError):
    """The charter lets a body grant licences: its decision, day and paper are recorded."""

    code = "licence_not_decided"


class SamePersonGrants(DomainError):
    """Who proposed the terms does not grant them as well."""

    code = "licence_same_person"


class ApplicantGrants(DomainError):
    """Who applied, or speaks for the licensee, does not grant the licence."""

    code = "licence_applicant_grants"


class EndsOutside(DomainError):
    """A licence ends while it runs, and not before the day its end is recorded."""

    code = "licence_ends_outside"


@dataclass(frozen=True)
class Decided:
    """A body's decision: which, when, on which paper; the day co-owners were told."""

    body: str = ""
    decided_on: date | None = None
    paper: Document | None = None
    notified_on: date | None = None


@operation(allow={Role.IP, Role.SECRETARY}, subject="licence")
def grant_licence(
    *, licence: Licence, decided: Decided | None = None, by: User | None, on: date
) -> Licence:
    """Grant a proposed licence, charge its fee, close its application and offers it overtakes.

    By another person than proposed it and than speaks for the licensee, with the consents
    that the charter asks of co-owners, or by the body it names. Raises SamePersonGrants,
    ApplicantGrants, AlreadyGranted, ApplicationClosed, ConsentMissing, NoticeMissing,
    NotDecided, ClassBarred, KeptOut, NotOpened, LicenceInTheWay, NoLevyForIt.
    """
    result = locked(licence.result)
    licence = proposed(licence)
    if by is not None:
        refuse_person(licence, by, on)
    decided = decided or Decided()
    refuse_foreign_paper(result.consortium_id, decided.paper)
    refuse_unauthorised(licence, decided, on)
    refuse_class(question_of(licence.licensee, result), licence.starts_on)
    others = [
        each
        for each in Licence.objects.granted()
        .filter(result=result)
        .exclude(licensee=licence.licensee_id)
        if each.term.ends_on is None or each.term.ends_on > each.starts_on
    ]
    refuse_beside(licence.scope, [each.scope for each in others])
    refuse_unlevied(licence, on)
    licence.granted_on, licence.granted_by = on, by
    licence.body, licence.decided_on = decided.body, decided.decided_on
    licence.paper, licence.notified_on = decided.paper, decided.notified_on
    licence.save(update_fields=["granted_on", "granted_by", "body", "decided_on", "paper",
                                "notified_on"])  # fmt: skip
    close(licence.application, Closing.GRANTED, by, on)
    if licence.fee:
        charge_licensee(licence, Earning.FEE, licence.fee, licence.uid, on, on)
    watch(licence, on)
    withdraw_overtaken(licence, on)
    tell_grant(licence, others, on)
    record(consortium=licence.consortium, action="grant_licence", by=by, on=on, subject=licence)
    return licence


def refuse_person(licence: Licence, by: User, on: date) -> None:
    """Raise where one put down the terms, applied, or speaks or wrote for the licensee."""
    if by.pk == licence.proposed_by_id:
        raise SamePersonGrants(person=str(by))
    application = licence.application
    speaks = by.appointments.on(on).filter(
        consortium=licence.consortium, organization=licence.licensee
    )
    wrote = application.entries.filter(side=Side.APPLICANT, recorded_by=by)
    if by.pk == application.recorded_by_id or speaks.exists() or wrote.exists():
        raise ApplicantGrants(person=str(by), licensee=str(licence.licensee))


def refuse_unauthorised(licence: Licence, decided: Decided, on: date) -> None:
    """Raise where those who grant licences by the charter have not agreed."""
    section: IPSection = licence.result.charter.rules("ip")
    rule = section.licensing
    if rule.granted_by == Grantor.BODY:
        day = decided.decided_on
        if decided.body != rule.by or day is None or day > on or decided.paper is None:
            raise NotDecided(body=rule.by, clause=rule.clause)
        return
    shares = OwnershipShare.objects.on(on).filter(result=licence.result).select_related("owner")
    owners = {each.owner_id: each.owner for each in shares}
    agreed = set(licence.licenceconsents.values_list("owner", flat=True)) & owners.keys()
    consent = section.co_ownership.consent_to(LicenceKind(licence.kind))
    missing = owners.keys() - agreed
    if missing and (consent == Consent.ALL or not agreed):
        raise ConsentMissing(owners=[str(owners[key]) for key in sorted(missing)])
    if missing and consent == Consent.NOTICE:
        days = section.co_ownership.notice_days
        told = decided.notified_on
        if told is None or told + timedelta(days=days) > on:
            raise NoticeMissing(
                days=days,
                by=on - timedelta(days=days),
                owners=[str(owners[key]) for key in sorted(missing)],
            )


def refuse_unlevied(licence: Licence, on: date) -> None:
    """Raise NoLevyForIt where the charter cannot charge what the licence is to earn."""
    wanted = {
        Occasion.LICENCE_FEE: licence.fee or licence.licencemilestones.exists(),
        Occasion.ROYALTY: licence.every_months,
    }
    for occasion, charged in wanted.items():
        if charged:
            due_for(licence.consortium, Event(occasion, on, licence.uid, licence.unit))


def tell_grant(licence: Licence, others: Collection[Licence], on: date) -> None:
    """Tell the licensee, the owners and staff; and those promised most-favoured terms."""
    result, about, said = licence.result, str(licence.uid), {"licence": licence.number}
    people = people_of(licence.consortium, licence.licensee, on)
    inform(result, people, "licence_granted", on, about, **said)
    tell_owners(result, "licence_granted", on, about=about, **said)
    tell_staff(result, "licence_granted", on, about=about, **said)
    for other in others:
        if other.most_favoured and other.term.contains(on) and licence.price.beats(other.price):
            own = {"licence": other.number}
            key = f"{other.uid}:{licence.uid}"
            people = people_of(other.consortium, other.licensee, on)
            inform(result, people, "licence_better_terms", on, key, **own)
            tell_staff(result, "licence_better_terms", on, about=key, **own)


@operation(allow={Role.IP}, subject="licence")
def end_licence(
    *,
    licence: Licence,
    ends_on: date,
    cause: LicenceEnds,
    reason: str,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> LicenceEnding:
    """End a licence before its term, from a day on; what it has earned stays owed.

    Raises LicenceNotGranted, EndsOutside, ForeignDocument.
    """
    licence = held(licence)
    if licence.granted_on is None:
        raise LicenceNotGranted(licence=licence.number)
    refuse_foreign_paper(licence.consortium.pk, paper)
    last = licence.term.ends_on
    ended = LicenceEnding.objects.filter(licence=licence).exists()
    if ended or ends_on < max(on, licence.starts_on) or (last is not None and ends_on >= last):
        raise EndsOutside(day=ends_on, earliest=max(on, licence.starts_on), last=last)
    ending = LicenceEnding.objects.create(
        licence=licence,
        ends_on=ends_on,
        cause=cause,
        reason=reason,
        paper=paper,
        recorded_on=on,
        recorded_by=by,
    )
    watch(licence, on)
    said = {"licence": licence.number, "until": ends_on.isoformat()}
    people = people_of(licence.consortium, licence.licensee, on)
    inform(licence.result, people, "licence_ended", on, str(licence.uid), **said)
    tell_owners(licence.result, "licence_ended", on, about=str(licence.uid), **said)
    record(consortium=licence.consortium, action="end_licence", by=by, on=on, subject=licence)
    return ending
