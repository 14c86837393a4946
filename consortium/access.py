"""Who may read which rows, and who may run which operation.

Rights come from dated `Appointment` rows alone. Reading: the functions below
return `Q` objects that each model's `visible_to` combines. Acting: `@operation`.
This module imports no models; it reaches appointments through the user.
"""

import functools
import inspect
import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from consortium.errors import Denied, DomainError
from consortium.states import MEMBER_ROLES, Role

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING
RETRIES = 5
SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"


class ReferenceIsReadOnly(DomainError):
    """A reference case is for reading; adopt it to work with it."""

    code = "reference_is_read_only"


def in_consortium(user: Any, on: date, *roles: Role, at: str = "consortium") -> Q:
    """Return rows of consortia where the user holds one of the roles on a day.

    With none named, any role but the supervising department's, which sees
    aggregates only. `at`: the path from the row to its consortium; "pk" for the
    consortium itself.
    """
    if not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    if (known := at_hand(user, on)) is not None:
        named = set(roles) or set(Role) - {Role.SUPERVISOR}
        return Q(**{f"{at}__in": {each.consortium_id for each in known if each.role in named}})
    held = user.appointments.on(on)
    held = held.filter(role__in=roles) if roles else held.exclude(role=Role.SUPERVISOR)
    return Q(**{f"{at}__in": held.values("consortium")})


def as_staff(user: Any, on: date, *roles: Role, at: str = "consortium") -> Q:
    """Return rows of consortia where the user is staff in one of these roles on a day."""
    if set(roles) & MEMBER_ROLES:
        raise ValueError("a member's role gives no right over other members' rows")
    return in_consortium(user, on, *roles, at=at)


def own(
    user: Any,
    on: date,
    *roles: Role,
    consortium: str = "consortium",
    organization: str = "member__organization",
) -> Q:
    """Return rows of the organizations the user speaks for, each in its own consortium."""
    if not user.is_active:
        return NOTHING
    if (known := at_hand(user, on)) is not None:
        pairs = {
            (each.consortium_id, each.organization_id)
            for each in known
            if each.role in (roles or MEMBER_ROLES) and each.organization_id
        }
        rows = (Q(**{consortium: here, organization: whose}) for here, whose in sorted(pairs))
        return functools.reduce(operator.or_, rows, NOTHING)
    held = user.appointments.on(on).filter(role__in=roles or MEMBER_ROLES)
    here = {"consortium": OuterRef(consortium), "organization": OuterRef(organization)}
    return Q(Exists(held.filter(**here)))


def take(user: Any) -> None:
    """Have a user's appointments at hand while answering, so that nothing asks for them again."""
    drop(user)
    if user.is_authenticated:
        prefetch_related_objects([user], "appointments")


def drop(user: Any) -> None:
    """Have them no longer at hand: what is asked next may come after a change."""
    getattr(user, "_prefetched_objects_cache", {}).pop("appointments", None)


def at_hand(user: Any, on: date) -> list[Any] | None:
    """Return a user's appointments of a day where they are at hand, else None."""
    known = getattr(user, "_prefetched_objects_cache", {}).get("appointments")
    return None if known is None else [each for each in known if each.period.contains(on)]


def holds(user: Any, *, consortium: Any, on: date, roles: set[Role], organization: Any) -> bool:
    """Say whether a user holds one of the roles on a day.

    A member's role counts for the organization only; for any, where none is named.
    """
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    if (known := at_hand(user, on)) is not None:
        return any(
            each.role in roles
            and each.consortium_id == consortium.pk
            and (
                each.role not in MEMBER_ROLES
                or organization is None
                or each.organization_id == organization.pk
            )
            for each in known
        )
    here = user.appointments.on(on).filter(consortium=consortium)
    staff = Q(role__in=roles - MEMBER_ROLES)
    member = Q(role__in=roles & MEMBER_ROLES)
    if organization is not None:
        member &= Q(organization=organization)
    return bool(here.filter(staff | member).exists())


def spoken_for(
    user: Any, *, consortium: Any, on: date, roles: Collection[Role] = MEMBER_ROLES
) -> set[int]:
    """Return the keys of the organizations a user speaks for in one of these roles on a day.

    The database is not asked where the user's appointments are at hand.
    """
    if not user.is_active:
        return set()
    if (known := at_hand(user, on)) is not None:
        return {
            each.organization_id
            for each in known
            if each.role in MEMBER_ROLES.intersection(roles) and each.consortium_id == consortium.pk
        }
    held = user.appointments.on(on).filter(
        consortium=consortium, role__in=MEMBER_ROLES.intersection(roles)
    )
    return set(held.values_list("organization", flat=True))


@dataclass(frozen=True)
class Operation:
    """A registered operation: what it is called, who may run it, and on what.

    `on_behalf`: it is a member's act that staff enter for it, so that its paper is kept.
    """

    code: str
    allow: frozenset[Role]
    subject: str
    run: Callable[..., Any]
    on_behalf: bool


operations: dict[str, Operation] = {}


def operation[**P, R](
    *,
    allow: set[Role],
    subject: str = "consortium",
    in_batches: bool = False,
    on_behalf: bool | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a business write: who may, in one transaction, retried when the database asks.

    `allow`: roles; empty means the platform's administrators only. `subject`: the
    parameter whose consortium (and, for a member's role, organization) decides.
    `in_batches`: it takes a transaction for each batch itself, so that a killed one
    goes on where it stopped. `on_behalf`: whether it is a member's act for which staff
    keep a paper; if left out, where both may run it. The function takes keywords only,
    among them `by` (None: a sweep or an operator at the console) and `on`. Raises Denied
    and ReferenceIsReadOnly.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        app, code = function.__module__.split(".")[0], function.__name__
        kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
        if kinds != {inspect.Parameter.KEYWORD_ONLY}:
            raise TypeError(f"{code}: an operation takes keywords only")

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            check(kwargs, allow=frozenset(allow), subject=subject)
            if in_batches:
                return function(*args, **kwargs)
            return in_one_transaction(lambda: function(*args, **kwargs))

        both = bool(allow & MEMBER_ROLES and allow - MEMBER_ROLES)
        behalf = both if on_behalf is None else on_behalf
        found = Operation(f"{app}.{code}", frozenset(allow), subject, run, behalf)
        operations[found.code] = found
        return run

    return declare


def check(kwargs: dict[str, Any], *, allow: frozenset[Role], subject: str) -> None:
    """Raise Denied or ReferenceIsReadOnly when `by` may not act on the subject."""
    by, target = kwargs.get("by"), kwargs.get(subject)
    if by is None:
        return
    consortium = getattr(target, "consortium", target)
    if consortium is not None and consortium.is_reference:
        raise ReferenceIsReadOnly(consortium=consortium.slug)
    organization = getattr(target, "organization", None)
    if by.is_active and by.is_superuser:
        return
    drop(by)  # A right that was taken away meanwhile is gone for a write.
    if target is None or not holds(
        by, consortium=consortium, on=kwargs["on"], roles=set(allow), organization=organization
    ):
        raise Denied(roles=sorted(allow))


def in_one_transaction[R](call: Callable[[], R]) -> R:
    """Run a call in one transaction; again when PostgreSQL reports a conflict of writers.

    Inside a larger transaction only a savepoint is taken: the conflict then
    belongs to whoever opened it.
    """
    for attempt in range(RETRIES):
        try:
            with transaction.atomic():
                return call()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            again = state in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)
            if connection.in_atomic_block or not again or attempt == RETRIES - 1:
                raise
    raise AssertionError("unreachable")
