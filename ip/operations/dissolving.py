"""When the consortium has ended, others take over what the association owned."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, User
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import Result
from ip.operations.leaving import day_of
from ip.operations.offers import owners_on
from ip.operations.ownership import Gained, locked, pass_on
from ip.operations.telling import tell_owners
from ip.reports.dissolution import Ending, association_of, endings
from ip.states import Cause


class NotEnded(DomainError):
    """The consortium goes on; nobody succeeds it."""

    code = "consortium_not_ended"


@operation(allow={Role.IP, Role.SECRETARY})
def succeed(*, consortium: Consortium, by: User | None, on: date) -> int:
    """Let the association's parts pass as each result's charter says, from the end day on.

    Returns of how many results. Where nobody succeeds, by the rule or because there is
    nobody, the part stays. Again, it finds nothing more to do. Raises NotEnded.
    """
    ends_on = consortium.ends_on
    if ends_on is None or ends_on > on:
        raise NotEnded(consortium=consortium.name, ends_on=ends_on)
    association = association_of(consortium)
    held = Result.objects.filter(consortium=consortium, shares__owner=association).distinct()
    done = sum(
        pass_to_heirs(each, ends_on, on, by)
        for each in endings(consortium, held, ends_on)
        if each.passes
    )
    record(consortium=consortium, action="succeed", by=by, on=on, subject=consortium, count=done)
    return done


def pass_to_heirs(ending: Ending, ends_on: date, on: date, by: User | None) -> bool:
    """Let what the association still has of a result pass; False where it has nothing more."""
    result = locked(ending.result)
    day = day_of(result, ends_on)
    before = owners_on(result, day)
    association = association_of(result.consortium)
    mine = before.get(association.pk) if association else None
    if mine is None:
        return False
    was = sum(ending.passes.values())
    parts = {heir.pk: part * mine.part / was for heir, part in ending.passes.items()}
    pass_on(result, before, mine, parts, day, Gained(Cause.SUCCESSION), by)
    tell_owners(result, "ownership_changed", on, about=f"succession:{ends_on.isoformat()}")
    return True
