"""What an installation is, in a form to compare: audit heads, balances, rows, digests."""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import FileField

from consortium.models import AuditHead, Consortium
from consortium.models.audit import digest
from funding.reports.books import trial_balance

SESSIONS = "django_session"
"""The one table whose rows stay out: each is a login that would work for whoever reads it."""


def state() -> dict[str, Any]:
    """Return audit heads and trial balances by consortium, and the number of rows by table.

    The installation's own chain stands under "". Balances are a digest of each member's,
    so that the manifest holds no figure.
    """
    consortia = list(Consortium.objects.order_by("slug"))
    return {
        "heads": {
            slug or "": f"{number} {head}"
            for slug, number, head in AuditHead.objects.values_list(
                "consortium__slug", "number", "digest"
            ).order_by("consortium__slug")
        },
        "books": {each.slug: balances(each) for each in consortia},
        "rows": dict(rows()),
    }


def balances(consortium: Consortium) -> str:
    """Return the digest of the whole trial balance, member by member."""
    found = trial_balance(consortium, on=date.max, by_member=True)
    return digest(
        [
            [unit, line.heading.number, line.member and line.member.pk, line.debit, line.credit]
            for unit, balance in found.items()
            for line in balance.lines
        ]
    )


def rows() -> Iterator[tuple[str, int]]:
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != SESSIONS:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                yield table, cursor.fetchone()[0]


def stored() -> dict[str, str]:
    """Return every stored file's name, with the digest its row knows, or nothing."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.concrete_fields}
        known = ["sha256"] if "sha256" in fields else []
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                named = model._default_manager.exclude(**{field.name: ""}).order_by("pk")
                for name, *sha256 in named.values_list(field.name, *known).iterator():
                    if name:
                        found[name] = sha256[0] if sha256 else ""
    return found


def migrations() -> list[str]:
    """Return the migrations of this version of the product."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations or ())


def product() -> str:
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    version: str = tomllib.loads(text)["project"]["version"]
    return version


def server() -> str:
    """Return the version of the PostgreSQL that answers: `18.6`."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version: str = cursor.fetchone()[0]
    return version.split()[0]


def is_living() -> bool:
    """Return whether the database holds anything: a table, a view, a sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (
                SELECT FROM pg_class JOIN pg_namespace space ON space.oid = relnamespace
                WHERE nspname !~ '^pg_|^information_schema$'
                AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            )"""
        )
        found: bool = cursor.fetchone()[0]
    return found


def sha256_of(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
