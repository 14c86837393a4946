"""What higher apps add to this one's screens: buttons and boxes on a row's page."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from unfold.enums import ActionVariant


@dataclass(frozen=True)
class Box:
    """A part of a page: its template, and what that shows as `box`."""

    template: str
    shown: dict[str, Any]


buttons: dict[type[Model], list[Callable[[HttpRequest, Any], Iterable[dict[str, Any]]]]] = (
    defaultdict(list)
)
"""By table: `add(request, row)` yields buttons made by `button`."""

boxes: dict[type[Model], list[Callable[[HttpRequest, Any], Box | None]]] = defaultdict(list)
"""By table: `add(request, row)` returns a box, None for those not entitled."""


def button(title: Any, icon: str, path: str, variant: str = "default") -> dict[str, Any]:
    """Return a button as the theme draws it above a row's page."""
    return {
        "title": title,
        "icon": icon,
        "variant": ActionVariant(variant),
        "attrs": {},
        "path": path,
    }


def buttons_on(request: HttpRequest, row: Model) -> list[dict[str, Any]]:
    return [each for add in buttons[type(row)] for each in add(request, row)]


def boxes_on(request: HttpRequest, row: Model) -> list[Box]:
    return [box for add in boxes[type(row)] if (box := add(request, row)) is not None]
