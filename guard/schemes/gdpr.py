"""Categories of the General Data Protection Regulation (EU) 2016/679: sets, not an order."""

from __future__ import annotations

from datetime import date
from typing import Any

from guard.schemes.rows import category

_SPECIAL = (
    ("racial-ethnic", "Racial or ethnic origin", "种族或民族出身"),
    ("political", "Political opinions", "政治观点"),
    ("religious", "Religious or philosophical beliefs", "宗教或哲学信仰"),
    ("union", "Trade union membership", "工会成员身份"),
    ("genetic", "Genetic data", "基因数据"),
    ("biometric", "Biometric data that identifies", "用于识别的生物特征"),
    ("health", "Data concerning health", "健康数据"),
    ("sex-life", "Sex life or sexual orientation", "性生活或性取向"),
)
_EVERY = ("retention-limit", "transfer-assessment", "purpose-and-basis")


GDPR: dict[str, Any] = {
    "code": "gdpr",
    "version": "2016/679",
    "name": "General Data Protection Regulation",
    "name_zh": "欧盟《通用数据保护条例》",
    "kind": "categories",
    "is_house": False,
    "default_unknown": 0,
    "source": "Regulation (EU) 2016/679, Articles 4(1), 9(1), 10; purpose and legal basis stand beside it",
    "effective_from": date(2018, 5, 25),
    "is_reference_only": True,
    "levels": [],
    "categories": [
        category(
            "personal", "Personal data", "个人数据", 3, meaning="Relates to an identified or identifiable person."
        ),
        category("special", "Special categories (Article 9)", "特殊类别（第 9 条）", 4, parent="personal"),
        *(category(code, name, name_zh, 4, parent="special") for code, name, name_zh in _SPECIAL),
        category(
            "criminal",
            "Criminal convictions and offences (Article 10)",
            "刑事定罪与犯罪（第 10 条）",
            4,
            parent="personal",
        ),
    ],
    "handling": {  # Articles 5(1)(b) and (e), 6, 9(2), 10, and Chapter V
        "personal": _EVERY,
        "special": (*_EVERY, "special-ground"),
        **{code: (*_EVERY, "special-ground") for code, _name, _name_zh in _SPECIAL},
        "criminal": (*_EVERY, "official-authority"),
    },
}  # fmt: skip
