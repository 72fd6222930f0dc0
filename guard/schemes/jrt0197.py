"""JR/T 0197-2020, levels of financial data from the object and the degree of harm."""

from __future__ import annotations

from datetime import date
from typing import Any

JRT_0197: dict[str, Any] = {
    "code": "jrt-0197",
    "version": "2020",
    "name": "JR/T 0197-2020 financial data security classification",
    "name_zh": "JR/T 0197-2020 金融数据安全 数据安全分级指南",
    "kind": "levels",
    "is_house": False,
    "default_unknown": 4,
    "source": "People's Bank of China, JR/T 0197-2020; five levels from object and degree of impact; what to do with "
              "each follows JR/T 0223-2021",
    "effective_from": date(2020, 9, 23),
    "is_reference_only": True,
    "levels": [
        (1, "1", "Level 1", "1 级", "No impact on persons or the firm; can be public.", {}),
        (2, "2", "Level 2", "2 级", "Slight impact on the firm or on personal privacy.", {}),
        (3, "3", "Level 3", "3 级", "General impact on public interest, privacy or the firm.", {}),
        (4, "4", "Level 4", "4 级", "Severe impact on privacy or the firm.", {}),
        (5, "5", "Level 5", "5 级", "Severe impact on public interest, or any on national security.", {}),
    ],
    "handling": {
        3: ("mask-display", "encrypt-in-transit"),
        4: ("mask-display", "encrypt-at-rest", "encrypt-in-transit", "record-access"),
        5: ("mask-display", "encrypt-at-rest", "encrypt-in-transit", "no-export", "record-access"),
    },
    "counts_as": {1: 1, 2: 2, 3: 3, 4: 4, 5: 5},
}  # fmt: skip
