"""What differs between two versions of a plan, by the codes of what is planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from projects.rules.plan import ProjectPlan

KINDS = ("packages", "milestones", "deliverables")


@dataclass(frozen=True)
class Change:
    """One difference: `field` is empty where the whole is new or gone."""

    kind: str
    code: str
    field: str
    old: Any
    new: Any


def changes(old: ProjectPlan, new: ProjectPlan) -> Iterator[Change]:
    """Yield what a new version adds, drops and changes, in the order of the plans."""
    if old.months != new.months:
        yield Change("plan", "", "months", old.months, new.months)
    for kind in KINDS:
        before = {each.code: each for each in getattr(old, kind)}
        after = {each.code: each for each in getattr(new, kind)}
        for code, each in before.items():
            if code not in after:
                yield Change(kind, code, "", each.title, None)
        for code, each in after.items():
            if code not in before:
                yield Change(kind, code, "", None, each.title)
                continue
            for field in type(each).model_fields:
                was, now = getattr(before[code], field), getattr(each, field)
                if was != now:
                    yield Change(kind, code, field, was, now)
