"""What governance adds to the levels of the house scheme, as data: days until a review is due, and who stands in."""

from django.db import migrations

REVIEW_DAYS = {1: 730, 2: 730, 3: 365, 4: 180, 5: 180}
STAND_INS = ["steward", "governance_lead"]


def forwards(apps, schema_editor):
    levels = apps.get_model("guard", "Level").objects.filter(scheme__is_house=True)
    for level in levels:
        level.rules = {**level.rules, "review_days": REVIEW_DAYS[level.rank], "stand_ins": STAND_INS}
        level.save(update_fields=["rules"])


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial"), ("guard", "0004_shipped_schemes")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
