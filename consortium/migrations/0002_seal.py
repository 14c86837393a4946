from django.db import migrations

from consortium.sealing import FUNCTIONS, seal, seal_with_parent

# A recorded charter of a reference case has a basis; it follows its document instead.
ADOPTED = "adopted_on IS NOT NULL AND basis = ''"


class Migration(migrations.Migration):
    dependencies = [("consortium", "0001_initial")]

    operations = [
        FUNCTIONS,
        seal("consortium_auditevent"),
        seal("consortium_document"),
        seal("consortium_charter", when=ADOPTED.replace("adopted_on", "OLD.adopted_on").replace("basis", "OLD.basis"), shortened="ends_on"),
        seal_with_parent(
            "consortium_chartersection",
            parent="consortium_charter",
            link="charter_id",
            condition=ADOPTED,
        ),
    ]
