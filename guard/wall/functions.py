"""What the wall asks, as functions of the database: the policy once more, in a language of its own.

They know the tables by themselves and not by what the product's process says of somebody: only the reader's number
comes from there. tests/guard holds them equal to the policy in Python on random worlds, with rules in force.
"""

from __future__ import annotations

from guard import policy
from guard.rules.rule import BLOCK, DENY, MASK, NEVER
from guard.wall import BEYOND, SETTING

READER = f"nullif(current_setting('{SETTING}', true), '')::bigint"

# What a person is cleared for; how far that goes in each domain for a grade (NULL for who left); the reader's standings
# on a thing; their teams.
_RIGHTS = """
DROP FUNCTION IF EXISTS guard_wall_rank(bigint, bigint);
CREATE OR REPLACE FUNCTION guard_wall_cleared(number bigint) RETURNS TABLE (domain_id bigint, rank int)
LANGUAGE sql STABLE AS $body$
    SELECT c.domain_id, c.rank::int FROM people_clearance c WHERE c.person_id = number
        OR c.team_id IN (SELECT m.team_id FROM people_membership m WHERE m.person_id = number)
$body$;
CREATE OR REPLACE FUNCTION guard_wall_ceilings(needed int) RETURNS jsonb LANGUAGE plpgsql STABLE AS $body$
DECLARE
    reader bigint := {reader};
BEGIN
    IF NOT EXISTS (SELECT FROM people_user u WHERE u.id = reader AND u.is_active) THEN
        RETURN NULL;
    END IF;
    RETURN (
        WITH held AS (SELECT c.domain_id, c.rank FROM guard_wall_cleared(reader) c)
        SELECT jsonb_object_agg(d.id, (
                   SELECT coalesce(max(g.level), 0) FROM guard_grade g
                    WHERE g.grade = needed AND g.clearance <= (
                        SELECT max(h.rank) FROM held h WHERE h.domain_id IS NULL OR h.domain_id = d.id)))
          FROM guard_domain d);
END $body$;
CREATE OR REPLACE FUNCTION guard_wall_held(number bigint) RETURNS TABLE (reason text, grade int)
LANGUAGE sql STABLE AS $body$
    SELECT s.reason::text, s.grade::int FROM {beyond}.guard_standing s
     WHERE s.thing_id = number AND (s.until IS NULL OR s.until > statement_timestamp())
       AND (s.person_id = {reader}
            OR s.team_id IN (SELECT m.team_id FROM people_membership m WHERE m.person_id = {reader}))
$body$;
CREATE OR REPLACE FUNCTION guard_wall_teams() RETURNS bigint[] LANGUAGE sql STABLE AS $body$
    SELECT array_agg(m.team_id) FROM people_membership m WHERE m.person_id = {reader}
$body$;
"""

