"""The schemes that ship: the house scheme and JR/T 0197-2020, with the crosswalk between them.

Legal schemes are reference only: have counsel confirm (governance.md, facts marked "memory").
`rules` of a house level: most days of a grant (0: case by case), whether columns must be named, who approves.
"""

from __future__ import annotations

from datetime import date
from typing import Any

HOUSE: dict[str, Any] = {
    "code": "house",
    "version": "1",
    "name": "House scheme",
    "name_zh": "本企业分级",
    "is_house": True,
    "default_unknown": 4,
    "source": "Throughline",
    "levels": [
        (1, "L1", "Public", "公开", "May be published.",
         {"grant_days": 365, "named_columns": False, "approvers": ["owner"]}),
        (2, "L2", "Internal", "内部", "For everybody who works here.",
         {"grant_days": 365, "named_columns": False, "approvers": ["owner"]}),
        (3, "L3", "Confidential", "机密", "For those whose work needs it.",
         {"grant_days": 180, "named_columns": True, "approvers": ["owner", "steward"]}),
        (4, "L4", "Restricted", "受限", "Harm to people or to the business if it gets out.",
         {"grant_days": 30, "named_columns": True, "approvers": ["owner", "governance_lead"]}),
        (5, "L5", "Critical", "核心", "Grave harm; seen by few, each time for a reason.",
         {"grant_days": 0, "named_columns": True, "approvers": ["owner", "governance_lead", "security"]}),
    ],
}  # fmt: skip

JRT_0197: dict[str, Any] = {
    "code": "jrt-0197",
    "version": "2020",
    "name": "JR/T 0197-2020 financial data security classification",
    "name_zh": "JR/T 0197-2020 金融数据安全 数据安全分级指南",
    "is_house": False,
    "default_unknown": 4,
    "source": "People's Bank of China, JR/T 0197-2020; five levels from object and degree of impact",
    "effective_from": date(2020, 9, 23),
    "is_reference_only": True,
    "levels": [
        (1, "1", "Level 1", "1 级", "No impact on persons or the firm; can be public.", {}),
        (2, "2", "Level 2", "2 级", "Slight impact on the firm or on personal privacy.", {}),
        (3, "3", "Level 3", "3 级", "General impact on public interest, privacy or the firm.", {}),
        (4, "4", "Level 4", "4 级", "Severe impact on privacy or the firm.", {}),
        (5, "5", "Level 5", "5 级", "Severe impact on public interest, or any on national security.", {}),
    ],
}  # fmt: skip

SCHEMES = (HOUSE, JRT_0197)
CROSSWALK = {("jrt-0197", rank): ("house", rank) for rank in range(1, 6)}


def seed(scheme_model: Any, level_model: Any, crosswalk_model: Any) -> None:
    """Write the shipped schemes; a second run changes nothing.

    Args:
        scheme_model: Scheme, or its historical form in a migration.
        level_model: Level, likewise.
        crosswalk_model: Crosswalk, likewise.
    """
    levels = {}
    for data in SCHEMES:
        fields = {name: value for name, value in data.items() if name not in ("levels", "code", "version")}
        scheme, _made = scheme_model.objects.get_or_create(code=data["code"], version=data["version"], defaults=fields)
        for rank, code, name, name_zh, meaning, rules in data["levels"]:
            levels[data["code"], rank], _made = level_model.objects.get_or_create(
                scheme=scheme,
                rank=rank,
                defaults={"code": code, "name": name, "name_zh": name_zh, "meaning": meaning, "rules": rules},
            )
    for source, target in CROSSWALK.items():
        crosswalk_model.objects.get_or_create(source=levels[source], target=levels[target], defaults={"mode": "floor"})
