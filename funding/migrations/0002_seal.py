from django.db import migrations

from consortium.sealing import seal

SEALED = (
    "funding_round",
    "funding_declaration",
    "funding_declaredfigure",
    "funding_assessment",
    "funding_charge",
    "funding_account",
    "funding_transfer",
)


def belongs(side: str) -> migrations.RunSQL:
    """Refuse a transfer whose account is another consortium's or in another unit."""
    name = f"funding_transfer_{side}_tenant"
    return migrations.RunSQL(
        f"""
        ALTER TABLE funding_transfer ADD CONSTRAINT {name}
            FOREIGN KEY ({side}_id, consortium_id, unit)
            REFERENCES funding_account (id, consortium_id, unit)
        """,
        f"ALTER TABLE funding_transfer DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("consortium", "0002_seal")]

    operations = [*(seal(table) for table in SEALED), belongs("debit"), belongs("credit")]
