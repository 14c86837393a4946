import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consortium', '0012_audit_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cessation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='address')),
                ('ceased_on', models.DateField(help_text='The first day on which it is not there any more.', verbose_name='no more from')),
                ('evidence', models.CharField(max_length=500, verbose_name='what shows it')),
                ('consortium', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cessations', to='consortium.consortium', verbose_name='consortium')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cessations', to='consortium.organization', verbose_name='organization')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='consortium.organization', verbose_name='successor')),
            ],
            options={
                'verbose_name': 'ceased organization',
                'verbose_name_plural': 'ceased organizations',
                'constraints': [models.UniqueConstraint(fields=('consortium', 'organization'), name='consortium_cessation_once'), models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('organization', models.F('successor')), _negated=True), _connector='OR'), name='consortium_cessation_other')],
            },
        ),
    ]
