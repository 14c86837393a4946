"""The secretariat's screens of dues and money."""

from funding.admin import (
    acts,
    assessments,
    declarations,
    desk,
    labels,
    ledger,
    looks,
    rates,
    rounds,
    whatif,
)

__all__ = [
    "acts",
    "assessments",
    "declarations",
    "desk",
    "labels",
    "ledger",
    "looks",
    "rates",
    "rounds",
    "whatif",
]
