"""A crosswalk keeps order, whoever writes it; and the schemes that ship since, with their categories and combinations."""

from django.db import migrations

from guard.schemes import SCHEMES, seed
from guard.schemes.combinations import seed_combinations

ORDER = """
CREATE FUNCTION guard_crosswalk_keeps_order() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    bad record;
BEGIN
    SELECT lo.code AS low, hi.code AS high INTO bad
      FROM guard_crosswalk a JOIN guard_level lo ON lo.id = a.source_id JOIN guard_level la ON la.id = a.target_id
      JOIN guard_crosswalk b ON TRUE JOIN guard_level hi ON hi.id = b.source_id JOIN guard_level lb ON lb.id = b.target_id
     WHERE (a.id = NEW.id OR b.id = NEW.id) AND lo.scheme_id = hi.scheme_id AND la.scheme_id = lb.scheme_id
       AND lo.rank < hi.rank AND la.rank > lb.rank
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the crosswalk turns % and % round', bad.low, bad.high
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_crosswalk_keeps_order';
    END IF;
    SELECT lo.code AS low, hi.code AS high INTO bad
      FROM guard_crosswalk a JOIN guard_level lo ON lo.id = a.source_id JOIN guard_level la ON la.id = a.target_id
      JOIN guard_crosswalk b ON TRUE JOIN guard_level hi ON hi.id = b.source_id JOIN guard_level lb ON lb.id = b.target_id
     WHERE (a.id = NEW.id OR b.id = NEW.id) AND la.scheme_id = hi.scheme_id AND lb.scheme_id = lo.scheme_id
       AND hi.rank <= la.rank AND lb.rank > lo.rank
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the way there and back raises %', bad.low
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_crosswalk_comes_home';
    END IF;
    SELECT lo.code AS low INTO bad
      FROM guard_crosswalk a JOIN guard_level la ON la.id = a.target_id JOIN guard_level lo ON lo.id = a.source_id
      JOIN guard_crosswalk b ON b.source_id = a.source_id AND b.id <> a.id JOIN guard_level lb ON lb.id = b.target_id
     WHERE a.id = NEW.id AND la.scheme_id = lb.scheme_id
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% counts as two levels of one scheme', bad.low
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_crosswalk_one_answer';
    END IF;
    RETURN NULL;
END $body$;
CREATE CONSTRAINT TRIGGER guard_crosswalk_keeps_order AFTER INSERT OR UPDATE ON guard_crosswalk
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_crosswalk_keeps_order();
"""

ORDER_BACK = """
DROP TRIGGER guard_crosswalk_keeps_order ON guard_crosswalk;
DROP FUNCTION guard_crosswalk_keeps_order();
"""


def forwards(apps, schema_editor):
    seed(*(apps.get_model("guard", name) for name in ("Scheme", "Level", "Crosswalk", "Category")), schemes=SCHEMES)
    seed_combinations(apps.get_model("guard", "Combination"), apps.get_model("guard", "Category"))


class Migration(migrations.Migration):
    dependencies = [("guard", "0005_schemes_and_categories")]

    operations = [
        migrations.RunSQL(ORDER, ORDER_BACK),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
