"""What a consortium's charters call its levies, categories, levels and units, the last word first.

The names are lazy: whoever writes them out chooses the language.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import pgettext_lazy

from consortium.models import Charter, Consortium
from funding.words import label

said = lazy(label, str)
SECTIONS = ("admission", "dues", "collection")


class Names:
    """The names one consortium uses; a code without one stands for itself. Two queries."""

    def __init__(self, consortium: Consortium) -> None:
        self.levies: dict[str, Any] = {}
        self.units: dict[str, Any] = {}
        self.categories: dict[str, Any] = {"": pgettext_lazy("category", "None")}
        self.levels: dict[str, Any] = {"": pgettext_lazy("level", "None yet")}
        charters = Charter.objects.adopted().filter(consortium=consortium)
        for charter in charters.order_by("starts_on", "pk").prefetch_related("sections"):
            rows = [each for each in charter.sections.all() if each.code in SECTIONS]
            found = {each.code: each.parsed() for each in rows}
            if "admission" in found:
                self.categories |= dict(by_code(found["admission"].categories))
            if "dues" in found:
                self.levies |= dict(by_code(found["dues"].levies))
                self.units |= {code: said(text) for code, text in found["dues"].units.items()}
            if "collection" in found:
                self.levels |= dict(by_code(found["collection"].ladder))

    def levy(self, code: str) -> Any:
        return self.levies.get(code, code)

    def category(self, code: str) -> Any:
        return self.categories.get(code, code)

    def level(self, code: str) -> Any:
        return self.levels.get(code, code)

    def unit(self, code: str) -> Any:
        return self.units.get(code, code)


def by_code(rows: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    return ((each.code, said(each.label)) for each in rows)
