"""Imports and real clients."""

from tests.house.routes import absent, act_any, everybody, of

ROWS = {
    "exchange:import-new": everybody(),
    "exchange:import-show": absent(),
    "exchange:import-cancel": absent(),
    "v1:imports": act_any(),
    "v1:lineage-event": act_any(),
    "v1:dataset-odcs": of("dataset", "columns"),
}
