"""PCI DSS: account data by what may be kept. Authentication data must not exist after authorisation at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from guard.schemes.rows import category

_SHOWN = "Shown masked: at most the first six to eight and the last four digits."
_STORED = ("retention-limit", "record-access")
_MUST_GO = "Must not be kept after authorisation, encrypted or not."

PCI_DSS: dict[str, Any] = {
    "code": "pci-dss",
    "version": "4.0.1",
    "name": "PCI DSS account data",
    "name_zh": "PCI DSS 账户数据",
    "kind": "categories",
    "is_house": False,
    "default_unknown": 0,
    "source": "PCI Security Standards Council, PCI DSS v4.0.1, requirement 3",
    "effective_from": date(2025, 1, 1),
    "is_reference_only": True,
    "levels": [],
    "categories": [
        category("cardholder", "Cardholder data", "持卡人数据", 4),
        category("pan", "Primary account number", "主账号", 5, parent="cardholder", meaning=_SHOWN),
        category("cardholder-name", "Cardholder name", "持卡人姓名", 4, parent="cardholder"),
        category("expiry", "Expiration date", "有效期", 4, parent="cardholder"),
        category("service-code", "Service code", "服务码", 4, parent="cardholder"),
        category("sad", "Sensitive authentication data", "敏感验证数据", 5, meaning=_MUST_GO, is_prohibited=True),
        category("track", "Full track data", "完整磁道数据", 5, parent="sad", meaning=_MUST_GO, is_prohibited=True),
        category("cvv", "Card verification code", "卡验证码", 5, parent="sad", meaning=_MUST_GO, is_prohibited=True),
        category("pin", "PIN or PIN block", "PIN 或 PIN 块", 5, parent="sad", meaning=_MUST_GO, is_prohibited=True),
    ],
    "handling": {  # requirements 3.2 to 3.5, 4.2 and 10.2
        **dict.fromkeys(("cardholder", "cardholder-name", "expiry", "service-code"), _STORED),
        "pan": ("mask-display", "encrypt-at-rest", "encrypt-in-transit", *_STORED),
        **dict.fromkeys(("sad", "track", "cvv", "pin"), ("never-keep",)),
    },
}  # fmt: skip
