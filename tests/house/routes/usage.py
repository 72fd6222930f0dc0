"""Usage and decisions."""

from tests.house.routes import absent, act, act_any, everybody, of

ROWS = {
    "usage:usage-show": everybody(),
    "usage:log-new": everybody(),
    "usage:log-show": absent(),
    "usage:log-load": absent(),
    "usage:log-discard": absent(),
    "usage:decision-list": everybody(),
    "usage:decision-new": everybody(),
    "usage:decision-show": of("decision"),
    "usage:decision-revise": act("decision"),
    "usage:decision-pin": act("decision"),
    "usage:decision-raise": act("decision"),
    "usage:decision-look-back": act("decision"),
    "usage:decision-move": act("decision"),
    "v1:usage-list": everybody(),
    "v1:usage-detail": act("product"),
    "v1:query-logs": act_any(),
    "v1:query-log-load": absent(),
    "v1:decision-list": everybody(),
    "v1:decision-detail": of("decision"),
    "v1:decision-*": act("decision"),
}
