"""The joints against what the rooms themselves say: two tellings of one thread must agree."""

from __future__ import annotations

from collections.abc import Iterator

from guard.models import Link, Thing
from guard.relations import TRUTHS

WHY = "the check compares joints and prints keys to whoever runs the server"


def differences() -> Iterator[str]:
    """One sentence for every joint that a room says and the thread lacks, or that the thread has and no room says."""
    keys = dict(Thing.objects.unrestricted(WHY).values_list("pk", "key"))
    for (kind, relation), truth in sorted(TRUTHS.items()):
        said = set(truth())
        links = Link.objects.unrestricted(WHY).filter(source__kind=kind, relation=relation)
        drawn = set(links.values_list("source_id", "target_id", "role"))
        for source, target, role in sorted(said - drawn):
            yield f"missing: {keys.get(source)} {relation} {keys.get(target)} {role}".rstrip()
        for source, target, role in sorted(drawn - said):
            yield f"unfounded: {keys.get(source)} {relation} {keys.get(target)} {role}".rstrip()
