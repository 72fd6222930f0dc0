"""Counters for Prometheus: requests by method, route and status, and how long they took."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

REQUESTS = Counter("throughline_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "throughline_request_seconds",
    "Seconds to answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; `route` is the name of the route, never the address (labels must stay few)."""
    REQUESTS.labels(method if method in _METHODS else "other", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
