"""Rules that the database itself holds: the ledger's chain, and that no thing is less strict than what it carries."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION guard_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    last_id bigint;
    last_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(748231);
    SELECT id, hash INTO last_id, last_hash FROM guard_entry ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last_id, 0) + 1;
    NEW.prev_hash := coalesce(last_hash, repeat('0', 64));
    NEW.recorded_at := clock_timestamp();
    NEW.hash := encode(sha256(convert_to(concat_ws(E'\\n',
        NEW.prev_hash,
        NEW.id::text,
        (extract(epoch FROM NEW.recorded_at) * 1000000)::bigint::text,
        (extract(epoch FROM NEW.occurred_at) * 1000000)::bigint::text,
        coalesce(NEW.actor_id::text, ''),
        NEW.verb,
        NEW.outcome,
        coalesce(NEW.thing_id::text, ''),
        NEW.payload), 'UTF8')), 'hex');
    RETURN NEW;
END $body$;
CREATE TRIGGER guard_entry_chain BEFORE INSERT ON guard_entry
    FOR EACH ROW EXECUTE FUNCTION guard_entry_chain();

CREATE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $body$;
CREATE TRIGGER guard_entry_append_only BEFORE UPDATE OR DELETE ON guard_entry
    FOR EACH ROW EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER guard_entrydetail_append_only BEFORE UPDATE OR DELETE ON guard_entrydetail
    FOR EACH ROW EXECUTE FUNCTION guard_append_only();
"""

CHAIN_BACK = """
DROP TRIGGER guard_entrydetail_append_only ON guard_entrydetail;
DROP TRIGGER guard_entry_append_only ON guard_entry;
DROP FUNCTION guard_append_only();
DROP TRIGGER guard_entry_chain ON guard_entry;
DROP FUNCTION guard_entry_chain();
"""

HIGH_WATER = """
CREATE FUNCTION guard_high_water_thing() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    bad record;
BEGIN
    SELECT s.key AS source, s.level AS has,
           CASE l.carries WHEN 'part' THEN l.carried_rank ELSE t.level END AS needs
      INTO bad
      FROM guard_link l JOIN guard_thing s ON s.id = l.source_id JOIN guard_thing t ON t.id = l.target_id
     WHERE l.carries <> 'none' AND (l.source_id = NEW.id OR l.target_id = NEW.id)
       AND s.level < CASE l.carries WHEN 'part' THEN l.carried_rank ELSE t.level END
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% has level % and carries level %', bad.source, bad.has, bad.needs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_high_water';
    END IF;
    RETURN NULL;
END $body$;
CREATE CONSTRAINT TRIGGER guard_high_water AFTER INSERT OR UPDATE OF level ON guard_thing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_high_water_thing();

CREATE FUNCTION guard_high_water_link() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    bad record;
BEGIN
    SELECT s.key AS source, s.level AS has,
           CASE l.carries WHEN 'part' THEN l.carried_rank ELSE t.level END AS needs
      INTO bad
      FROM guard_link l JOIN guard_thing s ON s.id = l.source_id JOIN guard_thing t ON t.id = l.target_id
     WHERE l.id = NEW.id AND l.carries <> 'none'
       AND s.level < CASE l.carries WHEN 'part' THEN l.carried_rank ELSE t.level END;
    IF FOUND THEN
        RAISE EXCEPTION '% has level % and carries level %', bad.source, bad.has, bad.needs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_high_water';
    END IF;
    RETURN NULL;
END $body$;
CREATE CONSTRAINT TRIGGER guard_high_water AFTER INSERT OR UPDATE ON guard_link
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_high_water_link();
"""

HIGH_WATER_BACK = """
DROP TRIGGER guard_high_water ON guard_link;
DROP FUNCTION guard_high_water_link();
DROP TRIGGER guard_high_water ON guard_thing;
DROP FUNCTION guard_high_water_thing();
"""


class Migration(migrations.Migration):
    dependencies = [("guard", "0002_initial")]

    operations = [
        migrations.RunSQL(CHAIN, CHAIN_BACK),
        migrations.RunSQL(HIGH_WATER, HIGH_WATER_BACK),
    ]
