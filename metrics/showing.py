"""What the pages of a metric say, for one reader."""

from __future__ import annotations

from typing import Any

from guard import things
from guard.doors import held_by
from guard.states import move_of
from metrics import reading
from metrics.drafts import EXTRAS, as_definition
from metrics.find import find_metric
from metrics.models import Metric, MetricVersion, StatPeriod
from metrics.reading import Node, Shown
from metrics.signatures import signatures_of
from metrics.sql import sql_of
from metrics.states import MetricState
from metrics.tree import Branch, drawing_of
from metrics.wording import backfill_words, change_words, in_words

NEXT: dict[str, str] = {
    MetricState.PROPOSED: "submit", MetricState.DEFINED: "submit", MetricState.LAPSED: "submit",
    MetricState.IN_REVIEW: "certify", MetricState.DEPRECATED: "retire",
}  # fmt: skip
MOST_VERSIONS = 50


def of(metric: Metric, actor: Any) -> dict[str, Any]:
    """What the page of one metric says at once; its tree, users, versions and SQL come later (metrics.panels)."""
    current = _current(metric, actor)
    signed = signatures_of(metric) if metric.current_id else []
    later = metric.replaced_by_id and Metric.objects.visible_to(actor).filter(pk=metric.replaced_by_id).first()
    return {
        "metric": metric, "current": current, "sentence": in_words(current.definition) if current else "",
        "owners": things.standing_people(metric, "owner"), "stewards": things.standing_people(metric, "steward"),
        "signed": {signature.capacity: signature for signature in signed}, "next_move": NEXT.get(metric.state, ""),
        "replaced_by": later or None, **rights(metric, actor),
    }  # fmt: skip


def made_of(metric: Metric, actor: Any) -> dict[str, Any]:
    """What a metric is made of, as a tree and as a drawing."""
    node = reading.tree_of(metric, actor)
    return {
        "current": metric.current,
        "node": node,
        "drawing": drawing_of(branch_of(node)) if node.children else None,
    }


def relied_on_by(metric: Metric, actor: Any) -> dict[str, Any]:
    """Who relies on a metric, as far as the reader may know."""
    outputs, more_outputs = reading.outputs_for(metric, actor)
    users, more_users = reading.users_for(metric, actor)
    return {"outputs": outputs, "more_outputs": more_outputs, "users": users, "more_users": more_users}


def rights(metric: Metric, actor: Any) -> dict[str, bool]:
    """Which of the buttons that lead to a form are offered."""
    held = held_by(actor, metric.thing)
    offered = {}
    for name in ("define", "redefine", "merge"):
        move = move_of("metric", name)
        offered[name] = move.starts_from(metric.state) and move.who.permits(actor.principal, held)
    return {
        "may_define": offered["define"] or offered["redefine"],
        "may_merge": offered["merge"],
        "may_appoint": move_of("metric", "merge").who.permits(actor.principal, held),
    }


def versions_of(metric: Metric, actor: Any) -> list[dict[str, Any]]:
    """Versions, newest first, with their differences as rows of words."""
    rows = MetricVersion.objects.visible_to(actor).filter(metric=metric).select_related("defined_by")[:MOST_VERSIONS]
    return [
        {
            "shown": one, "changes": [(name.replace("_", " "), *pair) for name, pair in one.diff.items()],
            "kind": change_words(one.version), "backfill": backfill_words(one.version),
        }
        for one in reading.shown_all(rows, actor)
    ]  # fmt: skip


def words_of(metric: Metric, actor: Any) -> dict[str, Any]:
    """The form's first values: the current definition as this reader may see it."""
    words: dict[str, Any] = {name: getattr(metric, name) for name in EXTRAS}
    words |= {"display_name": metric.title, "synonyms": metric.synonyms, "caliber": metric.caliber_md,
              "unit": metric.unit, "row_version": metric.thing.row_version}  # fmt: skip
    current = _current(metric, actor)
    if current is not None:
        given = {name: value for name, value in current.definition.items() if name not in words}
        given["additivity"] = current.definition.get("additivity", "")
        words |= given
    return words


def is_kept_back(metric: Metric, actor: Any) -> bool:
    """Whether this reader sees only part of the definition, and so should not change it."""
    current = _current(metric, actor)
    return current is not None and current.is_restricted


def merging(metric: Metric, into: Metric | None, name: str, actor: Any) -> dict[str, Any]:
    """Both definitions side by side."""
    pair = [metric, into] if into is not None and into.pk != metric.pk else [metric]
    found = [{"metric": one, "current": (shown := _current(one, actor)), "sentence": _sentence(shown)} for one in pair]
    prints = {one.current.fingerprint if one.current else "" for one in pair}
    return {
        "metric": metric, "into": into if len(pair) == 2 else None, "asked": name, "pair": found,
        "is_same": len(pair) == 2 and len(prints) == 1 and "" not in prints,
    }  # fmt: skip


def generated(metric: Metric, actor: Any) -> dict[str, str]:
    """SQL written from the definition, when the reader may see every part of it."""
    if metric.current is None or not _all_open(metric, actor, set()):
        return {}

    def lookup(code: str) -> Any:
        found = find_metric(actor, code)
        return as_definition(found.current.definition) if found is not None and found.current is not None else None

    days = {period.code: period.days for period in StatPeriod.objects.all() if period.days}
    text = sql_of(as_definition(metric.current.definition), lookup, days)
    return {"postgres": text} if text else {}


def branch_of(node: Node) -> Branch:
    """The inputs of one metric as a drawing takes them."""
    return Branch(node.metric, [branch_of(child) for child in node.children])


def _all_open(metric: Metric, actor: Any, seen: set[int]) -> bool:
    current = _current(metric, actor)
    if current is None or current.is_restricted:
        return False
    seen.add(metric.pk)
    below = [find_metric(actor, code) for code in reading.codes_of(current.definition)]
    return all(one is not None and (one.pk in seen or _all_open(one, actor, seen)) for one in below)


def _current(metric: Metric, actor: Any) -> Shown | None:
    return reading.shown(metric.current, actor) if metric.current is not None else None


def _sentence(current: Shown | None) -> str:
    return in_words(current.definition) if current is not None else ""
