"""The last owner of a thing cannot go: the database refuses to lose the standing unless another owner is there."""

from django.db import migrations

RULE = """
CREATE FUNCTION guard_last_owner() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    named text;
BEGIN
    SELECT t.key INTO named FROM guard_thing t WHERE t.id = OLD.thing_id
       AND NOT EXISTS (SELECT FROM guard_standing s WHERE s.thing_id = t.id AND s.reason = 'owner');
    IF FOUND THEN
        RAISE EXCEPTION 'the last owner of % cannot go', named
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_last_owner';
    END IF;
    RETURN NULL;
END $body$;
CREATE CONSTRAINT TRIGGER guard_last_owner AFTER DELETE OR UPDATE ON guard_standing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.reason = 'owner') EXECUTE FUNCTION guard_last_owner();
"""
BACK = """
DROP TRIGGER guard_last_owner ON guard_standing;
DROP FUNCTION guard_last_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("guard", "0008_past")]

    operations = [migrations.RunSQL(RULE, BACK)]
