"""Governance's part of the API: schemes, levels, reviews, grants, waivers, findings, the ledger, jobs, enforcement."""

from __future__ import annotations

from rest_framework.routers import BaseRouter

from governance.api_asof import AsOfView
from governance.api_campaigns import Campaigns
from governance.api_delegations import Delegations
from governance.api_desk import Findings, Jobs, Ledger, Waivers
from governance.api_grants import Grants
from governance.api_lineage import Attestations, LineageFindings
from governance.api_many import LevelSheets, ReviewBatches
from governance.api_objects import Reviews
from governance.api_rules import Changes, Rules
from governance.api_scans import ScanFindings, Scans
from governance.api_schemes import Categories, Combinations, GradeTable, Levels, Schemes
from governance.api_warehouse import urlpatterns

__all__ = ["register", "urlpatterns"]


def register(router: BaseRouter) -> None:
    """Name the resources."""
    router.register("schemes", Schemes, basename="scheme")
    router.register("levels", Levels, basename="level")
    router.register("grades", GradeTable, basename="grade")
    router.register("categories", Categories, basename="category")
    router.register("combinations", Combinations, basename="combination")
    router.register("reviews", Reviews, basename="review")
    router.register("campaigns", Campaigns, basename="campaign")
    router.register("level-sheets", LevelSheets, basename="level-sheet")
    router.register("review-batches", ReviewBatches, basename="review-batch")
    router.register("grants", Grants, basename="grant")
    router.register("delegations", Delegations, basename="delegation")
    router.register("attestations", Attestations, basename="attestation")
    router.register("lineage-findings", LineageFindings, basename="lineage-finding")
    router.register("rules", Rules, basename="rule")
    router.register("changes", Changes, basename="change")
    router.register("waivers", Waivers, basename="waiver")
    router.register("findings", Findings, basename="finding")
    router.register("as-of", AsOfView, basename="as-of")
    router.register("ledger", Ledger, basename="entry")
    router.register("jobs", Jobs, basename="job")
    router.register("datasets/(?P<key>[^/]+)/scan", Scans, basename="scan")
    router.register("scan-findings", ScanFindings, basename="scan-finding")
