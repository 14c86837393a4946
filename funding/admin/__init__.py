"""The secretariat's screens of dues and money."""

from funding.admin import (
    assessments,
    credits,
    declarations,
    desk,
    labels,
    ledger,
    looks,
    matching,
    payments,
    pictures,
    rates,
    receipts,
    rounds,
    runs,
    statements,
    whatif,
)

__all__ = [
    "assessments",
    "credits",
    "declarations",
    "desk",
    "labels",
    "ledger",
    "looks",
    "matching",
    "payments",
    "pictures",
    "rates",
    "receipts",
    "rounds",
    "runs",
    "statements",
    "whatif",
]
