"""GB/T 43697-2024, data classification and grading: three ranks, of which the second and third need a register."""

from __future__ import annotations

from datetime import date
from typing import Any

GBT_43697: dict[str, Any] = {
    "code": "gbt-43697",
    "version": "2024",
    "name": "GB/T 43697-2024 rules for data classification and grading",
    "name_zh": "GB/T 43697-2024 数据安全技术 数据分类分级规则",
    "kind": "levels",
    "is_house": False,
    "default_unknown": 2,
    "source": "Standardization Administration of China, GB/T 43697-2024: take the higher; grade again on change",
    "effective_from": date(2024, 10, 1),
    "is_reference_only": True,
    "levels": [
        (1, "general", "General data", "一般数据", "Harm stays with persons or one organisation.", {}),
        (2, "important", "Important data", "重要数据",
         "A leak may directly endanger national security, the economy, public health or order.",
         {"factors": ["scale", "group", "region", "precision"]}),
        (3, "core", "Core data", "核心数据", "Grave harm to national security or the lifelines of the economy.", {}),
    ],
    "handling": {  # Data Security Law, Articles 30 and 31
        2: ("transfer-assessment", "assess-risk"),
        3: ("local-storage", "transfer-assessment", "assess-risk"),
    },
    "counts_as": {1: 1, 2: 4, 3: 5},
}  # fmt: skip
