"""The thread, search and home."""

from tests.house.routes import everybody, of, roles

ROWS = {
    "trace:thread-show": of("dataset"),
    "v1:trace": of("dataset"),
    "trace:home-show": everybody(),
    "trace:home-governance": roles("governance_lead", "auditor", "security", "privacy"),
    "trace:home-unclassified": roles("governance_lead", "auditor", "security", "privacy"),
    "trace:home-passing": roles("governance_lead", "auditor", "security", "privacy"),
    "trace:home-blockers": roles("data_pm"),
    "trace:home-matter": roles("data_pm"),
    "trace:home-soon": roles("data_pm"),
    "trace:home-kept": roles("data_engineer"),
    "trace:home-asks": everybody(),
    "trace:home-trusted": everybody(),
    "trace:search-show": everybody("?q=orders"),
    "v1:search": everybody("?q=orders"),
    "v1:search-list": everybody("?q=orders"),
}