# Rules in force that narrow sight below a grade, and whether one of them bites on a thing. NULL is "cannot be decided",
# which is the stricter answer. A part that cannot be decided leaves nothing of the whole decided, whatever is beside
# it: the policy does not read such a rule at all.
_RULES = """
CREATE OR REPLACE FUNCTION guard_wall_rules(needed int) RETURNS jsonb LANGUAGE sql STABLE AS $body$
    SELECT jsonb_agg(r) FROM jsonb_array_elements(
               (SELECT b.rules FROM guard_rulebook b ORDER BY b.id DESC LIMIT 1)) r
     WHERE r ->> 'mode' = '{block}'
       AND CASE r ->> 'effect' WHEN '{mask}' THEN {sample}
                WHEN '{deny}' THEN greatest(0, ('{actions}'::jsonb ->> (r ->> 'action'))::int - 1) END < needed
$body$;
CREATE OR REPLACE FUNCTION guard_wall_holds(tree jsonb, facts jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $body$
DECLARE
    op text; body jsonb; near jsonb; far jsonb;
BEGIN
    IF jsonb_typeof(tree) = 'boolean' THEN
        RETURN tree::boolean;
    END IF;
    SELECT key, value INTO op, body FROM jsonb_each(tree);
    IF op = 'and' THEN
        RETURN (SELECT CASE WHEN bool_and(x IS NOT NULL) THEN bool_and(x) END
                  FROM (SELECT guard_wall_holds(part, facts) AS x FROM jsonb_array_elements(body) part) all_of);
    ELSIF op = 'or' THEN
        RETURN (SELECT CASE WHEN bool_and(x IS NOT NULL) THEN bool_or(x) END
                  FROM (SELECT guard_wall_holds(part, facts) AS x FROM jsonb_array_elements(body) part) any_of);
    ELSIF op = 'not' THEN
        RETURN NOT guard_wall_holds(body, facts);
    ELSIF op = 'exists' THEN
        RETURN EXISTS (SELECT FROM jsonb_to_recordset(facts -> 'held') AS h (reason text, grade int)
                        WHERE body -> 'standing' ? h.reason AND h.grade >= (body ->> 'grade')::int);
    END IF;
    near := facts -> (body -> 0 ->> 'attr');
    far := CASE jsonb_typeof(body -> 1) WHEN 'object' THEN facts -> (body -> 1 ->> 'attr') ELSE body -> 1 END;
    RETURN CASE op WHEN 'eq' THEN near = far WHEN 'ne' THEN near <> far WHEN 'lt' THEN near < far
                   WHEN 'le' THEN near <= far WHEN 'gt' THEN near > far WHEN 'ge' THEN near >= far
                   WHEN 'in' THEN far @> near
                   WHEN 'has' THEN near ?| ARRAY(SELECT jsonb_array_elements_text(far)) END;
END $body$;
CREATE OR REPLACE FUNCTION guard_wall_closed(number bigint, rules jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $body$
DECLARE
    reader bigint := {reader}; about {beyond}.guard_thing; facts jsonb;
BEGIN
    SELECT * INTO about FROM {beyond}.guard_thing t WHERE t.id = number;
    IF NOT EXISTS (
        SELECT FROM jsonb_array_elements(rules) r
         WHERE CASE WHEN r -> 'kinds' = '[]' THEN about.kind <> ALL('{never}') ELSE r -> 'kinds' ? about.kind END)
    THEN
        RETURN false;
    END IF;
    facts := jsonb_build_object(
        'principal.clearance', (SELECT coalesce(max(c.rank), 0) FROM guard_wall_cleared(reader) c
                                 WHERE c.domain_id IS NULL OR c.domain_id = about.domain_id),
        'principal.roles', coalesce((SELECT jsonb_agg(h.role) FROM people_roleheld h WHERE h.person_id = reader), '[]'),
        'principal.standing', coalesce((SELECT max(h.grade) FROM guard_wall_held(number) h), 0),
        'principal.active', true,
        'resource.kind', about.kind, 'resource.level', about.level, 'resource.state', about.state,
        'resource.domain', (SELECT d.slug FROM guard_domain d WHERE d.id = about.domain_id),
        'held', coalesce((SELECT jsonb_agg(to_jsonb(h)) FROM guard_wall_held(number) h), '[]'));
    RETURN EXISTS (
        SELECT FROM jsonb_array_elements(rules) r
         WHERE CASE WHEN r -> 'kinds' = '[]' THEN about.kind <> ALL('{never}') ELSE r -> 'kinds' ? about.kind END
           AND coalesce(guard_wall_holds(r -> 'when', facts), true));
END $body$;
"""


def text() -> str:
    """The functions as SQL."""
    words = {
        "{reader}": READER,
        "{beyond}": BEYOND,
        "{block}": BLOCK,
        "{mask}": MASK,
        "{deny}": DENY,
        "{sample}": str(policy.SAMPLE),
        "{actions}": "{" + ", ".join(f'"{name}": {grade}' for name, grade in policy.ACTIONS.items()) + "}",
        "{never}": "{" + ",".join(sorted(NEVER)) + "}",
    }
    found = _RIGHTS + _RULES
    for word, value in words.items():
        found = found.replace(word, value)
    return found
