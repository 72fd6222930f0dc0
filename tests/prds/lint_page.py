"""docs/reference/prd-lint.md, written from the registry: `python -m tests.prds.lint_page` writes, a test compares."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import override

from prds.lint import RULES

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "prd-lint.md"
HEAD = """# The lint rules of PRDs

`prds.lint` reads a PRD as text and asks the facts that the database gives it. An error blocks the approval (PRD-G1)
unless it is waived by somebody else, with a reason and an end; a rule that stands for the law cannot be waived. A
warning informs. The words that rules look for are data: `prds/lint/words/en.toml` and `zh.toml`; `LINT_WORDS_FILE`
names a TOML file with an organisation's own, in the tables `[add]` and `[remove]`. Rules marked "facts" are silent when
a file is linted without a database. TOOL-004 names only what its reader may read.

What the facts are read from: an open incident (SRC-103) is a request of the kind quality incident about the dataset
that is not closed; the slices of SEC-103 are counted from the values that columns are said to have, in every source of
a metric; a one-way decision (TYR-003) is one that was attested for the product or that raised the request; the source
of a fixed date (EFF-101) is looked for in the words of the request. Outside users (ROL-101) are told by the text alone,
and a level (SEC-101) is never lowered by a record: nothing in the database says either.

TRK-101 and TRK-102 of the design speak of tracking plans and join with them.

| rule | severity | finds | why | how to mend it |
|---|---|---|---|---|
"""


def document() -> str:
    """The page as the registry has it now."""
    lines = []
    with override("en"):
        for rule_id, rule in sorted(RULES.items()):
            marks = "".join([", law" if rule.is_law else "", ", facts" if rule.needs_facts else ""])
            cells = [rule_id, rule.severity + marks, str(rule.title), str(rule.why), str(rule.hint).replace("|", "\\|")]
            lines.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)
    FILE.write_text(document(), encoding="utf-8")
