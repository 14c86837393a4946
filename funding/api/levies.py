"""The levy behind a row, without a query per row."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch

from consortium.errors import DomainError
from consortium.models import Charter
from funding.reports.rounds import SECTION
from funding.rules.dues import DuesSection, Levy


def charters_of(consortium: str) -> "Prefetch[Any]":
    """Return what a list prefetches so that `levy_on` asks the database for nothing."""
    return Prefetch(
        f"{consortium}__charters",
        queryset=Charter.objects.adopted().prefetch_related("sections"),
        to_attr="adopted_charters",
    )


CHARTERS = charters_of("consortium")
"""The same where the row itself has the consortium."""


class Sections:
    """The parsed `dues` sections of the charters one answer needs, each parsed once."""

    def __init__(self) -> None:
        self._parsed: dict[int, DuesSection | None] = {}

    def levy(self, charter: Charter, code: str) -> Levy | None:
        """Return a levy of a charter, or None where the charter cannot say."""
        if charter.pk not in self._parsed:
            try:
                self._parsed[charter.pk] = charter.rules(SECTION)
            except DomainError:
                self._parsed[charter.pk] = None
        section = self._parsed[charter.pk]
        levies: Iterable[Levy] = section.levies if section else ()
        return next((levy for levy in levies if levy.code == code), None)

    def levy_on(self, row: Any, on: date) -> Levy | None:
        """Return the levy of a row under the charter in force on a day."""
        charter = self.charter_on(row, on)
        return self.levy(charter, row.levy) if charter else None

    def charter_on(self, row: Any, on: date) -> Charter | None:
        """Return the charter in force on a day in a row's consortium."""
        charters: list[Charter] = row.consortium.adopted_charters
        return next((each for each in charters if each.period.contains(on)), None)


def sections(context: Any) -> Sections:
    """Return the answer's own sections, kept in the serializers' shared context."""
    kept: Sections = context.setdefault("sections", Sections())
    return kept
