from django.db import migrations

from guard.schemes import seed
from guard.schemes.house import HOUSE
from guard.schemes.jrt0197 import JRT_0197


def forwards(apps, schema_editor):
    models = (apps.get_model("guard", name) for name in ("Scheme", "Level", "Crosswalk"))
    seed(*models, schemes=(HOUSE, JRT_0197))


class Migration(migrations.Migration):
    dependencies = [("guard", "0003_database_rules")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
