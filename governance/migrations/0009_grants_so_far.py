"""What grants follow as data of the levels, and the stretches of the grants that are there."""

from django.db import migrations

WARN_DAYS = {1: 7, 2: 7, 3: 7, 4: 7, 5: 7}
DISUSE_DAYS = {1: 180, 2: 180, 3: 90, 4: 14, 5: 7}
GLASS_HOURS = {1: 8, 2: 8, 3: 8, 4: 4, 5: 2}
GLASS_ROLES = {rank: ["data_engineer", "governance_lead", "security"] for rank in range(1, 5)}
GLASS_ROLES[5] = ["governance_lead", "security"]
TOLD = ["governance_lead", "security"]

GRANTS = """
UPDATE governance_grant
   SET until = (ends_on + 1)::timestamp AT TIME ZONE 'UTC', opened_rank = approved_rank
 WHERE granted_at IS NOT NULL;
UPDATE governance_grant SET place = 'next'
 WHERE renews_id IS NOT NULL AND granted_at IS NULL AND ended_at IS NULL;
INSERT INTO governance_grantperiod (grant_id, dataset_id, person_id, period)
SELECT g.thing_id, g.dataset_id, g.requester_id, tstzrange(g.granted_at, e.at)
  FROM governance_grant g
  LEFT JOIN governance_grant n ON n.renews_id = g.thing_id AND n.granted_at IS NOT NULL,
       LATERAL (SELECT least(g.ended_at, g.until, n.granted_at) AS at) e
 WHERE g.granted_at IS NOT NULL AND (e.at IS NULL OR e.at > g.granted_at);
"""


def forwards(apps, schema_editor):
    for level in apps.get_model("guard", "Level").objects.filter(scheme__is_house=True):
        level.rules = {
            **level.rules,
            "warn_days": WARN_DAYS[level.rank],
            "disuse_days": DISUSE_DAYS[level.rank],
            "glass_hours": GLASS_HOURS[level.rank],
            "glass_roles": GLASS_ROLES[level.rank],
            "glass_tells": TOLD,
            "glass_reviewers": TOLD,
        }
        level.save(update_fields=["rules"])


class Migration(migrations.Migration):
    dependencies = [("governance", "0008_grants_that_run")]

    operations = [
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
