"""How many statements every address that is read may send, beyond what every signed-in request sends.

A list has `LIST`, an object `OBJECT` (performance.md, B10). What cannot be that cheap stands here with its reason, and
is held to that number whatever the rows.
"""

from __future__ import annotations

LIST, OBJECT = 3, 6
#: Beyond that, whoever opens a thing of level 4 or above is written into the ledger before the answer leaves
#: (decision 0021): one statement, however many things and rows the answer shows; none for milder things.
RECORD = 1

#: URL name: (most statements, why not fewer).
DEARER: dict[str, tuple[int, str]] = {
    # overviews: several lists on one page, each one statement; what is below the fold has an address of its own
    "demand:overview-show": (6, "an overview of the week: counts by state, quotes, three lists, and where one works"),
    "governance:home-show": (7, "the desk: coverage, reviews, access, emergencies, waivers, loose proposals"),
    "governance:home-passing": (
        4,
        "access that ends, rules set aside, who goes round them, scans that wait for a person",
    ),
    "trace:home-governance": (5, "coverage, and what waits: reviews, requests for access, emergencies"),
    "trace:home-show": (7, "what is asked of one, by four rooms; of reviews the words and the newest verdicts too"),
    "trace:home-blockers": (23, "thirteen gates and the lint judge up to five PRDs together, set by set"),
    "governance:inbox-show": (8, "an inbox: reviews, what each changes, who proposed, voted and may decide, in sets"),
    "v1:review-batch-list": (8, "the same inbox, as data for programs"),
    "governance:sheet-show": (4, "a form, and the domains of which a sheet can be taken out"),
    "usage:usage-show": (5, "products, rates, unused datasets, and what was loaded"),
    "people:me-show": (8, "one's roles, tokens and notices, what one asked for, and who stands in for whom"),
    # forms: the lists that one chooses from
    "demand:insight-draft": (4, "a form whose lists to choose from are one statement each"),
    "demand:request-ask": (4, "a form whose lists to choose from are one statement each"),
    "usage:decision-new": (5, "a form whose lists to choose from are one statement each"),
    "governance:review-amend": (
        8,
        "columns, what they are labelled as, what is proposed, and the categories and levels to choose from",
    ),
    # objects: the page of an object is its facts, its people, its text and its strip; the rest comes later
    "demand:insight-show": (7, "voices for and against, requests, who stands on it, and the strip"),
    "governance:why-show": (8, "the way down the joints, labels, standings, people and the strip"),
    "web:piece-prd-rules": (23, "thirteen gates and the lint judge everything that the text refers to, set by set"),
    "web:piece-grant-rules": (
        8,
        "nine rules and the seats: columns, votes, standings, roles, waivers, and what its PRD reads",
    ),
    "web:piece-grant-deciding": (7, "the seats: votes, standings, roles, and in whose place one may decide"),
    "v1:grant-detail": (7, "terms, stretches, votes, and the seats: standings and roles"),
    "web:piece-review-effect": (
        11,
        "what approving would change is computed here, with its digest, from all columns; and in whose place one may",
    ),
    "web:piece-review-rules": (
        10,
        "five rules and the seats: columns, labels, votes, standings, roles, waivers, and in whose place one may",
    ),
    "governance:attestation-show": (
        12,
        "both ends, the lineage as it is, rules, votes, whom the level asks for with their standings, and the strip",
    ),
    "governance:lineage-list": (7, "six rules about lineage, each one statement, and what people vouch for"),
    "governance:change-show": (
        17,
        "everybody times everything, counted anew: who they are, what there is, who stands where",
    ),
    "governance:rule-show": (
        14,
        "everybody times everything, its versions, and how often it warned or would have stopped",
    ),
    "governance:rule-new": (4, "a form whose lists to choose from are one statement each"),
    "v1:change-effect": (11, "everybody times everything, counted anew"),
    "v1:rule-effect": (10, "everybody times everything, counted anew"),
    "v1:dataset-odcs": (
        9,
        "a contract: columns, labels, duties, people, lineage, metrics and products at once",
    ),
    "web:piece-attestation-effect": (
        17,
        "the stream is walked from the edge on, columns first, wholes after; then the joints; readers are named",
    ),
    "v1:attestation-effect": (21, "the same, and who agreed so far"),
    "v1:attestation-detail": (8, "the lineage as it is, why it holds nothing back, and who decided"),
    "v1:lineage-finding-list": (6, "six rules about lineage, each one statement"),
    "v1:review-effect": (
        10,
        "levels, labels and combinations above the dataset are walked, and readers gained and lost are named",
    ),
}


def budget_of(name: str, what: str) -> int:
    """The most statements that a route may send.

    Args:
        name: of the route.
        what: sort of its row in tests/house/routes.
    """
    if name in DEARER:
        return DEARER[name][0]
    return OBJECT if what == "object" else LIST
