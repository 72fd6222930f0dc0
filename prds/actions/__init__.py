from prds.actions.reviewing import approve_prd, ask_for_changes, name_reviewer, review_prd
from prds.actions.writing import declare_prd, load_state, move_prd, revise_prd, submit_prd, write_prd

__all__ = [
    "approve_prd",
    "ask_for_changes",
    "declare_prd",
    "load_state",
    "move_prd",
    "name_reviewer",
    "review_prd",
    "revise_prd",
    "submit_prd",
    "write_prd",
]
