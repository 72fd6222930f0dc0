"""What labels do to levels, held by the database: floors of columns, combinations, and that labels are only added."""

from django.db import migrations

APPEND = """
CREATE FUNCTION catalog_label_added() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    old_row record;
BEGIN
    IF NEW.superseded_at IS NOT NULL THEN
        RAISE EXCEPTION 'a new label is not superseded' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.supersedes_id IS NULL THEN
        IF NEW.state NOT IN ('proposed', 'approved') THEN
            RAISE EXCEPTION 'a label that is % says which one it ends', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    UPDATE catalog_label SET superseded_at = clock_timestamp()
     WHERE id = NEW.supersedes_id AND superseded_at IS NULL AND column_id = NEW.column_id AND scheme_id = NEW.scheme_id
       AND category_id IS NOT DISTINCT FROM NEW.category_id
    RETURNING * INTO old_row;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a label supersedes a current one of the same column and scheme'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_label_supersedes';
    END IF;
    IF NEW.state = 'approved' AND old_row.state = 'proposed' AND old_row.by_id = NEW.by_id THEN
        RAISE EXCEPTION 'who proposed a label does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_label_two_people';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER catalog_label_added BEFORE INSERT ON catalog_label
    FOR EACH ROW EXECUTE FUNCTION catalog_label_added();

CREATE FUNCTION catalog_label_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND OLD.superseded_at IS NULL
       AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'labels are only added' USING ERRCODE = 'insufficient_privilege';
END $body$;
CREATE TRIGGER catalog_label_append_only BEFORE UPDATE OR DELETE ON catalog_label
    FOR EACH ROW EXECUTE FUNCTION catalog_label_append_only();
"""

APPEND_BACK = """
DROP TRIGGER catalog_label_append_only ON catalog_label;
DROP FUNCTION catalog_label_append_only();
DROP TRIGGER catalog_label_added ON catalog_label;
DROP FUNCTION catalog_label_added();
"""

FLOORS = """
CREATE FUNCTION catalog_column_floor(number bigint) RETURNS smallint LANGUAGE sql STABLE AS $body$
    SELECT coalesce(max(coalesce(k.floor, t.rank)), 0)::smallint
      FROM catalog_label l
      JOIN guard_scheme s ON s.id = l.scheme_id
      LEFT JOIN guard_category k ON k.id = l.category_id
      LEFT JOIN (guard_crosswalk w JOIN guard_level t ON t.id = w.target_id
                 JOIN guard_scheme h ON h.id = t.scheme_id AND h.is_house) ON w.source_id = l.level_id
     WHERE l.column_id = number AND l.superseded_at IS NULL AND l.state IN ('proposed', 'approved')
       AND (l.category_id IS NOT NULL OR NOT s.is_house)
$body$;

CREATE FUNCTION catalog_label_counts() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    ids bigint[];
BEGIN
    UPDATE catalog_column c SET floor = catalog_column_floor(c.id)
     WHERE c.id IN (SELECT column_id FROM new_rows) AND c.floor <> catalog_column_floor(c.id);
    SELECT array_agg(DISTINCT dataset_id) INTO ids FROM new_rows WHERE category_id IS NOT NULL;
    IF ids IS NOT NULL THEN
        PERFORM catalog_tally(ids);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_label_counts AFTER INSERT ON catalog_label
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_label_counts();
"""

FLOORS_BACK = """
DROP TRIGGER catalog_label_counts ON catalog_label;
DROP FUNCTION catalog_label_counts();
DROP FUNCTION catalog_column_floor(bigint);
"""

