from usage.actions.decisions import (
    attest_decision,
    draft_decision,
    load_decision,
    look_back,
    move_decision,
    pin_evidence,
    raise_request,
    revise_decision,
)

__all__ = [
    "attest_decision",
    "draft_decision",
    "load_decision",
    "look_back",
    "move_decision",
    "pin_evidence",
    "raise_request",
    "revise_decision",
]
