"""A scene, built once by its operations and then copied into each test's transaction."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

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


def taken[T](build: Callable[[], T]) -> Snapshot[T]:
    """Build a scene in the present test, whose tables are empty, and keep what it wrote."""
    scene = build()
    rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if not cursor.fetchone()[0]:
                continue
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
    return Snapshot(deepcopy(scene), rows)


def tables() -> list[str]:
    """Return the tables of our apps."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models(True)]
    return sorted({model._meta.db_table for model in models})
