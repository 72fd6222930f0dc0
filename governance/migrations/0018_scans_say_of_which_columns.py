"""A scan says of which columns it speaks; those before are taken to speak of the present ones."""

from django.db import migrations, models

SPEAKS = """
UPDATE governance_scan s SET schema_hash = d.schema_hash FROM catalog_dataset d WHERE d.thing_id = s.dataset_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0017_grades_by_two'),
        ('catalog', '0009_labels_of_ended_schemes'),
    ]

    operations = [
        migrations.AddField(
            model_name='scan',
            name='schema_hash',
            field=models.CharField(blank=True, help_text='of the columns when it was asked for', max_length=64),
        ),
        migrations.RunSQL(SPEAKS, migrations.RunSQL.noop),
    ]
