"""No dataset is less strict than its columns, whoever writes: also by direct SQL.

Statement triggers on the columns keep the dataset's counts and high water (one set-based update a statement, none when
nothing changed). Deferred constraint triggers on the dataset and on its Thing then read the columns themselves, so a
forged high water helps nobody. One event a dataset, not one a column: an import of 200,000 columns stays cheap.
"""

from django.db import migrations

TALLY = """
CREATE FUNCTION catalog_tally(ids bigint[]) RETURNS void LANGUAGE sql AS $body$
    UPDATE catalog_dataset d
       SET high_water = n.high_water, column_count = n.column_count, unclassified_count = n.unclassified_count
      FROM (SELECT i.id, coalesce(max(c.rank), 4) AS high_water, count(c.id) AS column_count,
                   count(c.id) FILTER (WHERE c.level IS NULL) AS unclassified_count
              FROM unnest(ids) AS i(id) LEFT JOIN catalog_column c ON c.dataset_id = i.id GROUP BY i.id) n
     WHERE d.thing_id = n.id
       AND (d.high_water, d.column_count, d.unclassified_count)
           IS DISTINCT FROM (n.high_water::smallint, n.column_count::int, n.unclassified_count::int)
$body$;

CREATE FUNCTION catalog_column_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT dataset_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT dataset_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT x.dataset_id) INTO ids
          FROM (SELECT dataset_id FROM new_rows UNION ALL SELECT dataset_id FROM old_rows) x;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM catalog_tally(ids);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_column_added AFTER INSERT ON catalog_column
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_column_changed();
CREATE TRIGGER catalog_column_changed AFTER UPDATE ON catalog_column
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_column_changed();
CREATE TRIGGER catalog_column_removed AFTER DELETE ON catalog_column
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_column_changed();
"""

TALLY_BACK = """
DROP TRIGGER catalog_column_removed ON catalog_column;
DROP TRIGGER catalog_column_changed ON catalog_column;
DROP TRIGGER catalog_column_added ON catalog_column;
DROP FUNCTION catalog_column_changed();
DROP FUNCTION catalog_tally(bigint[]);
"""

HIGH_WATER = """
CREATE FUNCTION catalog_high_water() RETURNS trigger LANGUAGE plpgsql AS $body$
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
CREATE CONSTRAINT TRIGGER catalog_high_water AFTER INSERT OR UPDATE OF high_water, column_count, declared_level
    ON catalog_dataset DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_high_water();
CREATE CONSTRAINT TRIGGER catalog_high_water AFTER UPDATE OF level ON guard_thing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'dataset') EXECUTE FUNCTION catalog_high_water();
"""

HIGH_WATER_BACK = """
DROP TRIGGER catalog_high_water ON guard_thing;
DROP TRIGGER catalog_high_water ON catalog_dataset;
DROP FUNCTION catalog_high_water();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("guard", "0003_database_rules")]

    operations = [migrations.RunSQL(TALLY, TALLY_BACK), migrations.RunSQL(HIGH_WATER, HIGH_WATER_BACK)]
