"""Where PRDs keep the facts behind their joints, for ``manage.py trace check``: references of the current version."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import F

from guard.relations import register_truth
from prds.content import RELATIONS
from prds.models import PrdReference

WHY = "the joints of the thread are compared with what the rooms say"


def _said(relation: str) -> Callable[[], Iterator[tuple[int, int, str]]]:
    """What the current versions refer to by one relation, once however often the text says it."""
    kinds = [kind for kind, code in RELATIONS.items() if code == relation]

    def truth() -> Iterator[tuple[int, int, str]]:
        rows = PrdReference.objects.unrestricted(WHY).filter(
            kind__in=kinds, thing__isnull=False, version=F("version__prd__current")
        )
        return iter(rows.order_by().values_list("version__prd_id", "thing_id", "role").distinct())

    return truth


for _relation in sorted(set(RELATIONS.values())):
    register_truth("prd", _relation, _said(_relation))
