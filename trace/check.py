"""The joints against what the rooms themselves say: two tellings of one thread must agree."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from guard.models import Link, Thing
from guard.relations import RELATIONS, TRUTHS, Relation

WHY = "the check compares joints and prints keys to whoever runs the server"


def differences() -> Iterator[str]:
    """One sentence for every joint that a room says and the thread lacks, that the thread has and no room says, or
    that joins kinds of which no room declares that they are joined so."""
    keys = dict(Thing.objects.unrestricted(WHY).values_list("pk", "key"))
    for (kind, relation), truth in sorted(TRUTHS.items()):
        said = set(truth())
        links = Link.objects.unrestricted(WHY).filter(source__kind=kind, relation=relation)
        drawn = set(links.values_list("source_id", "target_id", "role"))
        for source, target, role in sorted(said - drawn):
            yield f"missing: {keys.get(source)} {relation} {keys.get(target)} {role}".rstrip()
        for source, target, role in sorted(drawn - said):
            yield f"unfounded: {keys.get(source)} {relation} {keys.get(target)} {role}".rstrip()
    for source_kind, relation, target_kind, count in _drawn():
        if (source_kind, relation, target_kind) not in RELATIONS:
            yield f"undeclared: {source_kind} {relation} {target_kind} ({count})"


def joints_only() -> list[tuple[Relation, int]]:
    """The relations of which no room keeps a row beside the joint, each with how many joints there are."""
    counts = {(source, relation, target): count for source, relation, target, count in _drawn()}
    return [(one, counts.get(key, 0)) for key, one in sorted(RELATIONS.items()) if one.joint_only]


def _drawn() -> list[tuple[str, str, str, int]]:
    rows = Link.objects.unrestricted(WHY).order_by("source__kind", "relation", "target__kind")
    return list(
        rows.values("source__kind", "relation", "target__kind")
        .annotate(count=Count("pk"))
        .values_list("source__kind", "relation", "target__kind", "count")
    )
