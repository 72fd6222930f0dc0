"""Traffic Light Protocol 2.0: who may be told. An audience is a way of handling and is never compared with levels."""

from __future__ import annotations

from datetime import date
from typing import Any

_ROWS = (
    ("red", "TLP:RED", "TLP:红", "For the eyes of the named recipients only."),
    ("amber-strict", "TLP:AMBER+STRICT", "TLP:琥珀+严格", "Within the recipient's organisation, who needs to know."),
    ("amber", "TLP:AMBER", "TLP:琥珀", "Within the organisation and its clients, who needs to know."),
    ("green", "TLP:GREEN", "TLP:绿", "Within the community."),
    ("clear", "TLP:CLEAR", "TLP:白", "No limit on disclosure."),
)

TLP: dict[str, Any] = {
    "code": "tlp",
    "version": "2.0",
    "name": "Traffic Light Protocol",
    "name_zh": "交通灯协议",
    "kind": "audience",
    "is_house": False,
    "default_unknown": 0,
    "source": "FIRST, Traffic Light Protocol 2.0",
    "effective_from": date(2022, 8, 1),
    "is_reference_only": True,
    "levels": [],
    "categories": [
        {"code": code, "name": name, "name_zh": name_zh, "floor": None, "meaning": meaning}
        for code, name, name_zh, meaning in _ROWS
    ],
    "handling": {
        "red": ("named-recipients",),
        "amber-strict": ("organisation-only",),
        "amber": ("organisation-and-clients",),
        "green": ("community-only",),
    },
}
