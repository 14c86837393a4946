"""What pays for research is recorded, and ends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Document, Organization, User
from consortium.operations.audit import record
from consortium.operations.documents import ForeignDocument
from consortium.periods import Period
from consortium.states import Role
from funding.models import FundingInstrument
from funding.rules.choices import InstrumentKind
from projects.models import Project

RECORDERS = {Role.FINANCE, Role.PROJECTS, Role.IP}


class InstrumentAmountWrong(DomainError):
    """An amount is above 0, and has a unit."""

    code = "instrument_amount_wrong"


class InstrumentForeign(DomainError):
    """The project is another consortium's, or whose work is paid takes no part in it."""

    code = "instrument_foreign"


class FunderWrong(DomainError):
    """Own money comes from who does the work; everything else from somebody else."""

    code = "instrument_funder_wrong"


@dataclass(frozen=True)
class Funding:
    """What pays: its kind, who pays whose work, under which contract, how much in which unit."""

    kind: InstrumentKind
    title: str
    funder: Organization
    starts_on: date
    ends_on: date | None = None
    recipient: Organization | None = None
    project: Project | None = None
    contract: str = ""
    amount: Decimal | None = None
    unit: str = ""
    paper: Document | None = None


@operation(allow=RECORDERS)
def record_instrument(
    *, consortium: Consortium, funding: Funding, by: User | None, on: date
) -> FundingInstrument:
    """Record what pays for research, for one organization's work or the consortium's own.

    Raises EndsBeforeStart, InstrumentAmountWrong, InstrumentForeign, FunderWrong,
    ForeignDocument.
    """
    Period(funding.starts_on, funding.ends_on).checked()
    refuse_unsound(consortium, funding)
    amount = funding.amount
    instrument = FundingInstrument.objects.create(
        consortium=consortium,
        kind=funding.kind,
        title=funding.title,
        funder=funding.funder,
        recipient=funding.recipient,
        project=funding.project,
        contract=funding.contract,
        amount=amount,
        unit=(funding.unit or consortium.currency) if amount is not None else "",
        starts_on=funding.starts_on,
        ends_on=funding.ends_on,
        paper=funding.paper,
    )
    record(consortium=consortium, action="record_instrument", by=by, on=on, subject=instrument)
    return instrument


@operation(allow=RECORDERS, subject="instrument")
def end_instrument(
    *, instrument: FundingInstrument, ends_on: date, by: User | None, on: date
) -> FundingInstrument:
    """Let it pay no more from a day on. Raises AlreadyEnded, EndsBeforeStart."""
    row = FundingInstrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
    row.ends_on = row.period.ended(ends_on).ends_on
    row.save(update_fields=["ends_on"])
    record(consortium=row.consortium, action="end_instrument", by=by, on=on, subject=row)
    return row


def refuse_unsound(consortium: Consortium, funding: Funding) -> None:
    """Raise where the amount, the project, whose work it pays or the scan cannot be so."""
    if funding.amount is not None and funding.amount <= 0:
        raise InstrumentAmountWrong(amount=str(funding.amount))
    project, recipient = funding.project, funding.recipient
    if project is not None:
        parts = project.projectparticipants.filter(consortium=consortium)
        if recipient is not None:
            parts = parts.filter(body=recipient)
        if not parts.exists():
            raise InstrumentForeign(project=project.number)
    own = funding.kind == InstrumentKind.OWN_MONEY
    if recipient is not None and own != (recipient == funding.funder):
        raise FunderWrong(funder=str(funding.funder))
    if funding.paper is not None and funding.paper.consortium_id != consortium.pk:
        raise ForeignDocument(name=funding.paper.name)
