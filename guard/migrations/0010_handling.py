"""What levels, categories and combinations ask to be done with data, beside how strict it is."""

import django.contrib.postgres.fields
from django.db import migrations, models

from guard.schemes import seed_handling
from guard.schemes.combinations import seed_combined_handling


def duties():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=40), blank=True, default=list,
        help_text="duties that it asks for (guard.handling)", size=None,
    )


def forwards(apps, schema_editor):
    seed_handling(apps.get_model("guard", "Level"), apps.get_model("guard", "Category"))
    seed_combined_handling(apps.get_model("guard", "Combination"))


class Migration(migrations.Migration):
    dependencies = [("guard", "0009_last_owner")]

    operations = [
        migrations.AddField(model_name="level", name="handling", field=duties()),
        migrations.AddField(model_name="category", name="handling", field=duties()),
        migrations.AddField(model_name="combination", name="handling", field=duties()),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
