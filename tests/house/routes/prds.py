"""PRDs."""

from tests.house.routes import act, everybody, of

ROWS = {
    "prds:prd-list": everybody(),
    "prds:prd-new": everybody(),
    "prds:prd-show": of("prd"),
    "prds:prd-declare": act("prd"),
    "prds:reviewer-name": act("prd"),
    "prds:prd-review": act("prd"),
    "prds:section-edit": act("prd"),
    "prds:version-compare": act("prd"),
    "prds:prd-export": of("prd"),
    "prds:prd-move": act("prd"),
    "v1:prd-list": everybody(),
    "v1:prd-detail": of("prd"),
    "v1:prd-*": act("prd"),
}
