"""Licences proposed on terms, and agreed to by the owners."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Document, User
from consortium.money import quantum
from consortium.operations.audit import record
from consortium.operations.numbering import fiscal_year, take_numbers
from consortium.periods import Period
from consortium.rules.standards import currencies
from consortium.states import Role
from funding.operations.ledger import FinerThanUnit
from ip.models import (
    Licence,
    LicenceApplication,
    LicenceConsent,
    LicenceMilestone,
    OwnershipShare,
)
from ip.operations.applying import open_one
from ip.operations.ownership import refuse_no_owner
from ip.operations.soundness import refuse_foreign_paper
from ip.operations.telling import tell_owners
from ip.rules.choices import LicenceKind


class TermsWrong(DomainError):
    """A royalty is part of sales, and one that is owed is stated for periods of some months."""

    code = "licence_terms_wrong"


class StartsBeforeResult(DomainError):
    code = "licence_starts_before_result"


class AlreadyGranted(DomainError):
    code = "licence_already_granted"


@dataclass(frozen=True)
class Offered:
    """The terms a licence is proposed on; what is not said is as in the application.

    `milestones`: an amount by its name. `anchor`: from when royalty periods are counted,
    the licence's first day where it is left out.
    """

    starts_on: date
    unit: str
    ends_on: date | None = None
    kind: LicenceKind | None = None
    sublicensing: bool = False
    fee: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    anchor: date | None = None
    every_months: int = 0
    within_days: int = 60
    most_favoured: bool = False
    milestones: dict[str, Decimal] = field(default_factory=dict)


@operation(allow={Role.IP}, subject="application")
def propose_licence(
    *, application: LicenceApplication, offered: Offered, by: User | None, on: date
) -> Licence:
    """Put down the terms of a licence for its owners or a body to agree to.

    Raises ApplicationClosed, TermsWrong, FinerThanUnit, EndsBeforeStart,
    StartsBeforeResult.
    """
    application = open_one(application)
    period = Period(offered.starts_on, offered.ends_on).checked()
    refuse_terms(offered)
    if offered.starts_on < application.result.completed_on:
        raise StartsBeforeResult(completed_on=application.result.completed_on)
    consortium = application.consortium
    (number,) = take_numbers(consortium=consortium, kind="licence", on=on)
    licence = Licence.objects.create(
        result=application.result,
        application=application,
        licensee=application.applicant,
        number=f"L-{fiscal_year(consortium, on)}-{number:04d}",
        kind=(offered.kind or LicenceKind(application.kind)).value,
        uses=application.uses,
        field=application.field,
        territory=application.territory,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        anchor=offered.anchor or period.starts_on,
        proposed_on=on,
        proposed_by=by,
        **{name: getattr(offered, name) for name in TERMS},
    )
    LicenceMilestone.objects.bulk_create(
        LicenceMilestone(licence=licence, name=name, amount=amount)
        for name, amount in offered.milestones.items()
    )
    tell_owners(
        licence.result, "licence_proposed", on, about=str(licence.uid), licence=licence.number
    )
    record(consortium=consortium, action="propose_licence", by=by, on=on, subject=licence)
    return licence


TERMS = (
    "sublicensing", "unit", "fee", "rate", "minimum", "every_months", "within_days",
    "most_favoured",
)  # fmt: skip


def refuse_terms(offered: Offered) -> None:
    amounts = (offered.fee, offered.minimum, *offered.milestones.values())
    royalty = bool(offered.rate or offered.minimum)
    wrong = (
        offered.unit not in currencies()
        or not 0 <= offered.rate <= 1
        or any(each < 0 for each in amounts)
        or not all(each > 0 for each in offered.milestones.values())
        or royalty != (offered.every_months > 0)
        or offered.every_months > 12
    )
    if wrong:
        raise TermsWrong(unit=offered.unit)
    smallest = quantum(offered.unit)
    for each in amounts:
        if each != each.quantize(smallest):
            raise FinerThanUnit(value=each, smallest=smallest)


@operation(allow={Role.SIGNATORY}, subject="share")
def consent_to_licence(
    *, share: OwnershipShare, licence: Licence, by: User | None, on: date
) -> LicenceConsent:
    """Agree as an owner to a licence on its terms. Raises NotOwned, AlreadyGranted."""
    return agree(share, licence, None, on, by, on)


@operation(allow={Role.IP}, subject="licence", on_behalf=True)
def enter_consent(
    *,
    licence: Licence,
    share: OwnershipShare,
    agreed_on: date,
    paper: Document | None = None,
    by: User | None,
    on: date,
) -> LicenceConsent:
    """Enter an owner's agreement from paper. Raises NotOwned, AlreadyGranted, ForeignDocument."""
    return agree(share, licence, paper, min(agreed_on, on), by, on)


def agree(
    share: OwnershipShare,
    licence: Licence,
    paper: Document | None,
    agreed_on: date,
    by: User | None,
    on: date,
) -> LicenceConsent:
    licence = proposed(licence)
    refuse_no_owner(share, licence.result_id, agreed_on)
    refuse_foreign_paper(licence.consortium.pk, paper)
    consent, _made = LicenceConsent.objects.get_or_create(
        licence=licence,
        owner=share.owner,
        defaults={"agreed_on": agreed_on, "paper": paper, "recorded_by": by},
    )
    record(
        consortium=licence.consortium, action="consent_to_licence", by=by, on=on, subject=licence
    )
    return consent


def proposed(licence: Licence) -> Licence:
    """Return a licence that nobody grants meanwhile. Raises AlreadyGranted."""
    found = held(licence)
    if found.granted_on is not None:
        raise AlreadyGranted(granted_on=found.granted_on)
    return found


def held(licence: Licence) -> Licence:
    rows = Licence.objects.select_for_update(of=("self",))
    return rows.select_related("result__consortium", "licensee").get(pk=licence.pk)
