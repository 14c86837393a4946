"""Writing many rows at once: keys taken beforehand, rows sent by COPY."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""What COPY's text format writes otherwise."""

NULL = "\\N"


def take_keys(model: type[Model], count: int) -> list[int]:
    """Return primary keys for rows to come; one that is not used leaves a harmless gap."""
    sequence = f"{model._meta.db_table}_id_seq"
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [key for (key,) in cursor.fetchall()]


def line(values: Iterable[Any]) -> str:
    """Return one row as COPY reads it: dictionaries and lists as JSON."""
    return "\t".join(map(_text, values)) + "\n"


def _text(value: Any) -> str:
    match value:
        case str():
            return value.translate(ESCAPES)
        case None:
            return NULL
        case bool():
            return "t" if value else "f"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return str(value)


def copy(model: type[Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """Insert rows made by `line`; columns left out take the database's own default."""
    meta = model._meta
    fields: Mapping[str, Field[Any, Any]] = {each.attname: each for each in meta.concrete_fields}
    names = ", ".join(f'"{fields[name].column}"' for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as writer,
    ):
        writer.write("".join(lines))
