"""The schemes that ship, as data: what their levels and categories are called and at least how strict they are here.

Legal schemes are reference only: have counsel confirm. A scheme's file names its version, source and the day from which
it holds. Every crosswalk counts as a floor in the house scheme: it can make a column stricter, never milder.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guard.schemes.gbt43697 import GBT_43697
from guard.schemes.gdpr import GDPR
from guard.schemes.hipaa import HIPAA_18
from guard.schemes.house import HOUSE
from guard.schemes.jrt0197 import JRT_0197
from guard.schemes.pci import PCI_DSS
from guard.schemes.tlp import TLP

SCHEMES: tuple[dict[str, Any], ...] = (HOUSE, JRT_0197, GBT_43697, GDPR, HIPAA_18, PCI_DSS, TLP)
_APART = ("levels", "categories", "counts_as", "handling", "code", "version")


def seed(
    scheme_model: Any, level_model: Any, crosswalk_model: Any, category_model: Any = None,
    schemes: Iterable[dict[str, Any]] = SCHEMES,
) -> None:  # fmt: skip
    """Write the shipped schemes; a second run changes nothing.

    Args:
        scheme_model: Scheme, or its historical form in a migration; fields that it does not have yet are left out.
        level_model: Level, likewise.
        crosswalk_model: Crosswalk, likewise.
        category_model: Category, likewise; None before there were any.
        schemes: which; the house scheme first, since the others count in it.
    """
    known = {field.name for field in scheme_model._meta.get_fields()}
    levels: dict[tuple[str, int], Any] = {}
    for data in schemes:
        fields = {name: value for name, value in data.items() if name not in _APART and name in known}
        scheme, _made = scheme_model.objects.get_or_create(code=data["code"], version=data["version"], defaults=fields)
        for rank, code, name, name_zh, meaning, rules in data["levels"]:
            levels[data["code"], rank], _made = level_model.objects.get_or_create(
                scheme=scheme,
                rank=rank,
                defaults={"code": code, "name": name, "name_zh": name_zh, "meaning": meaning, "rules": rules},
            )
        if category_model is not None:
            _seed_categories(category_model, scheme, data.get("categories", ()))
        for rank, house in data.get("counts_as", {}).items():
            crosswalk_model.objects.get_or_create(
                source=levels[data["code"], rank], target=levels["house", house], defaults={"mode": "floor"}
            )


def seed_handling(level_model: Any, category_model: Any, schemes: Iterable[dict[str, Any]] = SCHEMES) -> None:
    """Write the duties that the shipped levels and categories ask for; a second run changes nothing.

    Args:
        level_model: Level, or its historical form in a migration.
        category_model: Category, likewise.
        schemes: which; `handling` of each says the duties by rank of a level or by code of a category.
    """
    for data in schemes:
        of = {"scheme__code": data["code"], "scheme__version": data["version"]}
        for which, duties in data.get("handling", {}).items():
            if isinstance(which, int):
                level_model.objects.filter(rank=which, **of).update(handling=list(duties))
            else:
                category_model.objects.filter(code=which, **of).update(handling=list(duties))


def _seed_categories(category_model: Any, scheme: Any, rows: Iterable[dict[str, Any]]) -> None:
    made: dict[str, Any] = {}
    for row in rows:
        fields = {name: value for name, value in row.items() if name not in ("code", "parent")}
        fields["parent"] = made[row["parent"]] if row.get("parent") else None
        made[row["code"]], _made = category_model.objects.get_or_create(
            scheme=scheme, code=row["code"], defaults=fields
        )
