"""Metrics."""

from tests.house.routes import act, everybody, of

ROWS = {
    "metrics:metric-list": everybody(),
    "metrics:metric-propose": everybody(),
    "metrics:metric-tree": everybody(),
    "metrics:limit-list": everybody(),
    "v1:limit-list": everybody(),
    "metrics:metric-show": of("metric"),
    "metrics:metric-define": of("metric"),
    "metrics:metric-appoint": of("metric"),
    "metrics:metric-merge": of("metric"),
    "metrics:metric-value": of("metric"),
    "metrics:metric-move": act("metric"),
    "v1:metric-list": everybody(),
    "v1:metric-detail": of("metric"),
    "v1:metric-*": act("metric"),
}
