"""What the database itself holds of demand (a frozen transcript stays, a quote is verbatim), and the first purposes."""

from django.db import migrations

RULES = """
CREATE FUNCTION demand_transcript_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND NEW.transcript_md <> OLD.transcript_md
       AND NOT (NEW.transcript_md = '' AND NEW.purged_at IS NOT NULL) THEN
        RAISE EXCEPTION 'INT-2: a frozen transcript does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER demand_transcript_stays BEFORE UPDATE ON demand_interview
    FOR EACH ROW EXECUTE FUNCTION demand_transcript_stays();

CREATE FUNCTION demand_quote_is_verbatim() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    said text;
BEGIN
    IF NEW.exact = '' THEN
        RETURN NEW;
    END IF;
    SELECT substr(transcript_md, NEW.start_offset + 1, NEW.end_offset - NEW.start_offset) INTO said
        FROM demand_interview WHERE thing_id = NEW.interview_id AND frozen_at IS NOT NULL;
    IF said IS DISTINCT FROM NEW.exact THEN
        RAISE EXCEPTION 'QUO-1: a quote is the slice of its frozen transcript' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER demand_quote_is_verbatim BEFORE INSERT OR UPDATE ON demand_quote
    FOR EACH ROW EXECUTE FUNCTION demand_quote_is_verbatim();
"""
UNDO = """
DROP TRIGGER demand_quote_is_verbatim ON demand_quote;
DROP FUNCTION demand_quote_is_verbatim();
DROP TRIGGER demand_transcript_stays ON demand_interview;
DROP FUNCTION demand_transcript_stays();
"""

# code, name, Chinese name, may justify personal data
PURPOSES = [
    ("product-improvement", "Product improvement", "产品改进", False),
    ("operations", "Running the business", "业务运营", False),
    ("finance-reporting", "Finance reporting", "财务报告", False),
    ("customer-service", "Serving a customer", "客户服务", True),
    ("fraud-prevention", "Fraud prevention", "防范欺诈", True),
    ("risk-assessment", "Risk assessment", "风险评估", True),
    ("patient-care", "Patient care", "患者诊疗", True),
    ("legal-duty", "Legal duty", "法定义务", True),
    ("research", "Research", "研究", False),
]


def ship_purposes(apps, schema_editor):
    purpose = apps.get_model("demand", "Purpose")
    for code, name, name_zh, covers in PURPOSES:
        purpose.objects.update_or_create(
            code=code, defaults={"name": name, "name_zh": name_zh, "covers_personal": covers}
        )


class Migration(migrations.Migration):
    dependencies = [("demand", "0001_initial")]
    operations = [
        migrations.RunSQL(RULES, UNDO),
        migrations.RunPython(ship_purposes, migrations.RunPython.noop),
    ]
