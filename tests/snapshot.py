"""The cast, built once by its operations and then copied into each test's transaction."""

from copy import deepcopy
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from tests.cast import Cast, build

OURS = ("consortium", "projects", "funding", "ip")


@dataclass(frozen=True)
class Snapshot:
    """Everybody as objects, and the rows they stand on, table by table."""

    cast: Cast
    rows: dict[str, bytes]

    def restore(self) -> Cast:
        """Put the rows into the empty tables of the present test.

        Foreign keys and seals are not asked again: the same rows passed them once.
        """
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, rows in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(rows)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        return deepcopy(self.cast)


def taken() -> Snapshot:
    """Build the cast in the present test, and keep what it wrote."""
    cast = build()
    rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
    return Snapshot(deepcopy(cast), rows)


def tables() -> list[str]:
    """Return the tables of our apps."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models(True)]
    return sorted({model._meta.db_table for model in models})
