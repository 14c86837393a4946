"""How a result is to be protected."""

from datetime import date

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import User
from consortium.operations.audit import record
from consortium.states import Role
from ip.models import Evaluation, Result
from ip.operations.ownership import locked
from ip.operations.telling import tell_owners
from ip.states import Protection


class ReasonMissing(DomainError):
    code = "evaluation_reason_missing"


class EvaluatedOutside(DomainError):
    """A result is evaluated once it was disclosed, after the last time, and not ahead."""

    code = "evaluation_day_outside"


@operation(allow={Role.IP}, subject="result")
def evaluate(
    *,
    result: Result,
    protection: Protection,
    reason: str,
    evaluated_on: date | None = None,
    by: User | None,
    on: date,
) -> Evaluation:
    """Decide how a result is to be protected; the last decision counts.

    Raises ReasonMissing, EvaluatedOutside.
    """
    result = locked(result)
    day = evaluated_on or on
    if not reason.strip():
        raise ReasonMissing
    last = result.evaluations.order_by("-evaluated_on").first()
    earliest = last.evaluated_on if last is not None else result.disclosed_on
    if not earliest <= day <= on:
        raise EvaluatedOutside(day=day, earliest=earliest)
    evaluation = Evaluation.objects.create(
        result=result, protection=protection, reason=reason, evaluated_on=day, evaluated_by=by
    )
    tell_owners(result, "result_evaluated", on, about=str(evaluation.uid))
    record(consortium=result.consortium, action="evaluate", by=by, on=on, subject=result)
    return evaluation
