"""The secretariat's screens of dues and money."""

from funding.admin import (
    assessments,
    concessions,
    credits,
    declarations,
    desk,
    labels,
    ledger,
    looks,
    pictures,
    plans,
    rates,
    rounds,
    runs,
    whatif,
)

__all__ = [
    "assessments",
    "concessions",
    "credits",
    "declarations",
    "desk",
    "labels",
    "ledger",
    "looks",
    "pictures",
    "plans",
    "rates",
    "rounds",
    "runs",
    "whatif",
]
