"""How many statements every address that is read may send, beyond what every signed-in request sends.

A list has `LIST`, an object `OBJECT` (performance.md, B10). What cannot be that cheap stands here with its reason, and
is held to that number whatever the rows.
"""

from __future__ import annotations

LIST, OBJECT = 3, 6

#: URL name: (most statements, why not fewer).
DEARER: dict[str, tuple[int, str]] = {
    # overviews: several lists on one page, each one statement
    "catalog:catalog-show": (6, "an overview of six lists, each one statement"),
    "demand:overview-show": (9, "an overview of the week: counts and lists of four kinds of things"),
    "governance:home-show": (15, "the desk: coverage, reviews, requests for access, waivers, lapses, who goes round"),
    "governance:inbox-show": (8, "an inbox: reviews, what each changes, who proposed, voted and may decide, in sets"),
    "v1:review-batch-list": (8, "the same inbox, as data for programs"),
    "governance:sheet-show": (4, "a form, and the domains of which a sheet can be taken out"),
    "trace:home-show": (38, "the sections of all roles at once; the gates of up to five PRDs are judged together"),
    "usage:usage-show": (5, "products, rates, unused datasets, and what was loaded"),
    "people:me-show": (7, "one's roles, tokens and notices, and what one asked for"),
    # forms: the lists that one chooses from
    "demand:insight-draft": (4, "a form whose lists to choose from are one statement each"),
    "demand:request-ask": (4, "a form whose lists to choose from are one statement each"),
    "usage:decision-new": (5, "a form whose lists to choose from are one statement each"),
    # objects: the page of an object is its facts, its strip (two statements), its rules and the panels of higher rooms
    "catalog:dataset-show": (
        21,
        "columns, labels, users and the strip; panels of usage, access, metrics, demand and comments",
    ),
    "catalog:product-show": (18, "contents, users, rules and the strip; panels of usage, metrics, demand and comments"),
    "demand:insight-show": (16, "voices, rules, comments and the strip; what one may add to it is on the page"),
    "demand:interview-show": (7, "quotes, who held it, and the strip"),
    "demand:request-show": (16, "rules, similar asks, history, supporters, comments and the strip"),
    "governance:grant-show": (14, "whose agreement is needed and given, five rules, and the strip"),
    "catalog:warehouse-show": (8, "its datasets and products, who answers for it, moves, panels and the strip"),
    "governance:why-show": (10, "the way down the joints, labels, standings, people and the strip"),
    "governance:review-amend": (7, "columns, what they are labelled as, what is proposed, and the strip"),
    "governance:attestation-show": (
        12,
        "both ends, the lineage as it is, rules, votes, whom the level asks for with their standings, and the strip",
    ),
    "governance:lineage-list": (7, "six rules about lineage, each one statement, and what people vouch for"),
    "governance:review-show": (
        19,
        "what approving would change is computed here, with its digest, and three rules",
    ),
    "metrics:metric-show": (12, "versions, the tree of inputs, eight rules, comments and the strip"),
    "prds:prd-show": (34, "twelve gates and the lint judge everything that the text refers to, set by set"),
    "usage:decision-show": (13, "evidence, joints both ways, rules, comments and the strip"),
    "v1:dataset-odcs": (8, "a contract: columns, labels, people, lineage, metrics and products in one document"),
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
