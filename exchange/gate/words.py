"""The rules of the gate: id, severity, title, and the way out; used by the checks and by every format."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.gate.model import Finding, Severity, clean


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `mild` rules are warnings, and errors with --strict."""

    id: str
    title: str
    way_out: str
    mild: bool = False


RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("GATE-1", "Every column has a level", "Write the level that the owner decides.", mild=True),
        Rule(
            "GATE-2", "A classification word must be known", "Use L1 to L5 or a word that --word WORD=LEVEL explains."
        ),
        Rule(
            "GATE-3",
            "A column is at least as strict as what it comes from",
            "Raise the level to that of the source, or have the transformation approved.",
        ),
        Rule("GATE-4", "What comes from a column without level counts as L4", "Label the source first.", mild=True),
        Rule(
            "GATE-5",
            "No level is lowered",
            "Restore the level, or have the lowering approved and write a new baseline.",
        ),
        Rule("GATE-6", "Nothing is removed and made again milder", "Give it the level that it had."),
        Rule("GATE-7", "A column with a personal-looking name has a level", "Label it; usually at least L3."),
        Rule("GATE-8", "No select * from a table of L4 or above", "Name the columns that are needed."),
        Rule("GATE-9", "Prohibited data is not kept", "Remove the column: such data must not be stored at all."),
        Rule("GATE-10", "A level is not below the floor of its category", "Raise the level, or correct the category."),
        Rule("GATE-11", "Every file can be read", "Mend the file; what cannot be read cannot pass."),
        Rule("GATE-13", "No grant is made wider", "Take the grant back, or have it approved and write a new baseline."),
        Rule("GATE-14", "No mask is taken off or made milder", "Restore the mask that the column had."),
        Rule("GATE-12", "The columns of a table are known", "Document them or give catalog.json.", mild=True),
    )
}


def found(rule_id: str, file: str, line: int, sentence: str, *, strict: bool = False) -> Finding:
    """A finding of a rule, with its severity and way out."""
    rule = RULES[rule_id]
    severity: Severity = "warning" if rule.mild and not strict else "error"
    return Finding(clean(file, 400), max(line, 1), rule_id, severity, clean(sentence, 500), rule.way_out)


def unreadable(file: str, line: int, reason: str) -> Finding:
    """GATE-11 with a reason in words that continue "cannot be read:"."""
    return found("GATE-11", file, line, f"The file cannot be judged: {clean(reason)}.")
