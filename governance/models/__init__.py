"""What governance keeps: the papers of its desk, and the runs of enforcement."""

from governance.models.attestations import Attestation
from governance.models.campaigns import Campaign, CampaignItem
from governance.models.delegations import Decision, Delegation
from governance.models.desk import LevelReview, ReviewItem, Vote, WaiverRequest
from governance.models.enforcement import EnforcementRun, Verification
from governance.models.grants import Cause, Grant, GrantPeriod, Mode, Place
from governance.models.labelling import ReviewLabel
from governance.models.rules import PolicyChange, Rule, RuleEffect, RuleMode, RuleVersion
from governance.models.scans import Scan, ScanException, ScanFinding

__all__ = [
    "Attestation",
    "Campaign",
    "CampaignItem",
    "Cause",
    "Decision",
    "Delegation",
    "EnforcementRun",
    "Grant",
    "GrantPeriod",
    "LevelReview",
    "Mode",
    "Place",
    "PolicyChange",
    "ReviewItem",
    "ReviewLabel",
    "Rule",
    "RuleEffect",
    "RuleMode",
    "RuleVersion",
    "Scan",
    "ScanException",
    "ScanFinding",
    "Verification",
    "Vote",
    "WaiverRequest",
]
