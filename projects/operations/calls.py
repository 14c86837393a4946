"""Calls for proposals: written, published, changed for everyone to see."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Charter, Consortium, User, digest
from consortium.operations.audit import record
from consortium.operations.notices import notify
from consortium.states import Role
from projects.models import Call, CallChange
from projects.operations.soundness import refuse_unsound
from projects.operations.telling import people
from projects.rules.choices import Initiative
from projects.rules.moments import moment
from projects.rules.section import ProjectsSection


class NoThemes(DomainError):
    """Where topics are set, a call says which."""

    code = "no_themes"


class CallPublished(DomainError):
    code = "already_published"


class CallOver(DomainError):
    """The call has closed for good and is sealed."""

    code = "call_over"


class ClosesInPast(DomainError):
    """A call cannot be closed before now."""

    code = "closes_in_past"


class CallFieldFixed(DomainError):
    """This cannot change any more, or never could."""

    code = "call_field_fixed"


class NoReason(DomainError):
    """A change to a published call says why."""

    code = "no_reason"


AMENDABLE = frozenset(
    [
        "name_en", "name_zh", "text_en", "text_zh", "terms", "budget",
        "opens_at", "closes_at", "ends_at",
    ]
)  # fmt: skip
"""What may still change of a published call; of a draft also `code` and `unit`."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What a call says; see `Call` for each field. `unit`: the consortium's currency if empty."""

    code: str
    name_en: str = ""
    name_zh: str = ""
    text_en: str = ""
    text_zh: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    budget: Decimal | None = None
    unit: str = ""
    opens_at: datetime
    closes_at: datetime
    ends_at: datetime | None = None


@operation(allow={Role.PROJECTS})
def create_call(
    *, consortium: Consortium, invitation: Invitation, by: User | None, on: date
) -> Call:
    """Draft a call under the charter in force on the day it opens.

    Raises NoCharterInForce, NoSuchSection, InvalidDocument, CallCodeTaken, and what else
    is wrong with it.
    """
    values = {each.name: getattr(invitation, each.name) for each in fields(invitation)}
    opens_on = invitation.opens_at.astimezone(ZoneInfo(consortium.time_zone)).date()
    charter = Charter.objects.in_force(consortium=consortium, on=opens_on)
    section: ProjectsSection = charter.rules("projects")
    call = Call(
        consortium=consortium,
        charter=charter,
        initiative=section.initiative.value,
        created_by=by,
        **values | {"unit": invitation.unit or consortium.currency},
    )
    refuse_unsound(call, section)
    call.save(force_insert=True)
    record(consortium=consortium, action="create_call", by=by, on=on, subject=call)
    return call


@operation(allow={Role.PROJECTS}, subject="call")
def publish_call(*, call: Call, at: datetime, by: User | None, on: date) -> Call:
    """Publish a call and tell everyone. Raises CallPublished, CallOver, NoThemes."""
    call = locked(call)
    if call.published_at is not None:
        raise CallPublished(call=call.code)
    refuse_over(call, at)
    if call.initiative == Initiative.TOP_DOWN.value and not call.rules().themes:
        raise NoThemes(call=call.code)
    call.published_at = at
    call.save(update_fields=["published_at"])
    announce(call, "call_published", on)
    record(consortium=call.consortium, action="publish_call", by=by, on=on, subject=call)
    return call


@operation(allow={Role.PROJECTS}, subject="call")
def amend_call(
    *,
    call: Call,
    changes: Mapping[str, Any],
    reason: str = "",
    at: datetime,
    by: User | None,
    on: date,
) -> Call:
    """Change a call; a published one with a reason, told to everyone and kept for all to see.

    Raises CallOver once it has closed, ClosesInPast, NoReason, NotAmendable, and what
    `create_call` raises.
    """
    call = locked(call)
    refuse_over(call, at)
    known = AMENDABLE if call.published_at else AMENDABLE | {"code", "unit"}
    before = said(call)
    for name, value in changes.items():
        if name not in known:
            raise CallFieldFixed(field=name)
        setattr(call, name, value)
    refuse_unsound(call, call.charter.rules("projects"))
    after = said(call)
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return call
    if call.published_at is not None:
        refuse_unannounced(call, before, changed, reason, at)
        keep_change(call, before, after, changed, reason=reason.strip(), by=by, on=on)
    call.save(update_fields=sorted(known))
    record(
        consortium=call.consortium, action="amend_call", by=by, on=on, subject=call,
        fields=sorted(changed), sha256=digest(after),
    )  # fmt: skip
    return call


def keep_change(
    call: Call,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    changed: set[str],
    *,
    reason: str,
    by: User | None,
    on: date,
) -> None:
    """Keep a change for all to see, and tell everyone."""
    change = CallChange.objects.create(
        call=call,
        reason=reason,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
        changed_by=by,
    )
    announce(call, "call_changed", on, about=str(change.uid), reason=reason)


def locked(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("consortium", "charter").get(
        pk=call.pk
    )  # fmt: skip


def said(call: Call) -> dict[str, Any]:
    """Return what a call says, as plain JSON."""
    found: dict[str, Any] = {name: getattr(call, name) for name in AMENDABLE | {"code", "unit"}}
    for name in ("opens_at", "closes_at", "ends_at"):
        found[name] = moment(found[name], call.consortium.time_zone) if found[name] else None
    found["budget"] = None if call.budget is None else f"{call.budget.normalize():f}"
    return found


def refuse_over(call: Call, at: datetime) -> None:
    over = call.ends_at or call.closes_at
    if at > over:
        raise CallOver(call=call.code, closes_at=moment(over, call.consortium.time_zone))


def refuse_unannounced(
    call: Call, before: Mapping[str, Any], changed: set[str], reason: str, at: datetime
) -> None:
    """Raise what speaks against changing what everyone has read."""
    if not reason.strip():
        raise NoReason(call=call.code)
    for name in sorted({"closes_at", "ends_at"} & changed):
        moved = getattr(call, name)
        was = before[name] and datetime.fromisoformat(before[name])
        # What has closed stays closed, whatever the later stage does.
        if (moved is not None and moved < at) or (was is not None and was < at):
            values = {"closes_at": moment(moved, call.consortium.time_zone) if moved else None}
            raise ClosesInPast(**values, at=moment(at, call.consortium.time_zone))


def announce(call: Call, code: str, on: date, about: str = "", **values: Any) -> int:
    """Tell everyone concerned of what happened to a call."""
    return notify(
        consortium=call.consortium,
        to=people(consortium=call.consortium, on=on),
        code=code,
        on=on,
        about=":".join(filter(None, (str(call.uid), about))),
        href=f"/api/v1/calls/{call.uid}/",
        call={"en": call.name_en, "zh": call.name_zh},
        closes_at=moment(call.closes_at, call.consortium.time_zone),
        **values,
    )
