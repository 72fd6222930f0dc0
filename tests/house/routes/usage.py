"""Usage and decisions."""

from tests.house.routes import act, everybody, of

ROWS = {
    "usage:usage-show": everybody(),
    "usage:decision-list": everybody(),
    "usage:decision-new": everybody(),
    "usage:decision-show": of("decision"),
    "usage:decision-revise": act("decision"),
    "usage:decision-pin": act("decision"),
    "usage:decision-look-back": act("decision"),
    "usage:decision-move": act("decision"),
    "v1:usage-list": everybody(),
    "v1:usage-detail": act("product"),
    "v1:decision-list": everybody(),
    "v1:decision-detail": of("decision"),
    "v1:decision-*": act("decision"),
}
