from governance.actions.attestations import (
    approve_attestation,
    end_attestation,
    look_after_attestations,
    propose_attestation,
    reject_attestation,
    withdraw_attestation,
)
from governance.actions.audit import verify_ledger
from governance.actions.batches import approve_reviews, import_levels
from governance.actions.campaigns import (
    answer_campaign,
    cancel_campaign,
    close_campaign,
    end_campaigns,
    open_campaign,
)
from governance.actions.delegations import end_delegation, look_after_delegations, name_deputy
from governance.actions.enforcement import (
    apply_enforcement,
    plan_enforcement,
    revert_enforcement,
    try_enforcement,
    verify_enforcement,
)
from governance.actions.enforcing import begin_enforcement
from governance.actions.evidence import pack_evidence
from governance.actions.glass import break_glass, review_glass
from governance.actions.grants import (
    approve_grant,
    ask_access,
    reject_grant,
    renew_access,
    revoke_grant,
    withdraw_request,
)
from governance.actions.rescans import rescan_dataset
from governance.actions.reviews import amend_levels, approve_review, propose_levels, reject_review, withdraw_review
from governance.actions.rules import (
    approve_change,
    propose_policy,
    propose_rule,
    reject_change,
    withdraw_change,
)
from governance.actions.scan_decisions import ENDERS, accept_finding, end_exception, reject_finding
from governance.actions.scans import SCANNERS, start_scan
from governance.actions.succession import carry_over
from governance.actions.suspending import expire_grants, lapse_grant, lapse_grants, suspend_grant
from governance.actions.waivers import ask_waiver, end_waiver, grant_waiver, refuse_waiver

__all__ = [
    "ENDERS",
    "SCANNERS",
    "accept_finding",
    "amend_levels",
    "answer_campaign",
    "apply_enforcement",
    "approve_attestation",
    "approve_change",
    "approve_grant",
    "approve_review",
    "approve_reviews",
    "ask_access",
    "ask_waiver",
    "begin_enforcement",
    "break_glass",
    "cancel_campaign",
    "carry_over",
    "close_campaign",
    "end_attestation",
    "end_campaigns",
    "end_delegation",
    "end_exception",
    "end_waiver",
    "expire_grants",
    "grant_waiver",
    "import_levels",
    "lapse_grant",
    "lapse_grants",
    "look_after_attestations",
    "look_after_delegations",
    "name_deputy",
    "open_campaign",
    "pack_evidence",
    "plan_enforcement",
    "propose_attestation",
    "propose_levels",
    "propose_policy",
    "propose_rule",
    "refuse_waiver",
    "reject_attestation",
    "reject_change",
    "reject_finding",
    "reject_grant",
    "reject_review",
    "renew_access",
    "rescan_dataset",
    "revert_enforcement",
    "review_glass",
    "revoke_grant",
    "start_scan",
    "suspend_grant",
    "try_enforcement",
    "verify_enforcement",
    "verify_ledger",
    "withdraw_attestation",
    "withdraw_change",
    "withdraw_request",
    "withdraw_review",
]
