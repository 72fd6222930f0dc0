"""What a clearance opens is changed by two people: the newest change of its level in force must say just this."""

from django.db import migrations, models

# Unlike other data of the policy, no older change is enough to bring back what it said: only the newest counts. And
# what is wider than a clearance of the thing's own level (a name below it, a sample at all) needs their votes from the
# owner of the tables, too: migrations may narrow, not widen.
TWO = """
CREATE FUNCTION governance_grades_by_two() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    word text := (ARRAY['exists', 'read', 'columns', 'profile', 'sample', 'raw'])[NEW.grade];
    is_owner boolean := current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID);
    is_wide boolean := NEW.clearance IS NOT NULL
        AND (NEW.grade >= 5 OR NEW.grade >= 2 AND NEW.clearance < NEW.level);
BEGIN
    IF (TG_OP = 'UPDATE' AND (OLD.level, OLD.grade, OLD.clearance) IS NOT DISTINCT FROM (NEW.level, NEW.grade, NEW.clearance))
       OR (is_owner AND NOT is_wide) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1
          FROM (SELECT n.* FROM governance_policychange n JOIN guard_thing x ON x.id = n.thing_id AND x.state = 'applied'
                  JOIN guard_scheme s ON s.is_house AND n.target = s.code || ':' || NEW.level
                 WHERE n.what = 'grades' ORDER BY n.thing_id DESC LIMIT 1) c
         WHERE c.after -> word = coalesce(to_jsonb(NEW.clearance), 'null'::jsonb)
           AND (SELECT count(DISTINCT v.person_id) FROM governance_vote v
                 WHERE v.thing_id = c.thing_id AND v.content_hash = c.content_hash AND v.verdict = 'approve'
                   AND v.person_id <> c.proposer_id) >= 2) THEN
        RAISE EXCEPTION 'nobody agreed that % of L% needs %', word, NEW.level, coalesce(NEW.clearance::text, 'more than clearance')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_grades_by_two';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER governance_grades_by_two BEFORE INSERT OR UPDATE ON guard_grade
    FOR EACH ROW EXECUTE FUNCTION governance_grades_by_two();
"""
TWO_BACK = """
DROP TRIGGER governance_grades_by_two ON guard_grade;
DROP FUNCTION governance_grades_by_two();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0016_changed_by_two'),
        ('guard', '0011_grades'),
    ]

    operations = [
        migrations.AlterField(
            model_name='policychange',
            name='what',
            field=models.CharField(choices=[('rule', 'a rule'), ('crosswalk', 'a crosswalk'), ('category', 'the floor of a category'), ('level', 'what a level asks'), ('scheme', 'the end of a scheme'), ('grades', 'what a clearance opens')], max_length=9),
        ),
        migrations.RunSQL(TWO, TWO_BACK),
    ]
