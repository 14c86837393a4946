"""Founding a consortium, its goals and its life."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from zoneinfo import available_timezones

from consortium.access import operation
from consortium.errors import DomainError
from consortium.models import Consortium, Goal, Organization, User
from consortium.operations.audit import record
from consortium.operations.organizations import NoName
from consortium.periods import Period
from consortium.rules.standards import currencies
from consortium.states import Role


class SlugTaken(DomainError):
    code = "slug_taken"


class UnknownCurrency(DomainError):
    code = "unknown_currency"


class UnknownTimeZone(DomainError):
    code = "unknown_time_zone"


class NotAmendable(DomainError):
    """The field follows from the charter or from what has happened."""

    code = "not_amendable"


class GoalEndsBeforeItIsSet(DomainError):
    code = "goal_due_before_set"


AMENDABLE = frozenset(
    [
        "name_en",
        "name_zh",
        "language",
        "field_en",
        "field_zh",
        "lead",
        "host_unit",
        "liable_unit",
        "funds_holder",
        "funds_account",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Founding:
    """What is known of a consortium when it is founded; see `Consortium` for each field."""

    slug: str
    name_en: str = ""
    name_zh: str = ""
    currency: str
    time_zone: str
    language: str = "zh-hans"
    legal_form: str
    stage: str
    structure: str
    initiator: str
    starts_on: date
    ends_on: date | None = None
    fiscal_year_month: int = 1
    fiscal_year_day: int = 1
    field_en: str = ""
    field_zh: str = ""
    is_reference: bool = False
    units: dict[str, Organization] = field(default_factory=dict)


@operation(allow=set(), subject="consortium")
def found(*, founding: Founding, consortium: None = None, by: User | None, on: date) -> Consortium:
    """Found a consortium; its sweeps begin on its first day.

    Raises SlugTaken, UnknownCurrency, UnknownTimeZone, NoName, EndsBeforeStart.
    """
    if not (founding.name_en or founding.name_zh):
        raise NoName()
    if founding.currency not in currencies():
        raise UnknownCurrency(currency=founding.currency)
    if founding.time_zone not in available_timezones():
        raise UnknownTimeZone(time_zone=founding.time_zone)
    Period(founding.starts_on, founding.ends_on).checked()
    if Consortium.objects.filter(slug=founding.slug).exists():
        raise SlugTaken(slug=founding.slug)
    values = {each.name: getattr(founding, each.name) for each in fields(founding)}
    units = values.pop("units")
    made = Consortium.objects.create(
        **values, **units, advanced_to=founding.starts_on - timedelta(days=1)
    )
    record(consortium=made, action="found", by=by, on=on, subject=made)
    return made


@operation(allow={Role.SECRETARY})
def set_goal(
    *,
    consortium: Consortium,
    text_en: str = "",
    text_zh: str = "",
    set_on: date,
    due_on: date | None = None,
    reached_on: date | None = None,
    by: User | None,
    on: date,
) -> Goal:
    """Set a dated goal."""
    if not (text_en.strip() or text_zh.strip()):
        raise NoName()
    if due_on is not None and due_on < set_on:
        raise GoalEndsBeforeItIsSet(set_on=set_on, due_on=due_on)
    goal = Goal.objects.create(
        consortium=consortium,
        text_en=text_en,
        text_zh=text_zh,
        set_on=set_on,
        due_on=due_on,
        reached_on=reached_on,
    )
    record(consortium=consortium, action="set_goal", by=by, on=on, subject=goal)
    return goal


@operation(allow={Role.SECRETARY}, subject="goal")
def reach_goal(*, goal: Goal, reached_on: date, by: User | None, on: date) -> Goal:
    """Record the day a goal was reached."""
    goal.reached_on = reached_on
    goal.save(update_fields=["reached_on"])
    record(consortium=goal.consortium, action="reach_goal", by=by, on=on, subject=goal)
    return goal


@operation(allow={Role.SECRETARY})
def amend_consortium(
    *, consortium: Consortium, changes: dict[str, object], by: User | None, on: date
) -> Consortium:
    """Change names, language, field, lead and the named units; rules change by charter only."""
    consortium.refresh_from_db(from_queryset=Consortium.objects.select_for_update(no_key=True))
    before = {name: readable(getattr(consortium, name, None)) for name in sorted(changes)}
    for name, value in changes.items():
        if name not in AMENDABLE:
            raise NotAmendable(field=name)
        setattr(consortium, name, value)
    if not (consortium.name_en or consortium.name_zh):
        raise NoName()
    consortium.save(update_fields=list(changes))
    record(
        consortium=consortium,
        action="amend_consortium",
        by=by,
        on=on,
        subject=consortium,
        before=before,
        after={name: readable(changes[name]) for name in sorted(changes)},
    )
    return consortium


def readable(value: object) -> str | None:
    """Return a field's value as the audit chain keeps it: organizations by their address."""
    if isinstance(value, Organization):
        return str(value.uid)
    return None if value is None else str(value)
