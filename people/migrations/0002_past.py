"""The past of who may what: kept by the database for the question who could read something on a day."""

from django.db import migrations

from guard.past import forget, remember

TABLES = ("people_clearance", "people_membership", "people_roleheld", "people_user")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("guard", "0008_past")]

    operations = [migrations.RunSQL(remember(table), forget(table)) for table in TABLES]
