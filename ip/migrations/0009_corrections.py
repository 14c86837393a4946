import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from consortium.sealing import seal


class Migration(migrations.Migration):

    dependencies = [
        ('ip', '0008_offers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='patentevent',
            name='struck',
            field=models.BooleanField(default=False, verbose_name='struck out'),
        ),
        migrations.CreateModel(
            name='PatentCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='address')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('before', models.JSONField(verbose_name='before')),
                ('after', models.JSONField(verbose_name='after')),
                ('reason', models.TextField(verbose_name='reason')),
                ('corrected_on', models.DateField(verbose_name='corrected on')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='ip.patentapplication', verbose_name='patent application')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'correction of a patent application',
                'verbose_name_plural': 'corrections of patent applications',
            },
        ),
        seal("ip_patentcorrection"),
    ]
