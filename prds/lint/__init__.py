"""The lint of PRDs: every rule of domain.md 2.2 that a document and the facts can decide. Pure.

``lint(Document.of_markdown(text), facts)`` gives the findings; `RULES` holds the rules by their public ids.
TRK-101 and TRK-102 speak of tracking plans and join the registry with them.
"""

from prds.lint import (  # noqa: F401 importing a module of rules registers them
    rules_delivery,
    rules_metrics,
    rules_problem,
    rules_security,
    rules_sources,
    rules_structure,
    rules_tools,
    rules_tyranny,
)
from prds.lint.facts import (
    UNKNOWN_FACTS,
    DatasetFacts,
    Document,
    Facts,
    InsightFacts,
    MetricFacts,
    NeighbourFacts,
    RequestFacts,
)
from prds.lint.registry import RULES, LintFinding, Rule, errors, lint
from prds.lint.wordlists import Words, load_words, shipped_words, words_in

__all__ = [
    "RULES", "UNKNOWN_FACTS", "DatasetFacts", "Document", "Facts", "InsightFacts", "LintFinding", "MetricFacts",
    "NeighbourFacts", "RequestFacts", "Rule", "Words", "errors", "lint", "load_words", "shipped_words",
    "words_in",
]  # fmt: skip
