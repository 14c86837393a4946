"""The secretariat's screens of dues and money."""

from funding.admin import (
    acts,
    assessments,
    credits,
    declarations,
    desk,
    labels,
    ledger,
    looks,
    pictures,
    rates,
    rounds,
    whatif,
)

__all__ = [
    "acts",
    "assessments",
    "credits",
    "declarations",
    "desk",
    "labels",
    "ledger",
    "looks",
    "pictures",
    "rates",
    "rounds",
    "whatif",
]
