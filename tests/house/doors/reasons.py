"""Which models a door truly has nothing of, and why. The walk holds both: what stands here is never met there."""

from __future__ import annotations

from dataclasses import dataclass

from tests.house.doors import claims
from tests.house.doors.claims import DOORS


@dataclass(frozen=True)
class Reason:
    """Why some models are never met behind some doors."""

    why: str
    models: tuple[str, ...]
    doors: tuple[str, ...]


_PARTS = (
    "Approval", "CampaignItem", "Column", "ColumnEdge", "Comment", "EnforcementRun", "Evidence", "Identity", "Label",
    "MetricVersion", "PrdReference", "PrdSection", "PrdVersion", "RequestSupport", "ReviewItem", "ReviewLabel", "Scan",
    "ScanException", "ScanFinding", "UsageDaily", "Verification", "Vote", "Waiver", "WaiverRequest",
)  # fmt: skip
_OBJECTS = (
    "Attestation", "Campaign", "Dataset", "Decision", "Grant", "Insight", "Interview", "LevelReview", "Metric",
    "Participant", "PolicyChange", "Prd", "Product",
    "Quote", "Request", "Rule", "Warehouse",
)  # fmt: skip

REASONS: tuple[Reason, ...] = (
    Reason("its words are its kind's: they are met in the row of the model that it belongs to", ("Thing",), DOORS),
    Reason(
        "what search reads; the words in it belong to its object and are met in that row", ("SearchDocument",), DOORS
    ),
    Reason(
        "it joins rows that have cells of their own and holds no words of people",
        ("GrantPeriod", "Link", "Standing", "Signoff", "ShapeTable", "ReviewSlot"), DOORS,
    ),
    Reason("it names nothing by its own rule: the title is read through the policy when it is shown",
           ("Notice",), DOORS),
    Reason("kept for rules and for the record; no door draws its words",
           ("Approval", "PrdReference", "PrdVersion", "RuleVersion", "Scan", "UsageDaily", "Verification", "Vote"),
           DOORS),
    Reason("who somebody is: above the grade that any clearance gives, and drawn nowhere", ("Identity",), DOORS),
    Reason(
        "a part is found, counted, traced and told of as its object", _PARTS,
        (claims.SEARCH, claims.FACETS, claims.COUNTS, claims.SUGGEST, claims.THREAD, claims.NOTICES),
    ),
    Reason("a part is printed below its object, and by the sheet of levels only columns are",
           tuple(part for part in _PARTS if part != "Column"), (claims.COMMAND,)),
    Reason("listed below its object only",
           ("CampaignItem", "EnforcementRun", "Evidence", "MetricVersion", "PrdSection", "RequestSupport",
            "ReviewItem", "ReviewLabel", "ScanException", "Waiver"), (claims.LIST,)),
    Reason("drawn in the words of its scheme, not in its own", ("Label",), (claims.PAGE,)),
    Reason("the API reads it in a list or below its object",
           ("CampaignItem", "Comment", "EnforcementRun", "RequestSupport", "ScanException", "Waiver"),
           (claims.DETAIL,)),
    Reason("no file has it",
           ("CampaignItem", "ColumnEdge", "Comment", "EnforcementRun", "Evidence", "MetricVersion", "RequestSupport",
            "ScanException", "ScanFinding"),
           (claims.EXPORT,)),
    Reason("the record names acts and things; a part's words are not in it",
           tuple(part for part in _PARTS if part != "MetricVersion"), (claims.HISTORY,)),
    Reason("no refused change draws it",
           ("EnforcementRun", "Label", "MetricVersion", "ScanException", "ScanFinding"), (claims.REFUSAL,)),
    Reason("what hangs below an object in the API says why and what blocks, in sentences without its words",
           (*_OBJECTS, *(part for part in _PARTS if part not in ("CampaignItem", "Column", "EnforcementRun"))),
           (claims.NESTED,)),
    Reason("a person who is heard is no station of the thread and is not searched for as one types",
           ("Participant",), (claims.SUGGEST, claims.THREAD, claims.COMMAND)),
)  # fmt: skip

#: Model.field that is planted and that no door draws, and why; the walk holds that nobody meets it, cleared or not
NOWHERE: dict[str, str] = {
    "Approval.body_md": "the source of a review's remark",
    "Approval.body_html": "a review's remark: kept with the verdict, which the page draws",
    "Comment.prefix": "finds the place of a remark again",
    "Comment.suffix": "finds the place of a remark again",
    "Dataset.extra": "what an import brought along, given back by exports of the same kind",
    "Product.extra": "what an import brought along, given back by exports of the same kind",
    "EnforcementRun.before": "the state before, for the proof of a revert",
    "EnforcementRun.keepers": "what the next run may trust",
    "EnforcementRun.known": "what the next run may trust",
    "EnforcementRun.managed": "what the next run may trust",
    "EnforcementRun.texts": "the views that it replaced, for the revert",
    "Grant.review_note": "drawn for an emergency that was looked at, which no planted grant is",
    "Identity.contact": "who somebody is: for the interviewers, outside the product's pages",
    "Identity.name": "who somebody is: for the interviewers, outside the product's pages",
    "Insight.answer_html": "drawn once an insight is answered, which no planted state is",
    "Job.arguments": "what a worker reads",
    "Link.columns": "which columns are read: counted, not drawn",
    "Link.pinned": "which version is meant: compared, not drawn",
    "Metric.names": "folded names, compared with others",
    "Participant.segment": "counted in the strength of evidence",
    "PrdReference.columns": "compared with the dataset's columns",
    "PrdReference.pinned": "compared with the metric's version",
    "PrdVersion.change_note": "kept with the version",
    "RuleVersion.body": "what a rule said before: the page draws the changes that led there",
    "Scan.said": "drawn when a scan failed, which the planted ones did not",
    "ScanFinding.reason": "drawn once a finding is decided",
    "UsageDaily.login": "counted; who queried is never named",
    "Verification.drift": "drawn for a warehouse whose address is set",
    "Vote.reason": "kept with the vote; the page draws the verdict",
}


def why_not(model: str, door: str) -> str | None:
    """Why a model is never met behind a door; None when it is."""
    return next((one.why for one in REASONS if model in one.models and door in one.doors), None)
