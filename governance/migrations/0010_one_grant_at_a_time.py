"""What the database holds of grants: one at a time, no two stretches that overlap."""

from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
import django.contrib.postgres.constraints

SAME = """
CREATE FUNCTION governance_period_is_the_grants() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (SELECT FROM governance_grant g WHERE g.thing_id = NEW.grant_id AND g.dataset_id = NEW.dataset_id
                      AND g.requester_id = NEW.person_id) THEN
        RAISE EXCEPTION 'a stretch is of the person and the dataset of its grant'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_period_of_its_grant';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER governance_period_is_the_grants BEFORE INSERT OR UPDATE ON governance_grantperiod
    FOR EACH ROW EXECUTE FUNCTION governance_period_is_the_grants();
"""
SAME_BACK = """
DROP TRIGGER governance_period_is_the_grants ON governance_grantperiod;
DROP FUNCTION governance_period_is_the_grants();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0009_grants_so_far'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('requester', 'dataset', 'place'), name='governance_one_live_grant'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('place', 'glass'), ('reviewed_at__isnull', True)), fields=('requester',), name='governance_glass_looked_at_first'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by', models.F('requester')), _negated=True), name='governance_glass_two_people'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('is_justified__isnull', False), ('place', 'glass'), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='governance_glass_looked_at_by'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place', 'glass'), _negated=True), ('until__isnull', False), _connector='OR'), name='governance_glass_ends'),
        ),
        migrations.AddConstraint(
            model_name='grantperiod',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('dataset', '='), ('period', '&&')], name='governance_one_grant_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='grantperiod',
            constraint=models.CheckConstraint(condition=models.Q(('period__isempty', False), ('period__startswith__isnull', False)), name='governance_period_begins'),
        ),
        migrations.RunSQL(SAME, SAME_BACK),
    ]
