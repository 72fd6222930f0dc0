"""The statistical periods that ship: data, to be added to."""

from django.db import migrations

PERIODS = [
    ("1h", "1 hour", "rolling", None, "", 5),
    ("1d", "1 day", "rolling", 1, "", 10),
    ("7d", "7 days", "rolling", 7, "", 20),
    ("1w", "1 calendar week", "to_date", None, "week", 25),
    ("30d", "30 days", "rolling", 30, "", 30),
    ("1m", "1 calendar month", "to_date", None, "month", 40),
    ("mtd", "Month to date", "to_date", None, "month", 50),
    ("qtd", "Quarter to date", "to_date", None, "quarter", 60),
    ("ytd", "Year to date", "to_date", None, "year", 70),
    ("std", "Since the start", "all", None, "", 80),
]


def ship(apps, schema_editor):
    model = apps.get_model("metrics", "StatPeriod")
    for code, name, shape, days, grain, order in PERIODS:
        model.objects.update_or_create(
            code=code, defaults={"name": name, "shape": shape, "days": days, "grain": grain, "order": order}
        )


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
