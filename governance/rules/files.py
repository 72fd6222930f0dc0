"""Rules as a file in git: the same rules always give the same bytes, and a file is compared, never believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from governance.models import PolicyChange, Rule
from governance.rules import bodies
from governance.rules.changing import RULE
from governance.states_rules import ChangeState

MOST_BYTES, MOST_RULES, MOST_NODES = 2_000_000, 1_000, 200_000
HEAD = "# Rules of this house. `govern rules plan FILE` shows what differs; `apply` proposes it to two people.\n"
_WHY = "a file of rules is compared with what is in force"


class _Dumper(yaml.SafeDumper):
    """Plain blocks, lists set in, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text_of(rules: Sequence[Rule]) -> str:
    """The file of these rules: by code, fields in one order."""
    told = [{**rule.body(), "approved_in": _approved_in(rule)} for rule in sorted(rules, key=lambda rule: rule.code)]
    return HEAD + yaml.dump(
        {"version": 1, "rules": told}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110
    )


def _approved_in(rule: Rule) -> str:
    rows = rule.versions.unrestricted(_WHY).select_related("change__thing").filter(number=rule.version)
    version = rows.first()
    return str(version.change.key) if version is not None else ""


def read_text(text: str) -> list[dict[str, Any]]:
    """Read a file (YAML, of which JSON is a part).

    Raises:
        ValueError: too large, anchors, the same field twice, or another form.
    """
    if len(text) > MOST_BYTES:
        raise ValueError(_("The file is too large."))
    try:
        data = _strict(text)
    except (yaml.YAMLError, RecursionError):
        raise ValueError(_("The file cannot be read as YAML or JSON.")) from None
    rules = data.get("rules") if isinstance(data, dict) and data.get("version") == 1 else None
    if not isinstance(rules, list) or len(rules) > MOST_RULES or not all(isinstance(one, dict) for one in rules):
        raise ValueError(_("The file says version 1 and a list of rules."))
    codes = [str(one.get("code")) for one in rules]
    if len(set(codes)) != len(codes):
        raise ValueError(_("A rule stands twice in the file."))
    return rules


def _strict(text: str) -> Any:
    """YAML without anchors (a small file must stay small) and without a field that hides another of its name."""
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if number > MOST_NODES or isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.YAMLError
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        _refuse_twins(node)
        return loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _refuse_twins(node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _value in node.value]
        if len(set(map(str, names))) != len(names):
            raise yaml.YAMLError
        for _key, value in node.value:
            _refuse_twins(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(value)


@dataclass(frozen=True)
class Difference:
    """One rule in which file and house differ.

    Args:
        code: of the rule.
        kind: ``new``, ``changed``, ``only-here`` or ``faulty``.
        fields: names of what differs.
        body: as the file has it, read; None when it is only here or faulty.
        faults: by field.
        waits: key of the open change that says just this.
    """

    code: str
    kind: str
    fields: Sequence[str] = ()
    body: Mapping[str, Any] | None = None
    faults: Mapping[str, list[str]] | None = None
    waits: str = ""


def differences(rows: Sequence[Mapping[str, Any]], reader: Any) -> list[Difference]:
    """Compare a file with what is in force, as one reader may know it.

    An ``approved_in`` that names a change whose content is that of the file, and which is in force, needs no word: the
    rule does not differ. Any other says nothing: what differs is proposed, whoever the file says agreed to it.
    """
    from guard.refusals import Invalid

    standing = {rule.code: rule for rule in Rule.objects.visible_to(reader).select_related("thing__domain", "owner")}
    found = []
    for row in rows:
        given = {name: value for name, value in row.items() if name != "approved_in"}
        code = str(row.get("code"))
        try:
            body = bodies.read_body(given)
        except Invalid as refusal:
            found.append(Difference(code, "faulty", sorted(refusal.errors), faults=refusal.errors))
            continue
        rule = standing.get(code)
        before = rule.body() if rule is not None else None
        if before == body:
            continue
        fields = [name for name in bodies.FIELDS if before is None or before[name] != body[name]]
        found.append(Difference(code, "changed" if before else "new", fields, body, waits=_waiting(code, body)))
    named = {str(row.get("code")) for row in rows}
    found += [Difference(code, "only-here") for code in sorted(set(standing) - named)]
    return found


def _waiting(code: str, body: Mapping[str, Any]) -> str:
    rows = PolicyChange.objects.unrestricted(_WHY).filter(what=RULE, target=code, thing__state=ChangeState.OPEN)
    change = rows.select_related("thing").first()
    return str(change.key) if change is not None and change.after == body else ""
