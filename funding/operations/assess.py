"""Assessing a round: every member on its roll, in batches, charged in the same breath."""

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import DataError, IntegrityError

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import User, canonical, digest, encode, sha256
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Assessment, Round
from funding.models.assessments import assessment_content, assessment_period
from funding.operations.asking import request_payment
from funding.operations.bulk import Rows, addresses, take_keys, without_pauses
from funding.operations.charges import Owed, Row, charge_all, credit
from funding.operations.rounds import locked
from funding.reports.entries import Entry
from funding.reports.roll import entries, keys
from funding.reports.rounds import Due, governing
from funding.rules.choices import Issue, Visibility
from funding.rules.outcome import Outcome

ASSESSMENT = (
    "id", "uid", "consortium_id", "member_id", "levy", "subject", "period_starts_on",
    "period_ends_on", "version", "charter_id", "declaration_id", "category", "inputs", "trace",
    "amount", "unit", "secret", "assessed_on", "digest",
)  # fmt: skip


class TooEarly(DomainError):
    """Figures are still being collected; an assessment is final."""

    code = "too_early"


class NotConfirmed(DomainError):
    """The levy's charges leave only when a second person has confirmed the preview."""

    code = "not_confirmed"


@dataclass
class Batch:
    """What became of a round: how many were assessed, and which members could not be."""

    written: int = 0
    refused: list[tuple[Entry, DomainError]] = field(default_factory=list)

    def add(self, other: "Batch") -> None:
        self.written += other.written
        self.refused += other.refused


class Unwritable(DomainError):
    """The database refused a member's rows."""

    code = "unwritable"


@dataclass(frozen=True)
class Target:
    """What is written: the round by a day, with declarations up to `through`, for whom."""

    round: Round
    due: Due
    on: date
    through: int | None
    leave_out: Collection[str]
    by: User | None

    def entries(self, pks: Collection[int]) -> list[Entry]:
        """Return who of some members is to be assessed, as they are now."""
        scope = {"round": self.round, "due": self.due, "on": self.on, "through": self.through}
        return [each for each in entries(pks, **scope) if str(each.uid) not in self.leave_out]  # type: ignore[arg-type]


@operation(allow={Role.FINANCE}, subject="round", in_batches=True)
def assess(
    *,
    round: Round,
    leave_out: Collection[str] = (),
    by: User | None,
    on: date,
    batch_done: Callable[[int], None] = lambda count: None,
) -> Batch:
    """Assess and charge whoever is on the roll of a round whose charges leave by themselves.

    Not one transaction: each batch has its own, so that a killed run goes on where it
    stopped. A member whose figures the rule refuses is returned with the reason; the
    others go on. `leave_out`: addresses of members not to try. Raises Denied,
    TooEarly, NotConfirmed, and what `governing` raises.
    """
    due = governing(consortium=round.consortium, levy=round.levy, period_starts_on=round.starts_on)
    if due.levy.issue == Issue.CONFIRMED:
        raise NotConfirmed(levy=due.levy.code)
    if on < due.schedule.assess_on:
        raise TooEarly(levy=due.levy.code, assess_on=due.schedule.assess_on)
    return write_roll(
        round=round, due=due, leave_out=leave_out, by=by, on=on, batch_done=batch_done
    )


def write_roll(
    *,
    round: Round,
    due: Due,
    through: int | None = None,
    leave_out: Collection[str] = (),
    by: User | None,
    on: date,
    batch_done: Callable[[int], None] = lambda count: None,
) -> Batch:
    """Write the roll of a round, batch by batch."""
    target, total = Target(round, due, on, through, leave_out, by), Batch()
    with without_pauses():
        for pks in keys(round=round, due=due, on=on, through=through):
            total.add(written(target, pks))
            batch_done(total.written)
            gc.collect(1)
    return total


def written(target: Target, pks: Sequence[int]) -> Batch:
    """Write a batch in one transaction; where the database refuses, halve it and find out whom."""
    try:
        return in_one_transaction(lambda: write_batch(target, pks))
    except (DataError, IntegrityError):
        if len(pks) == 1:
            return Batch(refused=[(target.entries(pks)[0], Unwritable())])
    middle = len(pks) // 2
    both = written(target, pks[:middle])
    both.add(written(target, pks[middle:]))
    return both


def write_batch(target: Target, pks: Collection[int]) -> Batch:
    """Write assessments with their charges, credits and postings.

    The round is locked before the members are read, so that two runs at once assess
    each of them once, and nobody declares anew meanwhile.
    """
    round, due, on = locked(target.round), target.due, target.on
    consortium, batch = round.consortium, Batch()
    owed = assessed(target.entries(pks), batch, due, on)
    if not owed:
        return batch
    charges = charge_all(consortium, due, [each for each in owed if each.amount > 0], on)
    request_payment(consortium, due, charges, on)
    for each in owed:
        if each.amount < 0:
            credit(consortium, each, on)
    record(
        consortium=consortium,
        action="assess",
        by=target.by,
        on=on,
        subject=round,
        count=len(owed),
        batch=digest([each.assessment["digest"] for each in owed]),
        charges=len(charges),
        charged=digest([each["digest"] for each in charges]),
    )
    batch.written = len(owed)
    return batch


def assessed(members: Sequence[Entry], batch: Batch, due: Due, on: date) -> list[Owed]:
    """Write the next assessment of each member, or note in the batch why the rule refuses it.

    Returns what each owes more, or less, than it was assessed before; a difference is
    not paid in instalments.
    """
    keys, uids = take_keys(Assessment, len(members)), addresses(len(members))
    common = {
        "consortium_id": due.charter.consortium_id,
        "levy": due.levy.code,
        "subject": None,
        "period_starts_on": due.period.starts_on,
        "period_ends_on": due.period.end,
        "charter_id": due.charter.pk,
        "unit": due.levy.unit,
        "assessed_on": on,
    }
    period = encode(assessment_period(common))
    rows, owed = Rows(Assessment, ASSESSMENT, **common), []

    def lines() -> Iterator[str]:
        for entry, key, uid in zip(members, keys, uids, strict=True):
            try:
                found = entry.outcome(due)
            except DomainError as error:
                batch.refused.append((entry, error))
                continue
            row = {**common, **assessment_of(entry, found, due), "id": key, "uid": uid}
            encoded = {name: encode(row[name]) for name in ("inputs", "trace")}
            row["digest"] = sha256(canonical(assessment_content(row), period=period, **encoded))
            if entry.before:
                owed.append(Owed(row, row["amount"] - entry.before.amount, entry.party))
            else:
                owed.append(Owed(row, row["amount"], entry.party, found.quote.due))
            yield rows.line({**row, **encoded})

    rows.copy(lines())
    return owed


def assessment_of(entry: Entry, found: Outcome, due: Due) -> Row:
    """Return what is a member's own in its next assessment."""
    before, declaration = entry.before, entry.declaration
    return {
        "member_id": entry.member,
        "version": before.version + 1 if before else 1,
        "declaration_id": declaration.pk if declaration else None,
        "category": found.category,
        "inputs": found.inputs,
        "trace": found.quote.trace(),
        "amount": found.quote.amount,
        # What was declared in secret stays so, even if a later charter opens the levy.
        "secret": due.levy.visibility == Visibility.SECRET
        or bool(declaration and declaration.secret)
        or bool(before and before.secret),
    }
