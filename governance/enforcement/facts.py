"""Runs and verifications as plain data, for the API and for `--json`."""

from __future__ import annotations

from typing import Any

from governance.enforcement.limits import LIMITS
from governance.enforcement.sentences import sentence_of
from governance.models import EnforcementRun, Verification


def plan_facts(run: EnforcementRun) -> dict[str, Any]:
    """A run for programs."""
    return {
        "run": run.pk, "state": run.state, "plan": run.digest, "count": len(run.statements),
        "findings": [{**row, "sentence": sentence_of(row)} for row in run.findings], "preview": run.preview,
        "trial": run.trial, "sessions": run.ended,
    }  # fmt: skip


def verification_facts(found: Verification) -> dict[str, Any]:
    """A verification for programs."""
    return {
        "in_step": found.is_in_step, "counts": found.counts, "facts": found.facts,
        "drift": [{**row, "sentence": sentence_of(row)} for row in found.drift],
        "not_protected": [{"id": code, "what": str(what), "instead": str(instead)} for code, what, instead in LIMITS],
    }  # fmt: skip
