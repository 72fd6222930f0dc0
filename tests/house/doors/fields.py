"""What a planted row holds where a secret word would not do: codes, shapes and pairs that the database holds to.

Every other text of a governed model is a secret word. A field that stands here holds no words of people; one that
should, and does not, is a hole in the canary test, so each line says why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

if TYPE_CHECKING:
    from tests.house.doors.planting import Planted

#: Model.field: (value, or how it is made of the planted set and a maker of secret words; why)
Value = Callable[["Planted", Callable[[], str]], Any]
CODES: dict[str, tuple[Value, str]] = {}

#: names of fields that hold a digest, a code or a setting in every model
CODED_NAMES = frozenset(
    {
        "content_hash", "content_sha256", "section_sha256", "transcript_sha256", "schema_hash", "reviewed_schema_hash",
        "fingerprint", "world_digest", "wanted_digest", "after_digest", "language", "timezone", "fiscal_calendar",
        "rule_id", "slot", "sql_hash", "scope_hash", "carries", "relation", "role", "version", "origin_version",
        "layer",
    }
)  # fmt: skip


def code(name: str, value: Any, why: str) -> None:
    """Say what a field holds instead of a secret word."""
    CODES[name] = (value if callable(value) else lambda _planted, _word: value, why)


code("Warehouse.dialect", "postgres", "a name of sqlglot's")
code("Dataset.aliases", lambda p, w: [w()], "further names")
code("Dataset.allowed_purposes", lambda p, w: [w()], "words of people")
code("Dataset.source", "hand", "where it came from, a code")
code("Dataset.extra", lambda p, w: {"note": w()}, "what imports bring along")
code("Dataset.high_water", lambda p, w: 1, "the database counts it from the columns")
code("Dataset.declared_level", lambda p, w: p.level, "never above the thing's own level")
code("Column.data_type", "text", "a type of SQL")
code("Column.level", lambda p, w: p.level, "never above its dataset's level")
code("Column.level_state", "approved", "a code")
code("Column.pii_kind", "email", "a kind of the scanner's")
code("Label.evidence", lambda p, w: {"said": w()}, "what the scanner saw")
code("Label.level", lambda p, w: p.house_level, "a level of the house scheme")
code("Label.scheme", lambda p, w: p.house_level.scheme, "the house scheme")
code("Label.state", "proposed", "an approved one would count, and the column has its level already")
code("Label.review_key", lambda p, w: p.things["review"].key, "the key of the review")
code("Notice.code", "dataset.described", "a ledger code")
code("Notice.sentence", "Something happened.", "by its own rule it names nothing: the title is added when it is shown")
code("Notice.person", lambda p, w: p.to, "the reader who is told")
code("Comment.section", "problem", "a section of a PRD")
code("Product.extra", lambda p, w: {"note": w()}, "what imports bring along")
code("SearchDocument.exact_names", lambda p, w: ["x"], "written by put_document, see planting")
code("SearchDocument.words", lambda p, w: "'planted':1", "written by put_document, see planting")
code("SearchDocument.column_words", lambda p, w: None, "written by put_document, see planting")
code("Standing.reason", "owner", "a code")
code("Standing.person", lambda p, w: p.keeper, "the keeper stands on everything")
code("Standing.grade", 6, "the keeper may see all of it")
code("Metric.synonyms", lambda p, w: [w()], "further names")
code("Metric.names", lambda p, w: [w()], "further names")
code("Metric.non_additive_dimensions", lambda p, w: [w()], "names of columns")
code("Metric.purposes", lambda p, w: [w()], "words of people")
code("Metric.certified_sources", lambda p, w: {}, "digests of what it was certified on")
code("Metric.current", lambda p, w: None, "set after its version stands")
code("Metric.replaced_by", lambda p, w: None, "set after all metrics stand")
code(
    "MetricVersion.definition",
    lambda p, w: {
        "kind": "atomic",
        "source_dataset": p.rows["Dataset"].qualified_name,
        "agg": "sum",
        "expr": w(),
        "limits": [f"{w()} > 0"],
        "grain": [w()],
        "dialect": "postgres",
    },
    "every field of a definition",
)
code("MetricVersion.expressions", lambda p, w: {"postgres": f"SELECT sum({w()})"}, "SQL by dialect")
code(
    "MetricVersion.source_columns",
    lambda p, w: [{"dataset": p.things["dataset"].key, "columns": [w()]}],
    "columns by dataset",
)
code("MetricVersion.diff", lambda p, w: {"expr": [w(), w()]}, "what changed")
code("Insight.answered_keys", lambda p, w: [p.things["request"].key], "keys")
code("Interview.transcript_md", lambda p, w: p.said, "a quote is the slice of its frozen transcript")
code("Interview.frozen_at", lambda p, w: timezone.now(), "a quote is the slice of its frozen transcript")
code("Interview.transcript_sha256", "0" * 64, "a frozen transcript has its digest")
code("Quote.exact", lambda p, w: p.said, "a quote is the slice of its frozen transcript")
code("Quote.start_offset", 0, "a quote is the slice of its frozen transcript")
code("Quote.end_offset", lambda p, w: len(p.said), "a quote is the slice of its frozen transcript")
code("Quote.codes", lambda p, w: [w()], "words of people")
code("Request.score_band", "", "computed")
code("Request.similar_shown", lambda p, w: [p.things["request"].key], "keys")
code("Request.purpose", lambda p, w: None, "one of the shipped purposes")
code("Prd.current", lambda p, w: None, "set after its version stands")
code("PrdSection.slug", "problem", "a section of the template")
code("PrdReference.section", "problem", "a section of the template")
code("PrdReference.kind", "dataset", "a kind")
code("PrdReference.target", lambda p, w: p.things["dataset"].key, "as it was written")
code("PrdReference.columns", lambda p, w: [w()], "names of columns")
code("ReviewSlot.sections", lambda p, w: ["problem"], "sections of the template")
code("ReviewSlot.reviewer", lambda p, w: p.other, "somebody")
code("Approval.covered", lambda p, w: {"problem": "0" * 64}, "digests by section")
code("ReviewItem.rank", lambda p, w: p.level, "a level")
code("ReviewLabel.category", lambda p, w: p.category, "a category of the house scheme")
code("ReviewLabel.level", lambda p, w: None, "a level of another scheme; here it speaks of a category")
code("Grant.columns", lambda p, w: [w()], "names of columns")
code("Vote.on_behalf_of", lambda p, w: None, "a person, and only one who let the voter stand in for them")
code("WaiverRequest.rule_id", "PRD-G2", "a rule")
code("WaiverRequest.decided_by", lambda p, w: p.other, "two people")
code("WaiverRequest.decided_at", lambda p, w: timezone.now(), "decided")
code("WaiverRequest.waiver", lambda p, w: p.rows["Waiver"], "what was granted")
code("Waiver.granted_by", lambda p, w: p.other, "two people")
code("EnforcementRun.managed", lambda p, w: [w()], "schemas")
code("EnforcementRun.keepers", lambda p, w: [w()], "logins")
code("EnforcementRun.statements", lambda p, w: [f"GRANT SELECT ON {w()} TO x"], "SQL")
code("EnforcementRun.inverse", lambda p, w: [f"REVOKE SELECT ON {w()} FROM x"], "SQL")
code("EnforcementRun.findings", lambda p, w: [_finding(w)], "what differs")
code("EnforcementRun.before", lambda p, w: {"note": w()}, "the state before")
code("EnforcementRun.texts", lambda p, w: [w()], "queries of views")
code("EnforcementRun.known", lambda p, w: {"note": w()}, "what the next run may trust")
code(
    "EnforcementRun.preview",
    lambda p, w: {"gains": [_finding(w)], "loses": [_finding(w)], "counts": {"gains": 1, "loses": 1}},
    "who gains",
)
code("EnforcementRun.trial", lambda p, w: None, "no dry run yet")
code("EnforcementRun.ended", lambda p, w: {}, "no sessions ended")
code("Verification.counts", lambda p, w: {"wider": 1, "narrower": 0, "unknown": 0}, "counts")
code("Verification.drift", lambda p, w: [_finding(w)], "what differs")
code("Verification.facts", lambda p, w: {}, "who is past it by nature")
code("Scan.version", "1", "of the scanner")
code("Scan.state", "done", "only one waits at a time")
code("Scan.review", lambda p, w: None, "none was opened")
code("ScanFinding.why", "", "a code")
code("ScanFinding.kind", "email", "a kind of the scanner's")
code("ScanFinding.says", "most", "a code")
code("ScanFinding.shapes", lambda p, w: [[f"{w()}*", 3]], "masked shapes")
code("ScanException.data_type", "text", "a type of SQL")
code("ScanException.kind", "email", "a kind of the scanner's")
code("Decision.options", lambda p, w: [w()], "words of people")
code("Decision.attested_by", lambda p, w: None, "attested at and by go together")
code("UsageDaily.login", lambda p, w: w(), "who queried it")
code("Evidence.thing", lambda p, w: p.things["metric"], "what it rests on")
code("PrdReference.thing", lambda p, w: p.things["dataset"], "what it names")
code("ColumnEdge.kind", "filters", "one of a dataset's columns chooses its rows")
code("ColumnEdge.target", lambda p, w: None, "one of a dataset's columns chooses its rows")
code("Attestation.target", lambda p, w: None, "one of a dataset's columns chooses its rows")
code("Attestation.what", "stop", "a stop has no method and an end")
code("Attestation.method", "", "a stop has no method and an end")
code("Attestation.lowers_to", 0, "a stop has no method and an end")
code("Attestation.ends_on", lambda p, w: timezone.now().date() + timedelta(days=30), "a stop has no method and an end")
code("Attestation.conditions", lambda p, w: {}, "what a transformation must hold")
code("Rule.effect", "deny", "a rule that can be read")
code("Rule.action", "read", "a rule that can be read")
code("Rule.kinds", lambda p, w: [], "a rule that can be read")
code("Rule.mode", "dry_run", "a rule that can be read")
code("Rule.when", lambda p, w: WHEN, "a rule that can be read")
code("PolicyChange.target", "planted", "a code")
code("PolicyChange.before", lambda p, w: _rule(p, w), "a rule that can be read")
code("PolicyChange.after", lambda p, w: _rule(p, w), "a rule that can be read")
code("RuleVersion.body", lambda p, w: _rule(p, w), "a rule that can be read")
code("CampaignItem.decided_by", lambda p, w: p.keeper, "a verdict has a person")
code(
    "GrantPeriod.period",
    lambda p, w: DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=9)),
    "a stretch of time",
)
code("Link.source", lambda p, w: p.things["decision"], "a joint that carries no level")
code("Link.target", lambda p, w: p.things["request"], "a joint that carries no level")
code("Link.relation", "raises", "a joint that carries no level")
code("Link.carries", "none", "a joint that carries no level")
code("Link.columns", lambda p, w: [w()], "names of columns")
code("Standing.team", lambda p, w: None, "a person stands there")


def _finding(word: Callable[[], str]) -> dict[str, Any]:
    return {"drift": "wider", "code": "right-extra", "thing": word(), "who": word(), "detail": word()}


WHEN = {"ge": [{"attr": "resource.level"}, 4]}


def _rule(planted: Planted, word: Callable[[], str]) -> dict[str, Any]:
    return {
        "code": "planted", "title": word(), "domain": planted.things["dataset"].domain.slug,
        "owner": planted.keeper.username, "effect": "deny", "action": "read", "kinds": [], "mode": "dry_run",
        "when": WHEN, "examples": [],
    }  # fmt: skip
