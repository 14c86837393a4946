"""Levies by the name their charter gives them, for lists, in the same query."""

from typing import Any

from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast

from consortium.models import Charter, CharterSection
from consortium.rules.schema import Text
from funding.words import label


def with_levy_name(rows: QuerySet[Any], *, starts_on: str, levy: str = "levy") -> QuerySet[Any]:
    """Annotate rows with `levy_label`, from the charter in force on the period's first day.

    `starts_on`, `levy`: the paths from a row to the period's first day and to the code.
    """
    path = "$.levies[*] ? (@.code == $code).label"
    found = label_found(path, levy, charter__starts_on__lte=starts_on)
    return rows.annotate(levy_code=F(levy), levy_label=found)


def with_rate_name(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate exchange rates with `rate_label`, from the last charter that names them."""
    path = "$.levies[*].exchange ? (@.rate == $code).label"
    return rows.annotate(rate_label=label_found(path, "rate", none=False))


def with_reference_name(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate reference rates with `rate_label`, from the last charter that names them."""
    path = "$.levies[*].reference ? (@.rate == $code).label"
    return rows.annotate(rate_label=label_found(path, "rate", none=False))


def label_found(path: str, code: str, *, none: bool = True, **columns: str) -> Subquery:
    """Return what a consortium's last charter has at a JSON path for a row's code.

    `columns`: of the charter, with those of the row they are compared with; `none`:
    whether a charter that has nothing there counts.
    """
    sections = CharterSection.objects.filter(
        code="dues",
        charter__consortium=OuterRef("consortium"),
        charter__adopted_on__isnull=False,
        **{name: OuterRef(column) for name, column in columns.items()},
    ).order_by("-charter__starts_on")
    found = Func(
        F("body"),
        Func(Value(path), template="%(expressions)s::jsonpath"),
        Func(
            Cast(Value("code"), TextField()),
            Cast(OuterRef(code), TextField()),
            function="jsonb_build_object",
        ),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    sections = sections.annotate(found=found)
    if not none:
        sections = sections.filter(found__isnull=False)
    return Subquery(sections.values("found")[:1])


def rate_name(row: Any) -> str:
    """Return the rate's name in the reader's language, or its code where no charter has it."""
    return named(row.rate_label, row.rate)


def levy_name(row: Any) -> str:
    """Return the levy's name in the reader's language, or its code where none is known."""
    return named(row.levy_label, row.levy_code)


def named(words: Any, code: str) -> str:
    return label(Text(**words)) if isinstance(words, dict) else str(words or code)


def category_names(charter: Charter) -> dict[str, str]:
    """Return what a charter calls the categories of members, by their codes."""
    if not any(section.code == "admission" for section in charter.sections.all()):
        return {}
    return {each.code: label(each.label) for each in charter.rules("admission").categories}
