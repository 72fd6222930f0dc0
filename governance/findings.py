"""What every rule says of one thing, for one reader: the checklist of all moves that start from its state."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from guard.gates import Finding, judge
from guard.governed import Governed
from guard.models import Thing
from guard.states import TABLES


def object_of(thing: Thing, reader: Any) -> Any:
    """The governed object of a thing, opened for its reader; None when its kind has no table of its own."""
    for model in apps.get_models():
        if issubclass(model, Governed) and thing.kind == model.KIND:
            rows = model.objects.visible_to(reader).select_related(*_governed_keys(model))
            return rows.filter(pk=thing.pk).first()
    return None


def _governed_keys(model: Any) -> list[str]:
    """Paths of the keys to other governed objects: rules follow them, and a sealed row is not fetched by itself."""
    keys = [field for field in model._meta.concrete_fields if field.is_relation and field.name != "thing"]
    return ["thing__domain"] + [
        f"{field.name}__thing__domain"
        for field in keys
        if isinstance(field.related_model, type) and issubclass(field.related_model, Governed)
    ]


def findings_of(thing: Thing, reader: Any) -> list[tuple[str, Finding]]:
    """(move, finding) for every rule of every move that can start now; hidden subjects lose their names."""
    table, obj = TABLES.get(thing.kind), object_of(thing, reader)
    if table is None or obj is None:
        return []
    return [
        (move.name, finding)
        for move in table.moves.values()
        if move.starts_from(thing.state) and move.is_offered
        for result in judge(obj, move.gates, reader)
        for finding in result.findings
    ]
