"""What the database holds of column lineage: what was stirred is noted whoever writes, and a column that goes takes no
strictness with it."""

from django.db import migrations

STIRS = """
CREATE FUNCTION catalog_column_stirs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO catalog_stirred (column_number)
    SELECT x.id
      FROM (SELECT n.id, n.dataset_id,
                   greatest(coalesce(n.level, 0), coalesce(n.proposed_level, 0), n.floor) AS own,
                   greatest(coalesce(o.level, 0), coalesce(o.proposed_level, 0), o.floor) AS own_before,
                   o.propagated
              FROM new_rows n JOIN old_rows o ON o.id = n.id) x
     WHERE (x.own > greatest(x.own_before, x.propagated) OR (x.own < x.own_before AND x.own_before >= x.propagated))
       AND (EXISTS (SELECT 1 FROM catalog_columnedge e WHERE e.source_id = x.id)
            OR EXISTS (SELECT 1 FROM catalog_columnedge e
                        WHERE e.source_dataset_id = x.dataset_id AND e.kind = 'unknown'));
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_column_stirs AFTER UPDATE ON catalog_column
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_column_stirs();

CREATE FUNCTION catalog_dataset_stirs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO catalog_stirred (dataset_number) SELECT NEW.thing_id
     WHERE EXISTS (SELECT 1 FROM catalog_columnedge e
                    WHERE e.source_dataset_id = NEW.thing_id AND e.kind = 'unknown');
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_dataset_stirs AFTER UPDATE OF declared_level ON catalog_dataset FOR EACH ROW
    WHEN (OLD.declared_level IS DISTINCT FROM NEW.declared_level) EXECUTE FUNCTION catalog_dataset_stirs();

CREATE FUNCTION catalog_edge_stirs() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO catalog_stirred (column_number, dataset_number)
        SELECT DISTINCT target_id, CASE WHEN target_id IS NULL THEN target_dataset_id END FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO catalog_stirred (column_number, dataset_number)
        SELECT DISTINCT target_id, CASE WHEN target_id IS NULL THEN target_dataset_id END FROM old_rows;
    ELSE
        INSERT INTO catalog_stirred (column_number, dataset_number)
        SELECT DISTINCT x.target_id, CASE WHEN x.target_id IS NULL THEN x.target_dataset_id END
          FROM new_rows n JOIN old_rows o ON o.id = n.id,
               LATERAL (VALUES (n.target_id, n.target_dataset_id), (o.target_id, o.target_dataset_id))
                       AS x(target_id, target_dataset_id)
         WHERE (n.source_id, n.source_dataset_id, n.target_id, n.target_dataset_id, n.kind, n.cap, n.held)
               IS DISTINCT FROM
               (o.source_id, o.source_dataset_id, o.target_id, o.target_dataset_id, o.kind, o.cap, o.held);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_edge_added AFTER INSERT ON catalog_columnedge
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_edge_stirs();
CREATE TRIGGER catalog_edge_changed AFTER UPDATE ON catalog_columnedge
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_edge_stirs();
CREATE TRIGGER catalog_edge_removed AFTER DELETE ON catalog_columnedge
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_edge_stirs();

CREATE FUNCTION catalog_column_leaves() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM catalog_columnedge e USING old_rows o
     WHERE e.target_id = o.id
        OR (e.source_id = o.id
            AND least(e.cap, greatest(coalesce(o.level, 0), coalesce(o.proposed_level, 0), o.floor, o.propagated)) = 0);
    UPDATE catalog_columnedge e
       SET held = least(e.cap, greatest(coalesce(o.level, 0), coalesce(o.proposed_level, 0), o.floor, o.propagated)),
           source_id = NULL, cap = 5, gone_at = coalesce(e.gone_at, now())
      FROM old_rows o WHERE e.source_id = o.id;
    RETURN NULL;
END $body$;
CREATE TRIGGER catalog_column_leaves AFTER DELETE ON catalog_column
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_column_leaves();
"""

STIRS_BACK = """
DROP TRIGGER catalog_column_leaves ON catalog_column;
DROP FUNCTION catalog_column_leaves();
DROP TRIGGER catalog_edge_removed ON catalog_columnedge;
DROP TRIGGER catalog_edge_changed ON catalog_columnedge;
DROP TRIGGER catalog_edge_added ON catalog_columnedge;
DROP FUNCTION catalog_edge_stirs();
DROP TRIGGER catalog_dataset_stirs ON catalog_dataset;
DROP FUNCTION catalog_dataset_stirs();
DROP TRIGGER catalog_column_stirs ON catalog_column;
DROP FUNCTION catalog_column_stirs();
"""

_HELD = """
CREATE OR REPLACE FUNCTION catalog_high_water() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    number bigint;
    bad record;
BEGIN
    number := CASE TG_TABLE_NAME WHEN 'guard_thing' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                 ELSE (to_jsonb(NEW) ->> 'thing_id')::bigint END;
    SELECT t.key, t.level AS has,
           greatest(coalesce(d.declared_level, 1),%s
                    CASE WHEN n.columns = 0 AND d.declared_level IS NOT NULL THEN 1 ELSE n.high_water END) AS needs
      INTO bad
      FROM catalog_dataset d JOIN guard_thing t ON t.id = d.thing_id, catalog_needs(ARRAY[number]) n
     WHERE d.thing_id = number;
    IF FOUND AND bad.has < bad.needs THEN
        RAISE EXCEPTION 'dataset %% has level %% and its columns need %%', bad.key, bad.has, bad.needs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_high_water';
    END IF;
    RETURN NULL;
END $body$;
"""
_TRIGGER = """
DROP TRIGGER catalog_high_water ON catalog_dataset;
CREATE CONSTRAINT TRIGGER catalog_high_water AFTER INSERT OR UPDATE OF %s
    ON catalog_dataset DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog_high_water();
"""
ARRIVES = _HELD % " d.arrived," + _TRIGGER % "high_water, column_count, declared_level, arrived"
ARRIVES_BACK = _TRIGGER % "high_water, column_count, declared_level" + _HELD % ""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_column_edges")]

    operations = [migrations.RunSQL(STIRS, STIRS_BACK), migrations.RunSQL(ARRIVES, ARRIVES_BACK)]
