"""The house scheme: five levels, in which every effective level is expressed.

`rules` of a level: most days of a grant (0: case by case), whether columns must be named, who approves. The categories
are the house's own words for what a column holds; scanners propose them, and combinations are rules over them.
"""

from __future__ import annotations

from typing import Any

from guard.schemes.rows import category

HOUSE: dict[str, Any] = {
    "code": "house",
    "version": "1",
    "name": "House scheme",
    "name_zh": "本企业分级",
    "kind": "levels",
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
    "handling": {
        3: ("mask-display", "encrypt-in-transit"),
        4: ("mask-display", "encrypt-at-rest", "encrypt-in-transit", "no-export", "record-access"),
        5: ("mask-display", "encrypt-at-rest", "local-storage", "encrypt-in-transit", "no-export", "record-access"),
        **dict.fromkeys(
            ("personal", "person-name", "phone", "email", "address", "birth-date", "sex", "postcode", "free-text"),
            ("retention-limit", "purpose-and-basis"),
        ),
        **dict.fromkeys(
            ("identifier", "id-number", "account"), ("mask-display", "retention-limit", "purpose-and-basis")
        ),
    },
    "categories": [
        category("personal", "Personal", "个人信息", 3, meaning="Tells something about a person."),
        category("identifier", "Direct identifier", "直接标识", 4,
                 parent="personal", meaning="Names one person by itself."),
        category("id-number", "Identity number", "证件号码", 4,
                 parent="identifier", meaning="Identity card, passport, social security."),
        category("person-name", "Name of a person", "姓名", 3, parent="personal"),
        category("phone", "Telephone number", "电话号码", 3, parent="personal"),
        category("email", "E-mail address", "电子邮件", 3, parent="personal"),
        category("address", "Postal address", "住址", 3, parent="personal"),
        category("birth-date", "Date of birth", "出生日期", 3, parent="personal"),
        category("sex", "Sex", "性别", 3, parent="personal"),
        category("postcode", "Postcode", "邮政编码", 2, parent="personal"),
        category("account", "Bank account or card", "银行账号或卡号", 4, parent="identifier"),
        category("organisation-number", "Number of an organisation", "统一社会信用代码", 2),
        category("free-text", "Free text", "自由文本", 3,
                 parent="personal", meaning="Counts as personal until somebody has read it."),
    ],
}  # fmt: skip