TOGETHER = """
CREATE FUNCTION catalog_combined(ids bigint[]) RETURNS TABLE (dataset_id bigint, combination_id bigint, rank int)
    LANGUAGE sql STABLE AS $body$
    WITH RECURSIVE said AS (
        SELECT l.dataset_id, l.category_id, c.rank FROM catalog_label l JOIN catalog_column c ON c.id = l.column_id
         WHERE l.dataset_id = ANY (ids) AND l.category_id IS NOT NULL AND l.superseded_at IS NULL
           AND l.state IN ('proposed', 'approved')
        UNION
        SELECT s.dataset_id, k.parent_id, s.rank FROM said s JOIN guard_category k ON k.id = s.category_id
         WHERE k.parent_id IS NOT NULL)
    SELECT m.dataset_id, r.id, least(5, greatest(max(m.rank) + r.raises, r.at_least))::int
      FROM guard_combination r
      JOIN guard_combination_categories part ON part.combination_id = r.id
      JOIN (SELECT s.dataset_id, s.category_id, max(s.rank) AS rank FROM said s GROUP BY 1, 2) m
        ON m.category_id = part.category_id
      JOIN catalog_dataset d ON d.thing_id = m.dataset_id
     WHERE r.persons_from IS NULL OR d.row_count >= r.persons_from
     GROUP BY m.dataset_id, r.id
    HAVING count(*) = (SELECT count(*) FROM guard_combination_categories x WHERE x.combination_id = r.id)
$body$;

CREATE FUNCTION catalog_needs(ids bigint[]) RETURNS TABLE (dataset_id bigint, high_water smallint, columns int,
                                                           unclassified int) LANGUAGE sql STABLE AS $body$
    SELECT n.id, greatest(n.high_water, coalesce(t.rank, 0))::smallint, n.columns, n.unclassified
      FROM (SELECT i.id, coalesce(max(c.rank), 4) AS high_water, count(c.id)::int AS columns,
                   (count(c.id) FILTER (WHERE c.level IS NULL))::int AS unclassified
              FROM unnest(ids) AS i(id) LEFT JOIN catalog_column c ON c.dataset_id = i.id GROUP BY i.id) n
      LEFT JOIN (SELECT x.dataset_id, max(x.rank) AS rank FROM catalog_combined(ids) x GROUP BY 1) t
        ON t.dataset_id = n.id
$body$;

CREATE OR REPLACE FUNCTION catalog_tally(ids bigint[]) RETURNS void LANGUAGE sql AS $body$
    UPDATE catalog_dataset d
       SET high_water = n.high_water, column_count = n.columns, unclassified_count = n.unclassified
      FROM catalog_needs(ids) n
     WHERE d.thing_id = n.dataset_id
       AND (d.high_water, d.column_count, d.unclassified_count)
           IS DISTINCT FROM (n.high_water, n.columns, n.unclassified)
$body$;

CREATE FUNCTION catalog_rows_counted() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM catalog_tally(ARRAY[NEW.thing_id]);
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_rows_counted AFTER UPDATE OF row_count ON catalog_dataset FOR EACH ROW
    WHEN (OLD.row_count IS DISTINCT FROM NEW.row_count) EXECUTE FUNCTION catalog_rows_counted();

CREATE OR REPLACE FUNCTION catalog_high_water() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    number bigint;
    bad record;
BEGIN
    number := CASE TG_TABLE_NAME WHEN 'guard_thing' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                 ELSE (to_jsonb(NEW) ->> 'thing_id')::bigint END;
    SELECT t.key, t.level AS has,
           greatest(coalesce(d.declared_level, 1),
                    CASE WHEN n.columns = 0 AND d.declared_level IS NOT NULL THEN 1 ELSE n.high_water END) AS needs
      INTO bad
      FROM catalog_dataset d JOIN guard_thing t ON t.id = d.thing_id, catalog_needs(ARRAY[number]) n
     WHERE d.thing_id = number;
    IF FOUND AND bad.has < bad.needs THEN
        RAISE EXCEPTION 'dataset % has level % and its columns need %', bad.key, bad.has, bad.needs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_high_water';
    END IF;
    RETURN NULL;
END $body$;
"""

TOGETHER_BACK = """
DROP TRIGGER catalog_rows_counted ON catalog_dataset;
DROP FUNCTION catalog_rows_counted();
CREATE OR REPLACE FUNCTION catalog_tally(ids bigint[]) RETURNS void LANGUAGE sql AS $body$
    UPDATE catalog_dataset d
       SET high_water = n.high_water, column_count = n.column_count, unclassified_count = n.unclassified_count
      FROM (SELECT i.id, coalesce(max(c.rank), 4) AS high_water, count(c.id) AS column_count,
                   count(c.id) FILTER (WHERE c.level IS NULL) AS unclassified_count
              FROM unnest(ids) AS i(id) LEFT JOIN catalog_column c ON c.dataset_id = i.id GROUP BY i.id) n
     WHERE d.thing_id = n.id
       AND (d.high_water, d.column_count, d.unclassified_count)
           IS DISTINCT FROM (n.high_water::smallint, n.column_count::int, n.unclassified_count::int)
$body$;
CREATE OR REPLACE FUNCTION catalog_high_water() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    number bigint;
    bad record;
BEGIN
    number := CASE TG_TABLE_NAME WHEN 'guard_thing' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                 ELSE (to_jsonb(NEW) ->> 'thing_id')::bigint END;
    SELECT t.key, t.level AS has,
           greatest(coalesce(d.declared_level, 1),
                    coalesce((SELECT max(c.rank) FROM catalog_column c WHERE c.dataset_id = d.thing_id),
                             CASE WHEN d.declared_level IS NULL THEN 4 ELSE 1 END)) AS needs
      INTO bad
      FROM catalog_dataset d JOIN guard_thing t ON t.id = d.thing_id
     WHERE d.thing_id = number;
    IF FOUND AND bad.has < bad.needs THEN
        RAISE EXCEPTION 'dataset % has level % and its columns need %', bad.key, bad.has, bad.needs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_high_water';
    END IF;
    RETURN NULL;
END $body$;
DROP FUNCTION catalog_needs(bigint[]);
DROP FUNCTION catalog_combined(bigint[]);
"""

KEPT = """
INSERT INTO catalog_label (dataset_id, column_id, column_name, scheme_id, level_id, state, origin, origin_version,
                           evidence, reason, by_id, review_key, valid_from)
SELECT c.dataset_id, c.id, c.name, s.id, v.id, 'approved', 'person', '', '{}',
       'approved before labels were recorded', d.reviewed_by_id, '', coalesce(d.reviewed_at, now())
  FROM catalog_column c JOIN catalog_dataset d ON d.thing_id = c.dataset_id
  JOIN guard_scheme s ON s.is_house JOIN guard_level v ON v.scheme_id = s.id AND v.rank = c.level
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_labels")]

    operations = [
        migrations.RunSQL(APPEND, APPEND_BACK),
        migrations.RunSQL(TOGETHER, TOGETHER_BACK),
        migrations.RunSQL(FLOORS, FLOORS_BACK),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
