from usage.actions.decisions import (
    attest_decision,
    call_reviews,
    draft_decision,
    look_back,
    move_decision,
    pin_evidence,
    raise_request,
    revise_decision,
)
from usage.actions.loading import load_usage, name_login

__all__ = [
    "attest_decision",
    "call_reviews",
    "draft_decision",
    "load_usage",
    "look_back",
    "move_decision",
    "name_login",
    "pin_evidence",
    "raise_request",
    "revise_decision",
]
