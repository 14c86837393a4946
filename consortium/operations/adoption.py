"""Putting a charter in force: a decision, proposed by one person and confirmed by another."""

from datetime import date

from consortium import registry
from consortium.access import holds, operation
from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Document, User
from consortium.operations.audit import record
from consortium.operations.charters import lock_draft
from consortium.operations.documents import ForeignDocument
from consortium.rules.choices import Matter
from consortium.rules.documents import unready
from consortium.rules.governance import GovernanceSection, NobodyDecides
from consortium.rules.schema import InvalidDocument
from consortium.states import SECOND_ROLES, Role


class CharterOverlaps(DomainError):
    """Another adopted charter governs part of this period and cannot be shortened to fit."""

    code = "charter_overlaps"


class AdoptionRetroactive(DomainError):
    """Something was settled already for days the charter would govern."""

    code = "adoption_retroactive"


class NotProposed(DomainError):
    """Nobody has proposed the adoption, or the draft was changed since."""

    code = "adoption_not_proposed"


class SamePerson(DomainError):
    """One person alone cannot adopt a charter."""

    code = "same_person"


class WrongSecondPerson(DomainError):
    """The charter in force names another role to confirm its successor."""

    code = "wrong_second_person"


class WrongBody(DomainError):
    """The charter names another body to decide this."""

    code = "wrong_body"


class DecidedInTheFuture(DomainError):
    code = "decided_in_the_future"


@operation(allow={Role.SECRETARY}, subject="charter")
def propose_adoption(
    *,
    charter: Charter,
    revision: int | None = None,
    body: str,
    decided_on: date,
    decision: Document | None = None,
    by: User | None,
    on: date,
) -> Charter:
    """Enter the decision to adopt a draft: which body, when, and its paper.

    `revision`: the one the proposer has read, None for any. Raises CharterAdopted,
    DraftChanged, WrongBody, DecidedInTheFuture, AdoptionRetroactive, CharterOverlaps,
    so that it is known before the second person is asked.
    """
    lock(charter, revision)
    if decided_on > on:
        raise DecidedInTheFuture(decided_on=decided_on)
    if decision is not None and decision.consortium_id != charter.consortium_id:
        raise ForeignDocument(name=decision.name)
    charter.decided_on, charter.decided_by_body = decided_on, body
    refuse_wrong_body(charter)
    refuse_unfit(charter)
    charter.decision, charter.proposed_by = decision, by
    charter.save(update_fields=["decided_on", "decided_by_body", "decision", "proposed_by"])
    record(consortium=charter.consortium, action="propose_adoption", by=by, on=on, subject=charter)
    return charter


@operation(allow=set(SECOND_ROLES), subject="charter")
def adopt_charter(
    *, charter: Charter, revision: int | None = None, by: User | None, on: date
) -> Charter:
    """Put a draft in force for its period, shortening the predecessor where they meet.

    A person confirms what another has proposed; None (an operator, a replay) needs
    no proposal. `revision`: the one the person has read, None for any. Raises
    NotProposed, SamePerson, WrongSecondPerson, WrongBody, CharterAdopted,
    DraftChanged, CharterOverlaps, AdoptionRetroactive.
    """
    lock(charter, revision)
    if by is not None:
        refuse_wrong_person(charter, by, on)
        refuse_wrong_body(charter)  # another charter may have come between
    refuse_unfit(charter)
    for other in overlapping(charter):
        other.ends_on = charter.starts_on
        other.save(update_fields=["ends_on"])
    charter.adopted_on, charter.adopted_by = on, by
    charter.save(update_fields=["adopted_on", "adopted_by"])
    record(consortium=charter.consortium, action="adopt_charter", by=by, on=on, subject=charter)
    return charter


def lock(charter: Charter, revision: int | None) -> None:
    """Read a draft and its consortium again; nothing else is adopted or edited meanwhile."""
    consortium = Consortium.objects.select_for_update(no_key=True).get(pk=charter.consortium_id)
    lock_draft(charter, revision)
    charter.consortium = consortium


def decider(charter: Charter) -> tuple[str, Role | None] | None:
    """Return which body decides on a draft and which role confirms, as the charters say.

    The last charter adopted before it rules, also over a gap; a consortium's first
    charter rules itself. None where neither says.
    """
    adopted = Charter.objects.adopted().filter(consortium=charter.consortium)
    earlier = adopted.filter(starts_on__lte=charter.starts_on).order_by("-starts_on")
    for rules in (earlier.first(), charter):
        if rules is None or "governance" not in {each.code for each in rules.sections.all()}:
            continue
        governance: GovernanceSection = rules.rules("governance")
        try:
            decides = governance.decider(Matter.ADOPT_CHARTER)
        except NobodyDecides:
            continue
        return decides.by, Role(decides.second.value) if decides.second else None
    return None


def refuse_wrong_body(charter: Charter) -> None:
    deciding = decider(charter)
    if deciding is not None and charter.decided_by_body != deciding[0]:
        raise WrongBody(body=charter.decided_by_body, choices=[deciding[0]])


def refuse_wrong_person(charter: Charter, by: User, on: date) -> None:
    if charter.decided_on is None:
        raise NotProposed(code=charter.code)
    if charter.proposed_by_id == by.pk:
        raise SamePerson(person=str(by))
    deciding = decider(charter)
    wanted = {deciding[1]} if deciding and deciding[1] else set(SECOND_ROLES)
    if not holds(by, consortium=charter.consortium, on=on, roles=wanted, organization=None):
        raise WrongSecondPerson(roles=sorted(wanted))


def refuse_unfit(charter: Charter) -> None:
    """Raise what keeps a draft from taking effect on its day."""
    overlapping(charter)
    if found := unready({each.code: each.parsed() for each in charter.sections.all()}):
        raise InvalidDocument(found)
    settled = [
        day
        for settlement in registry.settlements.all()
        if (day := settlement.until(consortium=charter.consortium)) is not None
    ]
    if settled and charter.starts_on < max(settled):
        raise AdoptionRetroactive(starts_on=charter.starts_on, settled_until=max(settled))


def overlapping(charter: Charter) -> list[Charter]:
    """Return the adopted charters a draft would shorten. Raises CharterOverlaps."""
    adopted = Charter.objects.adopted().filter(consortium=charter.consortium)
    found = [other for other in adopted if other.period.overlaps(charter.period)]
    for other in found:
        gap_after = charter.ends_on is not None and (
            other.ends_on is None or other.ends_on > charter.ends_on
        )
        if other.starts_on >= charter.starts_on or gap_after:
            raise CharterOverlaps(code=charter.code, other=other.code)
    return found
