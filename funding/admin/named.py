"""Levies by the name their charter gives them, for lists, in the same query."""

from typing import Any

from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast

from consortium.models import CharterSection
from consortium.rules.schema import Text
from funding.words import label


def with_levy_name(rows: QuerySet[Any], *, starts_on: str) -> QuerySet[Any]:
    """Annotate rows with `levy_label`, from the charter in force on the period's first day."""
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
            Cast(OuterRef("levy"), TextField()),
            function="jsonb_build_object",
        ),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    return rows.annotate(levy_label=Subquery(sections.annotate(found=found).values("found")[:1]))


def levy_name(row: Any) -> str:
    """Return the levy's name in the reader's language, or its code where none is known."""
    words = row.levy_label
    return label(Text(**words)) if isinstance(words, dict) else str(words or row.levy)
