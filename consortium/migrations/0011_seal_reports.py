from django.db import migrations

from consortium.sealing import seal


class Migration(migrations.Migration):
    dependencies = [("consortium", "0010_reports")]

    operations = [seal("consortium_report")]
