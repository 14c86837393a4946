"""Several questions about one consortium, asked in one query."""

from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery

from consortium.models import Consortium


def together(consortium: Consortium, **questions: Any) -> dict[str, Any]:
    """Return the answers to some expressions by their names. One query; none for no question."""
    if not questions:
        return {}
    # Under names of their own, since those given may be fields of a consortium.
    asked = {f"asked_{name}": question for name, question in questions.items()}
    found: Any = Consortium.objects.filter(pk=consortium.pk).values(**asked).get()
    return {name: found[f"asked_{name}"] for name in questions}


def count(rows: QuerySet[Any]) -> Subquery:
    """Return how many rows there are, as an expression."""
    how_many = Func("pk", function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().values(how_many=how_many))
