"""The parts of objects' pages that come later (web.pieces): each is as absent as its object."""

from tests.house.routes import of

ROWS = {
    "web:piece-prd-*": of("prd"),
    "web:piece-metric-*": of("metric"),
    "web:piece-dataset-*": of("dataset"),
    "web:piece-dataset-usage": of("dataset", "columns"),
    "web:piece-product-*": of("product"),
    "web:piece-warehouse-*": of("warehouse"),
    "web:piece-attestation-effect": of("attestation", "columns"),
    "web:piece-request-*": of("request"),
    "web:piece-insight-*": of("insight"),
    "web:piece-decision-*": of("decision"),
    "web:piece-grant-*": of("grant"),
    "web:piece-review-*": of("review"),
}
