from django.db import migrations

from consortium.sealing import seal

SEALED = (
    "ip_contribution",
    "ip_inventor",
    "ip_resultfunding",
    "ip_evaluation",
    "ip_exclusivity",
    "ip_exclusivitychange",
    "ip_accessrequest",
)


class Migration(migrations.Migration):
    dependencies = [("ip", "0001_initial"), ("consortium", "0002_seal")]

    operations = [seal(table) for table in SEALED]
