"""Writing many rows at once: keys taken beforehand, rows sent by COPY."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import Field, Model

NULL = "\\N"
PIECE = 200
"""Rows sent at a time."""


def take_keys(model: type[Model], count: int) -> list[int]:
    """Return primary keys for rows to come; one that is not used leaves a harmless gap."""
    sequence = f"{model._meta.db_table}_id_seq"
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [key for (key,) in cursor.fetchall()]


def addresses(count: int) -> list[str]:
    """Return random addresses (UUIDs of version 4) as text, many at the price of one."""
    pool, found = os.urandom(16 * count).hex(), []
    for start in range(0, 32 * count, 32):
        own = pool[start : start + 32]
        variant = "89ab"[int(own[16], 16) & 3]
        found.append(f"{own[:8]}-{own[8:12]}-4{own[13:16]}-{variant}{own[17:20]}-{own[20:]}")
    return found


def escaped(text: str) -> str:
    """Return a text as COPY's text format writes it."""
    if text.isprintable() and "\\" not in text:  # most are
        return text
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


WRITTEN: dict[type, Callable[[Any], str]] = {
    str: escaped,
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: NULL,
}
"""How values are written, by type; all others as Python says them."""


class Rows:
    """Rows of a table as COPY reads them; what they have in common is written once."""

    def __init__(self, model: type[Model], columns: Sequence[str], **common: Any) -> None:
        self.model, self.columns = model, columns
        self.written = [written(common[name]) if name in common else "" for name in columns]
        self.own = [(n, name) for n, name in enumerate(columns) if name not in common]

    def line(self, row: Mapping[str, Any]) -> str:
        """Return one row; JSON comes as text."""
        found = self.written.copy()
        for n, name in self.own:
            value = row[name]
            found[n] = WRITTEN.get(type(value), str)(value)
        return "\t".join(found) + "\n"

    def copy(self, lines: Iterable[str]) -> None:
        """Insert lines; columns left out take the database's own default.

        Sent piece by piece: the database inserts some rows while the next ones are made.
        """
        meta = self.model._meta
        fields: Mapping[str, Field[Any, Any]] = {
            each.attname: each for each in meta.concrete_fields
        }
        names = ", ".join(f'"{fields[name].column}"' for name in self.columns)
        with (
            connection.wrap_database_errors,  # COPY goes past Django, its errors shall not
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as writer,
        ):
            for piece in batched(lines, PIECE):
                writer.write("".join(piece))


def written(value: Any) -> str:
    return WRITTEN.get(type(value), str)(value)


@contextmanager
def without_pauses() -> Iterator[None]:
    """Keep the garbage collector from walking every object there is, again and again.

    A run over many members makes millions of short-lived objects and no cycles of its own.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
