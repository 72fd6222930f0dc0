"""What decides is changed by two people, whoever writes: the app's role needs the votes of a change that says just this."""

from django.db import migrations

TWO = """
CREATE FUNCTION governance_changed_by_two() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    asked text := TG_ARGV[0];
    named text;
    told jsonb;
BEGIN
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF asked = 'level' THEN
        SELECT s.code || ':' || NEW.rank, NEW.rules INTO named, told FROM guard_scheme s WHERE s.id = NEW.scheme_id;
    ELSIF asked = 'category' THEN
        SELECT s.code || ':' || NEW.code, jsonb_build_object('floor', NEW.floor, 'is_prohibited', NEW.is_prohibited)
          INTO named, told FROM guard_scheme s WHERE s.id = NEW.scheme_id;
    ELSIF asked = 'crosswalk' THEN
        SELECT s.code || ':' || l.rank, jsonb_build_object('rank', t.rank) INTO named, told
          FROM guard_level l JOIN guard_scheme s ON s.id = l.scheme_id, guard_level t
         WHERE l.id = NEW.source_id AND t.id = NEW.target_id;
    ELSE
        named := NEW.code;
        told := jsonb_build_object('status', NEW.status);
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM governance_policychange c JOIN guard_thing x ON x.id = c.thing_id AND x.state = 'applied'
         WHERE c.what = asked AND c.target = named AND c.after = told
           AND (SELECT count(DISTINCT v.person_id) FROM governance_vote v
                 WHERE v.thing_id = c.thing_id AND v.content_hash = c.content_hash AND v.verdict = 'approve'
                   AND v.person_id <> c.proposer_id) >= 2) THEN
        RAISE EXCEPTION 'nobody agreed that % % becomes %', asked, named, told
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_changed_by_two';
    END IF;
    RETURN NEW;
END $body$;
"""
TABLES = {"level": "guard_level", "category": "guard_category", "crosswalk": "guard_crosswalk", "scheme": "guard_scheme"}
ON = "\n".join(
    f"CREATE TRIGGER governance_changed_by_two BEFORE UPDATE ON {table} FOR EACH ROW"
    f" EXECUTE FUNCTION governance_changed_by_two('{kind}');"
    for kind, table in TABLES.items()
)
OFF = "\n".join(f"DROP TRIGGER governance_changed_by_two ON {table};" for table in TABLES.values())


class Migration(migrations.Migration):
    dependencies = [("governance", "0015_rule_policychange_ruleversion"), ("guard", "0007_rulebook")]

    operations = [
        migrations.RunSQL(TWO, "DROP FUNCTION governance_changed_by_two();"),
        migrations.RunSQL(ON, OFF),
    ]
