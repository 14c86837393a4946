"""Levies by the name their charter gives them, for lists, in the same query."""

from typing import Any

from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast

from consortium import words
from consortium.models import Charter, CharterSection
from consortium.rules.schema import Text
from funding.reports.roll import Party
from funding.words import label


def with_levy_name(rows: QuerySet[Any], *, starts_on: str, levy: str = "levy") -> QuerySet[Any]:
    """Annotate rows with `levy_label`, from the charter in force on the period's first day.

    `starts_on`, `levy`: the paths from a row to the period's first day and to the code.
    """
    sections = CharterSection.objects.filter(
        code="dues",
        charter__consortium=OuterRef("consortium"),
        charter__adopted_on__isnull=False,
        charter__starts_on__lte=OuterRef(starts_on),
    ).order_by("-charter__starts_on")
    found = Func(
        F("body"),
        Func(Value("$.levies[*] ? (@.code == $code).label"), template="%(expressions)s::jsonpath"),
        Func(
            Cast(Value("code"), TextField()),
            Cast(OuterRef(levy), TextField()),
            function="jsonb_build_object",
        ),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    labels = sections.annotate(found=found).values("found")[:1]
    return rows.annotate(levy_code=F(levy), levy_label=Subquery(labels))


def levy_name(row: Any) -> str:
    """Return the levy's name in the reader's language, or its code where none is known."""
    named = row.levy_label
    return label(Text(**named)) if isinstance(named, dict) else str(named or row.levy_code)


def party_name(party: Party) -> str:
    """Return an organization's name in the reader's language, or the one there is."""
    return words.inside({"en": party.name_en, "zh": party.name_zh})


def category_names(charter: Charter) -> dict[str, str]:
    """Return what a charter calls the categories of members, by their codes."""
    if not any(section.code == "admission" for section in charter.sections.all()):
        return {}
    return {each.code: label(each.label) for each in charter.rules("admission").categories}
