"""The eighteen identifiers of the HIPAA safe harbour, with the conditions under which some may stay in part."""

from __future__ import annotations

from datetime import date
from typing import Any

_ZIP = "The first three digits may stay where that area holds more than 20,000 people."
_DATES = "The year may stay; ages above 89 are pooled."
_ROWS = (
    ("A", "Names", "姓名", ""),
    ("B", "Geography smaller than a state", "小于州的地理位置", _ZIP),
    ("C", "Dates directly related to a person, except the year", "与个人直接相关的日期（年份除外）", _DATES),
    ("D", "Telephone numbers", "电话号码", ""),
    ("E", "Fax numbers", "传真号码", ""),
    ("F", "E-mail addresses", "电子邮件地址", ""),
    ("G", "Social security numbers", "社会保障号码", ""),
    ("H", "Medical record numbers", "病历号", ""),
    ("I", "Health plan beneficiary numbers", "健康保险受益人号码", ""),
    ("J", "Account numbers", "账号", ""),
    ("K", "Certificate and licence numbers", "证书和执照号码", ""),
    ("L", "Vehicle identifiers and plates", "车辆识别号与车牌", ""),
    ("M", "Device identifiers and serial numbers", "设备标识与序列号", ""),
    ("N", "Web addresses", "网址", ""),
    ("O", "IP addresses", "IP 地址", ""),
    ("P", "Biometric identifiers", "生物特征标识", ""),
    ("Q", "Full-face photographs", "正面照片", ""),
    ("R", "Any other unique number, characteristic or code", "其他唯一编号、特征或代码",
     "A code that is not derived from the person and is not disclosed may stay."),
)  # fmt: skip

HIPAA_18: dict[str, Any] = {
    "code": "hipaa-18",
    "version": "2012",
    "name": "HIPAA safe harbour identifiers",
    "name_zh": "HIPAA 安全港 18 类标识",
    "kind": "categories",
    "is_house": False,
    "default_unknown": 0,
    "source": "45 CFR 164.514(b)(2)(i); removal counts only without actual knowledge that the rest identifies",
    "effective_from": date(2003, 4, 14),
    "is_reference_only": True,
    "levels": [],
    "categories": [
        {"code": code, "name": name, "name_zh": name_zh, "floor": 4, "condition": condition}
        for code, name, name_zh, condition in _ROWS
    ],
    "handling": {code: ("remove-or-generalise",) for code, *_rest in _ROWS},
}
