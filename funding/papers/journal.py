"""The ledger as a file: Beancount, or a table of legs for spreadsheets."""

from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium.papers.sheets import Cell, Rows, write_csv
from funding.papers import beancount
from funding.reports.journal import Journal, Side
from funding.words import account_name


def write_beancount(journal: Journal, out: IO[bytes]) -> None:
    text = TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True)
    text.writelines(f"{line}\n" for line in beancount.lines(journal))
    text.detach()


def write_table(journal: Journal, out: IO[bytes]) -> None:
    write_csv(table(journal), out)


def table(journal: Journal) -> Rows:
    """Yield one row for each leg, below the header."""
    yield header()
    for event in journal.events():
        for leg in event.legs:
            yield [
                event.on,
                event.key,
                leg.number,
                *ends(leg.debit, journal),
                *ends(leg.credit, journal),
                leg.amount,
                leg.unit,
                leg.charge,
                leg.payment,
                event.reverses,
                event.recorded_at.isoformat(),
            ]


def header() -> Sequence[Cell]:
    return [
        pgettext("ledger", "Day"), pgettext("ledger", "Event"), pgettext("ledger", "Leg"),
        _("Debit account"), _("Debit name"), _("Debit member"),
        _("Credit account"), _("Credit name"), _("Credit member"),
        _("Amount"), _("Unit"), _("Charge"), _("Payment"), _("Reverses"), _("Recorded at"),
    ]  # fmt: skip


def ends(side: Side, journal: Journal) -> Iterator[str | None]:
    heading = journal.chart[side.kind]
    yield heading.number
    yield account_name(heading)
    yield str(journal.members[side.member]) if side.member is not None else None


FORMATS: dict[str, tuple[Callable[[Journal, IO[bytes]], None], str, str]] = {
    "beancount": (write_beancount, "text/plain; charset=utf-8", "beancount"),
    "csv": (write_table, "text/csv; charset=utf-8", "csv"),
}
"""How each format is written, what it is called on the way, and how its file name ends."""
