"""What an edge may let through is counted by the database: whoever writes, less only while an attestation holds."""

from django.db import migrations

CAPS = """
CREATE FUNCTION governance_cap(near bigint, near_dataset bigint, far bigint, far_dataset bigint, said text)
    RETURNS TABLE (cap smallint, upto smallint) LANGUAGE sql STABLE AS $body$
    SELECT coalesce(min(a.lowers_to), 5)::smallint, coalesce(min(a.rank), 0)::smallint
      FROM governance_attestation a
      JOIN guard_thing t ON t.id = a.thing_id AND t.state = 'live'
      JOIN catalog_dataset d ON d.thing_id = a.target_dataset_id
      JOIN catalog_column s ON s.id = a.source_id
     WHERE a.what IN ('stop', 'transformation') AND a.source_id = near AND a.source_dataset_id = near_dataset
       AND a.target_dataset_id = far_dataset AND a.target_id IS NOT DISTINCT FROM far
       AND said IN ('', a.sql_hash)
       AND (a.sql_hash = ''
            OR EXISTS (SELECT 1 FROM catalog_columnedge e WHERE e.source_id = near AND e.target_id IS NOT DISTINCT FROM far
                          AND e.target_dataset_id = far_dataset AND e.sql_hash = a.sql_hash AND e.gone_at IS NULL))
       AND greatest(coalesce(s.level, 0), coalesce(s.proposed_level, 0), s.floor, s.propagated) <= a.rank
       AND coalesce((a.conditions ->> 'k')::int, 0) <= coalesce(d.min_group, 0)
       AND (SELECT count(DISTINCT v.person_id) FROM governance_vote v
             WHERE v.thing_id = a.thing_id AND v.verdict = 'approve' AND v.content_hash = a.content_hash
               AND v.person_id <> a.proposer_id) >= CASE a.what WHEN 'transformation' THEN 2 ELSE 1 END
$body$;

CREATE FUNCTION governance_recap(nears bigint[], far_datasets bigint[]) RETURNS void LANGUAGE sql AS $body$
    UPDATE catalog_columnedge e SET cap = n.cap, upto = CASE n.cap WHEN 5 THEN 0 ELSE n.upto END
      FROM (SELECT x.id, c.cap, c.upto FROM catalog_columnedge x,
                   governance_cap(x.source_id, x.source_dataset_id, x.target_id, x.target_dataset_id, x.sql_hash) c
             WHERE x.source_id = ANY (nears) AND x.target_dataset_id = ANY (far_datasets)) n
     WHERE n.id = e.id AND (e.cap, e.upto) IS DISTINCT FROM (n.cap, CASE n.cap WHEN 5 THEN 0 ELSE n.upto END)
$body$;

CREATE FUNCTION governance_cap_holds() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    allowed record;
BEGIN
    SELECT * INTO allowed FROM governance_cap(NEW.source_id, NEW.source_dataset_id, NEW.target_id,
                                              NEW.target_dataset_id, NEW.sql_hash);
    IF NEW.cap < allowed.cap OR NEW.upto > allowed.upto THEN
        RAISE EXCEPTION 'an edge lets less through only while an attestation holds'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'governance_cap_holds';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER governance_cap_holds BEFORE INSERT OR UPDATE OF cap, upto ON catalog_columnedge
    FOR EACH ROW WHEN (NEW.cap < 5) EXECUTE FUNCTION governance_cap_holds();

CREATE FUNCTION governance_edge_recaps() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    nears bigint[];
    fars bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT a.source_id), array_agg(DISTINCT a.target_dataset_id) INTO nears, fars
          FROM governance_attestation a JOIN old_rows r ON r.source_id = a.source_id AND r.target_dataset_id = a.target_dataset_id
          JOIN guard_thing t ON t.id = a.thing_id AND t.state = 'live';
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT a.source_id), array_agg(DISTINCT a.target_dataset_id) INTO nears, fars
          FROM governance_attestation a JOIN new_rows r ON r.source_id = a.source_id AND r.target_dataset_id = a.target_dataset_id
          JOIN guard_thing t ON t.id = a.thing_id AND t.state = 'live';
    ELSE
        SELECT array_agg(DISTINCT a.source_id), array_agg(DISTINCT a.target_dataset_id) INTO nears, fars
          FROM governance_attestation a JOIN new_rows r ON r.source_id = a.source_id AND r.target_dataset_id = a.target_dataset_id
          JOIN old_rows o ON o.id = r.id AND (o.sql_hash <> r.sql_hash OR (o.gone_at IS NULL) <> (r.gone_at IS NULL))
          JOIN guard_thing t ON t.id = a.thing_id AND t.state = 'live';
    END IF;
    IF nears IS NOT NULL THEN
        PERFORM governance_recap(nears, fars);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER governance_edge_added AFTER INSERT ON catalog_columnedge
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION governance_edge_recaps();
CREATE TRIGGER governance_edge_changed AFTER UPDATE ON catalog_columnedge
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION governance_edge_recaps();
CREATE TRIGGER governance_edge_removed AFTER DELETE ON catalog_columnedge
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION governance_edge_recaps();

CREATE FUNCTION governance_group_recaps() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    nears bigint[];
BEGIN
    SELECT array_agg(DISTINCT source_id) INTO nears FROM governance_attestation
     WHERE target_dataset_id = NEW.thing_id AND conditions ? 'k' AND source_id IS NOT NULL;
    IF nears IS NOT NULL THEN
        PERFORM governance_recap(nears, ARRAY[NEW.thing_id]);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER governance_group_recaps AFTER UPDATE OF min_group ON catalog_dataset FOR EACH ROW
    WHEN (OLD.min_group IS DISTINCT FROM NEW.min_group) EXECUTE FUNCTION governance_group_recaps();
"""

CAPS_BACK = """
DROP TRIGGER governance_group_recaps ON catalog_dataset;
DROP FUNCTION governance_group_recaps();
DROP TRIGGER governance_edge_removed ON catalog_columnedge;
DROP TRIGGER governance_edge_changed ON catalog_columnedge;
DROP TRIGGER governance_edge_added ON catalog_columnedge;
DROP FUNCTION governance_edge_recaps();
DROP TRIGGER governance_cap_holds ON catalog_columnedge;
DROP FUNCTION governance_cap_holds();
DROP FUNCTION governance_recap(bigint[], bigint[]);
DROP FUNCTION governance_cap(bigint, bigint, bigint, bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_attestations"), ("catalog", "0008_seeping")]

    operations = [migrations.RunSQL(CAPS, CAPS_BACK)]
