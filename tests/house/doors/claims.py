"""Which door every way out of the house belongs to, and what one must know to walk through it.

The ways out are not written here: routes are read from the URL configuration, questions from the OpenAPI document,
commands from Django's registry, words of `govern` from theirs. What is written here claims them; one that nobody
claims fails the test.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

(
    PAGE, LIST, DETAIL, NESTED, SEARCH, FACETS, COUNTS, SUGGEST, EXPORT, HISTORY, NOTICES, THREAD, REFUSAL, COMMAND,
) = DOORS = (
    "page", "API list", "API detail", "API nested", "search", "facets", "counts", "suggestions", "export", "history",
    "notices", "thread", "refusals", "command line",
)  # fmt: skip

#: doors that the design names and the house does not have; the patterns would find one if it came
ABSENT_DOORS: dict[str, tuple[str, ...]] = {
    "feeds": ("*feed*", "*rss*", "*atom*", "*ical*", "*calendar*", "*embed*", "*share*"),
    "agent protocol": ("*mcp*", "*agent*", "*openapi-tool*"),
    "backup": ("*backup*", "*restore*", "*dump-all*"),
    "admin site": ("admin:*",),
}

#: pattern of route names -> door. The longest pattern that fits decides.
ROUTES: dict[str, str] = {
    # pages by the house's rule for names: a noun and what is done to it
    "*:*-show": PAGE, "*:*-list": PAGE, "*:*-new": PAGE, "*:*-change": PAGE, "*:*-edit": PAGE, "*:*-tree": PAGE,
    "*:*-draft": PAGE, "*:*-ask": PAGE, "*:*-plan": PAGE, "*:*-propose": PAGE, "*:*-add": PAGE, "*:*-amend": PAGE,
    "*:*-describe": PAGE, "*:*-define": PAGE, "*:*-appoint": PAGE, "*:*-merge": PAGE, "*:*-value": PAGE,
    "*:*-impact": PAGE, "*:*-limits": PAGE, "*:*-run": PAGE, "*:*-pin": PAGE, "*:*-raise": PAGE, "*:*-revise": PAGE,
    "*:*-look-back": PAGE, "*:*-renew": PAGE, "*:*-declare": PAGE, "*:*-name": PAGE, "*:*-review": PAGE,
    # what is only posted to
    "*:*-move": REFUSAL, "*:*-contain": REFUSAL, "*:*-release": REFUSAL, "*:*-decide": REFUSAL, "*:*-end": REFUSAL,
    "*:*-resolve": REFUSAL, "*:*-cancel": REFUSAL, "*:*-load": REFUSAL, "*:*-discard": REFUSAL, "*:*-verify": REFUSAL,
    "*:*-look": REFUSAL, "*:*-take": PAGE, "*:*-remove": REFUSAL, "*:*-answer": REFUSAL, "*:*-approve": REFUSAL,
    "*:*-create": REFUSAL, "*:*-revoke": REFUSAL, "*:*-read": REFUSAL, "*:*-run-move": REFUSAL,
    "web:*-switch": REFUSAL,
    # the API: lists, details, and what hangs below one
    "v1:*-list": LIST, "v1:*-detail": DETAIL, "v1:*-blockers": NESTED, "v1:*-why": NESTED, "v1:*-*": REFUSAL,
    "v1:*-effect": NESTED, "v1:*-impact": REFUSAL, "v1:*-versions": HISTORY, "v1:*-runs": NESTED, "v1:*-lint": NESTED,
    "v1:*-items": NESTED, "v1:*-waiting": NESTED,
    "v1:imports": REFUSAL, "v1:query-logs": REFUSAL,
    # doors with a name of their own
    "trace:search-show": SEARCH, "v1:search": SEARCH, "demand:similar-show": SUGGEST,
    "prds:prd-export": EXPORT, "v1:dataset-odcs": EXPORT,
    "*:*-download": EXPORT,
    "governance:audit-list": HISTORY, "v1:entry-list": HISTORY, "prds:version-compare": HISTORY,
    "people:me-show": NOTICES, "v1:notice-list": NOTICES,
    "trace:thread-show": THREAD, "v1:trace": THREAD, "v1:lineage-list": THREAD,
    # parts of a page that come later, each from an address of its own
    "web:piece-*": PAGE, "trace:home-*": PAGE, "governance:home-*": PAGE, "catalog:catalog-*": PAGE,
    "api-docs": PAGE, "api-schema": PAGE,
}  # fmt: skip
FOREIGN = ("account_*", "mfa_*", "socialaccount_*", "openid_connect_*")  # a library's own, without governed rows

#: question of the OpenAPI document -> door that it opens beside the route's own; the rest are answered at the route
QUESTIONS: dict[str, str] = {"facets": FACETS, "count": COUNTS, "q": SEARCH}

#: routes whose `number` or `pk` names a row: model, and the kind of `key` beside it
NUMBERS: dict[str, tuple[str, str]] = {
    "catalog:column-impact": ("Column", "dataset"), "catalog:column-propose": ("Column", "dataset"),
    "v1:column-*": ("Column", ""), "v1:comment-resolve": ("Comment", ""), "talk:comment-resolve": ("Comment", ""),
    "governance:scan-decide": ("ScanFinding", ""), "governance:scan-end": ("ScanException", ""),
    "v1:scan-finding-*": ("ScanFinding", ""), "governance:waiver-*": ("WaiverRequest", ""),
    "governance:waiver-end": ("Waiver", ""),
    "governance:attestation-new": ("ColumnEdge", ""), "v1:column-edge-*": ("ColumnEdge", ""),
    "catalog:edge-remove": ("ColumnEdge", "dataset"),
    "v1:waiver-*": ("WaiverRequest", ""), "governance:warehouse-run*": ("EnforcementRun", "warehouse"),
    "people:token-revoke": ("", ""), "v1:token-revoke": ("", ""),
    "governance:delegation-end": ("", ""), "v1:delegation-*": ("", ""),
}  # fmt: skip
#: routes about any thing whatever its kind
ANY_KIND = ("trace:thread-show", "v1:trace", "governance:why-show", "talk:comment-add")
#: what is asked of a list beside nothing; `{word}` is each secret, `{key}` each key of what is hidden
ASKED: dict[str, tuple[str, ...]] = {
    "v1:lineage-list": ("?dataset={dataset}",),
    "v1:comment-list": ("?thing={any}",),
    "v1:finding-list": ("?key={any}",),
    "v1:column-list": ("?dataset={dataset}",),
}

#: commands of ours: how they are run, with `{by}` the reader and `{any}` every key; and why one is not run
COMMANDS: dict[str, tuple[str, ...]] = {
    "export": ("export odcs --by {by}", "export odcs {dataset} --by {by}"),
    "trace": ("trace {any} --format json --by {by}", "trace {dataset} --by {by}", "trace check"),
    "govern": (),  # by its words, below
    "usage": ("usage load csv {log} --by {by}",),
    "import": ("import odcs {contract} --dry-run --by {by}",),
    "validate": ("validate odcs {contract}",),
    "ledger": ("ledger verify",),
    "token": ("token create {by} --name doors",),
    "people": ("people role otto stakeholder --by {by}",),
    "lineage": ("lineage sql {statements} --warehouse {warehouse_name} --dry-run --by {by}",),
    "demo": ("demo load",),
    "migrate": (),
}
WORDS: dict[str, tuple[str, ...]] = {
    "asof": ("govern asof {any} --at {today}T10:00 --by {by}",),
    "baseline": ("govern baseline {warehouse_name} --by {by}",),
    "checkpoints": ("govern checkpoints list --by {by}",),
    "check": ("govern check {contract}",),
    "deputies": ("govern deputies list --by {by}", "govern deputies end 1 --by {by}"),
    "evidence": ("govern evidence --from {today} --to {today} --output {zip} --by {by}",),
    "grades": ("govern grades show --by {by}", "govern grades preview --level 4 --set read=5 --by {by}"),
    "grants": ("govern grants list --by {by}", "govern grants show {grant} --by {by}"),
    "levels": ("govern levels {sheet} --by {by}", "govern levels --export --by {by}"),
    "propagate": ("govern propagate --by {by}",),
    "rules": ("govern rules export --by {by}",),
    "scan": ("govern scan {dataset} --by {by}", "govern scan --by {by}"),
    "warehouse": ("govern warehouse {warehouse_name} plan --by {by}",),
}
#: commands that come with libraries: tools of whoever runs the server, who holds the database itself
OPERATORS = ("django.core", "django.contrib.", "allauth", "rest_framework", "drf_spectacular", "csp", "django_")
#: commands of a library that print rows; each must be refused by the seal
DUMPS = ("dumpdata",)


def door_of(route: str) -> str | None:
    """The door that a route belongs to: by its own name, or the longest pattern that fits."""
    fitting = [pattern for pattern in ROUTES if fnmatchcase(route, pattern)]
    return ROUTES[max(fitting, key=lambda p: (p == route, len(p.replace("*", ""))))] if fitting else None


def numbered(route: str) -> tuple[str, str] | None:
    """Which rows the number in a route names."""
    fitting = [pattern for pattern in NUMBERS if fnmatchcase(route, pattern)]
    return NUMBERS[max(fitting, key=len)] if fitting else None
