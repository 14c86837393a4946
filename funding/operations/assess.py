"""Assessing a round: every member on its roll, in batches, charged in the same breath."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.db import DataError, IntegrityError

from consortium.access import in_one_transaction, operation
from consortium.errors import DomainError
from consortium.models import User, digest
from consortium.operations.audit import record
from consortium.states import Role
from funding.models import Assessment, Round
from funding.models.assessments import assessment_content
from funding.operations.asking import request_payment
from funding.operations.bulk import copy, line, take_keys
from funding.operations.charges import Row, charge_all, credit
from funding.operations.rounds import locked
from funding.reports.roll import Entry, of_round, roll
from funding.reports.rounds import Due, governing
from funding.rules.choices import Issue, Visibility

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
    """What a batch is written for."""

    round: Round
    due: Due
    through: int | None
    by: User | None
    on: date


@dataclass(frozen=True)
class Assessed:
    """A member's new assessment, ready to be written; `owed`: the difference to the last one."""

    entry: Entry
    row: Row
    text: str
    owed: Decimal


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
    """Write the roll of a round batch by batch, computing one while another is written."""
    total = Batch()
    batches = (
        [each for each in entries if str(each.uid) not in leave_out]
        for entries in roll(round=round, due=due, on=on, through=through)
    )
    for ready, refused in computed(batches, due, on):
        total.refused += refused
        total.add(written(Target(round, due, through, by, on), ready))
        batch_done(total.written)
    return total


type Computed = tuple[list[Assessed], list[tuple[Entry, DomainError]]]


def computed(batches: Iterator[list[Entry]], due: Due, on: date) -> Iterator[Computed]:
    """Yield what each batch comes to; the next one is computed while this one is written.

    The other thread only computes: everything it needs is read, and the keys are taken, here.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = None
        for entries in batches:
            if not entries:
                continue
            keys = take_keys(Assessment, len(entries))
            following = pool.submit(assessed, entries, keys, due, on)
            if running is not None:
                yield running.result()
            running = following
        if running is not None:
            yield running.result()


def assessed(entries: list[Entry], keys: list[int], due: Due, on: date) -> Computed:
    """Return the assessments of some members, and whose figures the rule refuses."""
    ready, refused = [], []
    for entry, key in zip(entries, keys, strict=True):
        try:
            ready.append(assessment_of(entry, key, due, on))
        except DomainError as error:
            refused.append((entry, error))
    return ready, refused


def assessment_of(entry: Entry, key: int, due: Due, on: date) -> Assessed:
    """Return a member's next assessment. Raises what the engine refuses."""
    found, before, declaration = entry.outcome(due), entry.before, entry.declaration
    row: Row = {
        "id": key,
        "uid": uuid4(),
        "consortium_id": due.charter.consortium_id,
        "member_id": entry.member,
        "levy": due.levy.code,
        "subject": None,
        "period_starts_on": due.period.starts_on,
        "period_ends_on": due.period.end,
        "version": before.version + 1 if before else 1,
        "charter_id": due.charter.pk,
        "declaration_id": declaration.pk if declaration else None,
        "category": found.category,
        "inputs": found.inputs,
        "trace": found.quote.trace(),
        "amount": found.quote.amount,
        "unit": found.quote.unit,
        # What was declared in secret stays so, even if a later charter opens the levy.
        "secret": due.levy.visibility == Visibility.SECRET
        or bool(declaration and declaration.secret)
        or bool(before and before.secret),
        "assessed_on": on,
    }
    row["digest"] = digest(assessment_content(row))
    text = line(row[name] for name in ASSESSMENT)
    return Assessed(entry, row, text, found.quote.amount - (before.amount if before else 0))


def written(target: Target, ready: list[Assessed]) -> Batch:
    """Write a batch in one transaction; where the database refuses, halve it and find out whom."""
    if not ready:
        return Batch()
    try:
        return Batch(in_one_transaction(lambda: write_batch(target, ready)))
    except (DataError, IntegrityError):
        if len(ready) == 1:
            return Batch(refused=[(ready[0].entry, Unwritable())])
    middle = len(ready) // 2
    both = written(target, ready[:middle])
    both.add(written(target, ready[middle:]))
    return both


def write_batch(target: Target, ready: list[Assessed]) -> int:
    """Write assessments with their charges, credits and postings; returns how many.

    The round is locked. Whoever was assessed or declared anew since the batch was read
    is left to the next run, so that two runs at once assess each member once.
    """
    round, on = locked(target.round), target.on
    consortium, due = round.consortium, target.due
    ready = still_due(target, ready)
    if not ready:
        return 0
    copy(Assessment, ASSESSMENT, (each.text for each in ready))
    owed = [(each.row, each.owed, each.entry.party) for each in ready if each.owed > 0]
    charges = charge_all(consortium, due, owed, on)
    request_payment(consortium, due, charges, on)
    for each in ready:
        if each.owed < 0:
            credit(consortium, each.row, -each.owed, each.entry.party, on)
    record(
        consortium=consortium,
        action="assess",
        by=target.by,
        on=on,
        subject=round,
        count=len(ready),
        batch=digest([each.row["digest"] for each in ready]),
        charges=len(charges),
        charged=digest([each["digest"] for each in charges]),
    )
    return len(ready)


def still_due(target: Target, ready: list[Assessed]) -> list[Assessed]:
    """Return those of a batch that nobody has assessed or declared anew meanwhile."""
    members = [each.entry.member for each in ready]
    round = target.round
    done = Assessment.objects.filter(
        member__in=members, levy=round.levy, period_starts_on=round.starts_on, subject=None
    )
    assessed_at = dict(done.order_by("version").values_list("member_id", "version"))
    declared = of_round(round, target.on, target.through).filter(member__in=members)
    declared_at = dict(declared.order_by("version").values_list("member_id", "version"))
    return [
        each
        for each in ready
        if assessed_at.get(each.entry.member, 0) == each.row["version"] - 1
        and declared_at.get(each.entry.member, 0)
        == (each.entry.declaration.version if each.entry.declaration else 0)
    ]
