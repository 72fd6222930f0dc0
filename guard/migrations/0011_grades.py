"""Grades by level become data, with the meaning that they had in the code."""

import guard.doors.writing
from django.db import migrations, models

from guard.past import forget, remember

# What the policy said while this was written into its code, level by level, grade by grade.
AS_BEFORE = ("1111--", "1222--", "2333--", "2444--", "4555--")
SEED = "INSERT INTO guard_grade (level, grade, clearance) VALUES " + ", ".join(
    f"({level}, {grade}, {'NULL' if sign == '-' else sign})"
    for level, row in enumerate(AS_BEFORE, 1)
    for grade, sign in enumerate(row, 1)
)
# Whoever writes: thirty rows, and more clearance never gives less, whichever way one reads. The lock makes changes of
# two levels at once wait for one another; what the first left is seen by the second, as each query here looks anew.
SENSE = """
CREATE FUNCTION guard_grades_make_sense() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    bad record;
BEGIN
    PERFORM pg_advisory_xact_lock(748232);
    IF (SELECT count(*) FROM guard_grade) <> 30 THEN
        RAISE EXCEPTION 'a table of grades has five levels of six grades'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_grades_are_whole';
    END IF;
    SELECT a.level, a.grade AS low, b.grade AS high INTO bad
      FROM guard_grade a JOIN guard_grade b ON b.level = a.level AND b.grade = a.grade + 1
     WHERE coalesce(b.clearance, 6) < coalesce(a.clearance, 6) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'at level % grade % needs less clearance than grade %', bad.level, bad.high, bad.low
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_grades_rise_with_grades';
    END IF;
    SELECT a.grade, a.level AS low, b.level AS high INTO bad
      FROM guard_grade a JOIN guard_grade b ON b.grade = a.grade AND b.level = a.level + 1
     WHERE coalesce(b.clearance, 6) < coalesce(a.clearance, 6) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'grade % needs less clearance at level % than at level %', bad.grade, bad.high, bad.low
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_grades_rise_with_levels';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER guard_grades_make_sense AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON guard_grade
    FOR EACH STATEMENT EXECUTE FUNCTION guard_grades_make_sense();
"""
SENSE_BACK = """
DROP TRIGGER guard_grades_make_sense ON guard_grade;
DROP FUNCTION guard_grades_make_sense();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('guard', '0010_handling'),
    ]

    operations = [
        migrations.CreateModel(
            name='GradeRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('grade', models.PositiveSmallIntegerField(help_text='1 existence, 2 name, 3 columns, 4 profile, 5 and 6 samples')),
                ('clearance', models.PositiveSmallIntegerField(help_text='empty: never by clearance alone', null=True)),
            ],
            options={
                'db_table': 'guard_grade',
                'ordering': ['level', 'grade'],
                'constraints': [models.UniqueConstraint(fields=('level', 'grade'), name='guard_grade_once'), models.CheckConstraint(condition=models.Q(('grade__range', (1, 6)), ('level__range', (1, 5))), name='guard_grade_of_a_known_level'), models.CheckConstraint(condition=models.Q(('clearance__isnull', True), ('clearance__range', (1, 5)), _connector='OR'), name='guard_grade_known_clearance')],
            },
            bases=(guard.doors.writing.DoorMixin, models.Model),
        ),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
        migrations.RunSQL(SENSE, SENSE_BACK),
        # after the seed: what was before the table is answered by what it began with
        migrations.RunSQL(remember("guard_grade"), forget("guard_grade")),
    ]
