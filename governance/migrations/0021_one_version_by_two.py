"""Votes count for the version of a scheme that they named: as soon as there are several, ``code@version`` says which."""

from django.db import migrations

ONE_VERSION = """
CREATE OR REPLACE FUNCTION governance_changed_by_two() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    asked text := TG_ARGV[0];
    whose bigint;
    named text;
    told jsonb;
BEGIN
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF asked = 'level' THEN
        whose := NEW.scheme_id;
        named := ':' || NEW.rank;
        told := NEW.rules;
    ELSIF asked = 'category' THEN
        whose := NEW.scheme_id;
        named := ':' || NEW.code;
        told := jsonb_build_object('floor', NEW.floor, 'is_prohibited', NEW.is_prohibited);
    ELSIF asked = 'crosswalk' THEN
        SELECT l.scheme_id, ':' || l.rank, jsonb_build_object('rank', t.rank) INTO whose, named, told
          FROM guard_level l, guard_level t WHERE l.id = NEW.source_id AND t.id = NEW.target_id;
    ELSE
        whose := NEW.id;
        named := '';
        told := jsonb_build_object('status', NEW.status);
    END IF;
    -- a name never comes to mean another version than the one that people agreed about
    SELECT s.code || CASE WHEN EXISTS (SELECT FROM guard_scheme o WHERE o.code = s.code AND o.id <> s.id)
                          THEN '@' || s.version ELSE '' END || named
      INTO named FROM guard_scheme s WHERE s.id = whose;
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
ANY_VERSION = """
CREATE OR REPLACE FUNCTION governance_changed_by_two() RETURNS trigger LANGUAGE plpgsql AS $body$
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


class Migration(migrations.Migration):
    dependencies = [("governance", "0020_levels_in_reviews")]

    operations = [migrations.RunSQL(ONE_VERSION, ANY_VERSION)]
