from django.db import migrations

from guard.schemes import seed


def forwards(apps, schema_editor):
    seed(*(apps.get_model("guard", name) for name in ("Scheme", "Level", "Crosswalk")))


class Migration(migrations.Migration):
    dependencies = [("guard", "0003_database_rules")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
