"""Who stands in for whom, and in whose place somebody voted: the database keeps scopes apart and voices single."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import guard.doors.writing
from django.conf import settings
from django.db import migrations, models

ONE_VOICE = """
ALTER TABLE governance_delegation ADD CONSTRAINT governance_one_delegation_at_a_time EXCLUDE USING gist (
    giver_id WITH =, deputy_id WITH =, int8range(domain_id, domain_id, '[]') WITH &&,
    int4range(CASE decision WHEN 'review' THEN 1 WHEN 'grant' THEN 2 WHEN 'attestation' THEN 3 END,
              CASE decision WHEN 'review' THEN 1 WHEN 'grant' THEN 2 WHEN 'attestation' THEN 3 END, '[]') WITH &&,
    period WITH &&) WHERE (ended_at IS NULL);
ALTER TABLE governance_delegation ADD CONSTRAINT governance_delegation_is_short
    CHECK (upper(period) - lower(period) <= interval '91 days');

CREATE FUNCTION governance_one_voice() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    of_kind text;
    in_domain bigint;
    is_own boolean;
BEGIN
    IF EXISTS (SELECT FROM governance_vote v
                WHERE v.thing_id = NEW.thing_id AND v.content_hash = NEW.content_hash AND v.id IS DISTINCT FROM NEW.id
                  AND (NEW.person_id IN (v.person_id, v.on_behalf_of_id)
                       OR NEW.on_behalf_of_id IN (v.person_id, v.on_behalf_of_id))) THEN
        RAISE EXCEPTION 'somebody has one voice, their own or that of who stands in for them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_one_voice';
    END IF;
    IF NEW.on_behalf_of_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT t.kind, s.domain_id,
           NEW.on_behalf_of_id = ANY (ARRAY[r.proposer_id, r.editor_id, g.requester_id, a.proposer_id])
      INTO of_kind, in_domain, is_own
      FROM guard_thing t
      LEFT JOIN governance_levelreview r ON r.thing_id = t.id
      LEFT JOIN governance_grant g ON g.thing_id = t.id
      LEFT JOIN governance_attestation a ON a.thing_id = t.id
      JOIN guard_thing s ON s.id = coalesce(r.dataset_id, g.dataset_id, a.source_dataset_id)
     WHERE t.id = NEW.thing_id;
    IF of_kind IS NULL OR is_own OR NOT EXISTS (
        SELECT FROM governance_delegation d
          JOIN people_user p ON p.id = d.giver_id AND p.is_active
          JOIN people_user q ON q.id = d.deputy_id AND q.is_active AND NOT q.is_service
         WHERE d.giver_id = NEW.on_behalf_of_id AND d.deputy_id = NEW.person_id AND d.ended_at IS NULL
           AND d.period @> NEW.at AND d.decision IN ('', of_kind)
           AND (d.domain_id IS NULL OR d.domain_id = in_domain)) THEN
        RAISE EXCEPTION 'nobody let person % stand in for person % here', NEW.person_id, NEW.on_behalf_of_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_in_whose_place';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER governance_one_voice BEFORE INSERT OR UPDATE ON governance_vote
    FOR EACH ROW EXECUTE FUNCTION governance_one_voice();
"""
ONE_VOICE_BACK = """
DROP TRIGGER governance_one_voice ON governance_vote;
DROP FUNCTION governance_one_voice();
ALTER TABLE governance_delegation DROP CONSTRAINT governance_delegation_is_short;
ALTER TABLE governance_delegation DROP CONSTRAINT governance_one_delegation_at_a_time;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0021_one_version_by_two'),
        ('guard', '0013_standings_by_two_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='vote',
            name='on_behalf_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(blank=True, choices=[('review', 'Level reviews'), ('grant', 'Requests for access'), ('attestation', 'Attestations on lineage')], help_text='empty: every sort', max_length=11)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('reason', models.TextField()),
                ('named_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('domain', models.ForeignKey(blank=True, help_text='none: every domain', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guard.domain')),
                ('ended_by', models.ForeignKey(blank=True, help_text='none: it ran to its day', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['deputy', 'giver'], name='governance_deputy_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('deputy')), _negated=True), name='governance_deputy_is_another'), models.CheckConstraint(condition=models.Q(('period__endswith__isnull', False), ('period__isempty', False), ('period__startswith__isnull', False)), name='governance_delegation_ends')],
            },
            bases=(guard.doors.writing.DoorMixin, models.Model),
        ),
        migrations.RunSQL(ONE_VOICE, ONE_VOICE_BACK),
    ]
