"""Scenes, built once by their operations and then copied into each test's transaction."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

OURS = ("consortium", "projects", "funding", "ip")


@dataclass(frozen=True)
class Snapshot[T]:
    """A scene as objects, and the rows they stand on, table by table."""

    scene: T
    rows: dict[str, bytes]

    def restore(self) -> T:
        """Put the rows into the empty tables of the present test.

        Foreign keys and seals are not asked again: the same rows passed them once.
        """
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, rows in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(rows)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        return deepcopy(self.scene)


def built_once[**P, T](build: Callable[P, T]) -> Callable[P, T]:
    """Let a scene be built once for its arguments and day, and be copied from then on.

    Only where it comes first in a test: among other rows it is built as it is written.
    """
    kept: dict[Any, Snapshot[T]] = {}

    @wraps(build)
    def made(*args: P.args, **given: P.kwargs) -> T:
        if filled(tables()):
            return build(*args, **given)
        # Keys of one database may be taken already in another.
        key = connection.settings_dict["NAME"], timezone.now().date(), repr((args, given))
        if key in kept:
            with transaction.atomic():
                return kept[key].restore()
        kept[key] = taken(partial(build, *args, **given))
        return deepcopy(kept[key].scene)

    return made


def taken[T](build: Callable[[], T]) -> Snapshot[T]:
    """Build a scene in the present test, whose tables are empty, and keep what it wrote."""
    scene = build()
    rows = {}
    with connection.cursor() as cursor:
        for table in filled(tables()):
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
    return Snapshot(deepcopy(scene), rows)


def filled(among: Iterable[str]) -> list[str]:
    """Return those of some tables that have rows."""
    asked = (f"SELECT '{each}' WHERE EXISTS (SELECT FROM {each})" for each in sorted(among))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]


@cache
def tables() -> list[str]:
    """Return the tables of our apps."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models(True)]
    return sorted({model._meta.db_table for model in models})
