"""Every joint of the thread can be held against the rooms, or says of itself that it is all there is."""

from __future__ import annotations

from dataclasses import replace

from guard import checks, relations
from guard.relations import RELATIONS, TRUTHS

BETWEEN_ROOMS = {
    ("prd", "uses"), ("prd", "reads"), ("prd", "cites"), ("metric", "measured_from"), ("metric", "derives"),
}  # fmt: skip


def test_every_declared_relation_has_a_truth_or_is_a_joint_only() -> None:
    assert relations.untold() == []
    assert set(TRUTHS) >= BETWEEN_ROOMS
    assert all((kind, code) in {(source, name) for source, name, _target in RELATIONS} for kind, code in TRUTHS)


def test_nothing_starts_with_a_relation_that_is_neither(monkeypatch) -> None:
    assert checks.relations_have_a_truth() == []
    untold = replace(RELATIONS["product", "contains", "dataset"], joint_only=False)
    monkeypatch.setitem(RELATIONS, ("product", "contains", "dataset"), untold)
    assert relations.untold() == [untold]
    assert [fault.id for fault in checks.relations_have_a_truth()] == ["guard.E003"]
    told_twice = replace(RELATIONS["prd", "uses", "metric"], joint_only=True)
    monkeypatch.setitem(RELATIONS, ("prd", "uses", "metric"), told_twice)
    assert told_twice in relations.untold()
