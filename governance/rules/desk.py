"""What pages, API and command line tell of rules and changes, each as one reader may know it."""

from __future__ import annotations

import json
from typing import Any

from governance.models import PolicyChange, Rule, RuleMode, RuleVersion, Vote
from governance.rules import bodies, data, examples, grading
from governance.rules.preview import FELT
from governance.states_rules import LEGISLATORS, ChangeState
from guard.doors import opened_all
from guard.grades import LEVELS
from guard.models import Entry
from guard.policy import Who
from guard.rules import live, shipped
from guard.rules.rule import where_of
from guard.rules.sentence import action_words, attribute_words, rule_sentence, sentence_of
from guard.rules.vocabulary import ATTRIBUTES, words_of
from people.models import Role

LOOKERS = Who(roles={*LEGISLATORS.roles, Role.AUDITOR})
# How a condition and its examples are written, for who writes the first.
SHAPES = (
    """{"and": [
  {"ge": [{"attr": "resource.level"}, 4]},
  {"not": {"has": [
    {"attr": "principal.roles"},
    ["privacy"]]}},
  {"not": {"exists": {
    "standing": ["grant"],
    "grade": 5}}}
]}""",
    """[{"verdict": "deny",
  "facts": {
    "resource.level": 4,
    "principal.roles": []}},
 {"verdict": "allow",
  "facts": {
    "resource.level": 4,
    "principal.roles": ["privacy"]},
  "held": {"grant": 5}}]""",
)
WIDE = 72
EXAMPLE = ("verdict", "facts", "held")
WINDOW = 500  # newest lines of the record that are looked through for one rule


def rules_for(reader: Any) -> Any:
    """The rules that a reader may see."""
    return Rule.objects.visible_to(reader).select_related("thing__domain", "owner").order_by("pk")


def changes_for(reader: Any) -> Any:
    """The changes that a reader may see."""
    rows = PolicyChange.objects.visible_to(reader)
    return rows.select_related("thing__domain", "proposer", "rule__thing__domain", "rule__owner")


def may_look(reader: Any) -> bool:
    """Whether a reader is shown whom a rule touches: those who decide on the policy, and auditors."""
    return LOOKERS.permits(reader.principal)


def may_propose(reader: Any) -> bool:
    """Whether a reader may propose changes of the policy."""
    return LEGISLATORS.permits(reader.principal)


def sentence_for(body: dict[str, Any]) -> str:
    """The rule of a body in words."""
    return rule_sentence(bodies.compiled(body))


def tree_text(tree: Any, indent: int = 0, before: int = 0) -> str:
    """Data as JSON for people: what fits stands on one line.

    Args:
        tree: the data.
        indent: spaces in front of its lines.
        before: signs in front of it on its first line.
    """
    line = json.dumps(tree, ensure_ascii=False)
    if not isinstance(tree, (dict, list)) or indent + before + len(line) <= WIDE:
        return line
    room, inner = " " * indent, " " * (indent + 2)
    if isinstance(tree, list):
        parts = [inner + tree_text(part, indent + 2) for part in tree]
        return "[\n" + ",\n".join(parts) + f"\n{room}]"
    names = [(name, json.dumps(name, ensure_ascii=False) + ": ") for name in sorted(tree, key=_place)]
    rows = [inner + said + tree_text(tree[name], indent + 2, len(said)) for name, said in names]
    return "{\n" + ",\n".join(rows) + f"\n{room}}}"


def _place(name: str) -> tuple[int, str]:
    """Verdicts before facts before what is held; everything else by name."""
    return (EXAMPLE.index(name) if name in EXAMPLE else len(EXAMPLE), name)


def tried(body: dict[str, Any]) -> list[examples.Tried]:
    """The examples of a body and whether they hold."""
    return examples.try_examples(bodies.compiled(body), body["examples"])


def shipped_rows(reader: Any) -> list[dict[str, str]]:
    """The product's own rules with the grades in force: id and sentence."""
    rules = shipped.shipped(reader.principal.grades)
    return [{"key": rule.key, "code": rule.code, "sentence": rule_sentence(rule)} for rule in rules]


def grade_rows(reader: Any) -> list[dict[str, Any]]:
    """What a clearance opens: for each level what it opens, in words, with the least clearance in force."""
    words = action_words()
    told = {rank: grading.body_of(reader.principal.grades, rank) for rank in LEVELS}
    return [
        {"rank": rank, "opens": [(words[name], least) for name, least in body.items()]} for rank, body in told.items()
    ]


def history_of(rule: Rule, reader: Any) -> list[RuleVersion]:
    """The versions of a rule, newest first."""
    rows = RuleVersion.objects.visible_to(reader).filter(rule=rule)
    versions = list(rows.select_related("change__thing__domain", "change__proposer"))
    opened_all(reader, [version.change for version in versions])  # with the reason of each change
    return versions


def open_change(rule: Rule, reader: Any) -> PolicyChange | None:
    """The change of a rule that waits, if the reader may see it."""
    rows = changes_for(reader).filter(rule=rule, thing__state=ChangeState.OPEN)
    found: PolicyChange | None = rows.first()
    return found


def counted(rule: Rule, reader: Any) -> dict[str, int]:
    """How often it warned and would have stopped an act, among the newest lines that the reader may see."""
    found = {"warned": 0, "tried": 0}
    mark = f'"because":"{rule.key}"'
    for verb, name in ((live.WARNED, "warned"), (live.TRIED, "tried")):
        newest = Entry.objects.visible_to(reader).filter(verb=verb).order_by("-id").values_list("payload", flat=True)
        found[name] = sum(mark in payload for payload in newest[:WINDOW])
    return found


def votes_on(change: PolicyChange, reader: Any) -> list[Vote]:
    """Who decided, as far as the reader may see it."""
    return list(Vote.objects.visible_to(reader).filter(thing=change.thing).select_related("person"))


def sides_of(change: PolicyChange) -> list[dict[str, Any]]:
    """Before and after, in words and as stored."""
    sides = []
    for name, body in (("before", change.before), ("after", change.after)):
        if body is None:
            continue
        is_rule = change.what == PolicyChange.What.RULE
        said, mode = (sentence_for(body), RuleMode(body["mode"]).label) if is_rule else ("", "")
        sides.append({"name": name, "sentence": said, "mode": mode, "text": tree_text(body)})
    return sides


def bearing_of(change: PolicyChange) -> int:
    """How many columns bear what a change of other data speaks of."""
    return 0 if change.what in FELT else data.bearing(change.what, change.target)


def vocabulary() -> list[dict[str, Any]]:
    """The closed list, for who writes a rule."""
    words = attribute_words()
    return [
        {
            "name": one.name, "said": words[one.name], "type": one.type, "words": sorted(words_of(one.name) or ()),
            "least": one.least, "most": one.most,
        }
        for one in ATTRIBUTES.values()
        if one.known != frozenset({where_of("permit", "")})
    ]  # fmt: skip


def condition_of(rule: Rule) -> str:
    """The condition alone, in words."""
    return sentence_of(bodies.compiled(rule.body()).when)
