"""The secretariat's screens of dues and money."""

from funding.admin import (
    arrears,
    assessments,
    credits,
    declarations,
    desk,
    dunning,
    labels,
    ledger,
    looks,
    pictures,
    rates,
    rounds,
    runs,
    whatif,
)

__all__ = [
    "arrears",
    "assessments",
    "credits",
    "declarations",
    "desk",
    "dunning",
    "labels",
    "ledger",
    "looks",
    "pictures",
    "rates",
    "rounds",
    "runs",
    "whatif",
]
