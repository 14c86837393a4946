"""The secretariat's screens of dues and money."""

from funding.admin import (
    accounts,
    assessments,
    books,
    chart,
    closing,
    credits,
    declarations,
    desk,
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
    "accounts",
    "assessments",
    "books",
    "chart",
    "closing",
    "credits",
    "declarations",
    "desk",
    "labels",
    "ledger",
    "looks",
    "pictures",
    "rates",
    "rounds",
    "runs",
    "whatif",
]
