"""Combinations that ship: which categories together count as stricter than each alone."""

from __future__ import annotations

from typing import Any

COMBINATIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "singles-out",
        "name": "Date of birth, sex and postcode together single a person out",
        "name_zh": "出生日期、性别与邮政编码合起来可识别个人",
        "categories": ("birth-date", "sex", "postcode"),
        "raises": 1,
        "handling": ("mask-display", "remove-or-generalise"),
        "source": "L. Sweeney, Simple Demographics Often Identify People Uniquely, 2000",
    },
    {
        "code": "named-and-reachable",
        "name": "A name with a way to reach the person",
        "name_zh": "姓名与联系方式",
        "categories": ("person-name", "phone", "address"),
        "raises": 1,
        "handling": ("mask-display",),
        "source": "House rule",
    },
    {
        "code": "many-persons",
        "name": "Identifiers of a million persons: check whether this is important data",
        "name_zh": "百万人以上的标识：核对是否属于重要数据",
        "categories": ("identifier",),
        "at_least": 5,
        "persons_from": 1_000_000,
        "handling": ("transfer-assessment", "assess-risk"),
        "source": "GB/T 43697-2024, factors of scale and group; reference only",
    },
)


def seed_combinations(combination_model: Any, category_model: Any) -> None:
    """Write the shipped combinations over the house scheme's categories; a second run changes nothing."""
    house = {row.code: row for row in category_model.objects.filter(scheme__is_house=True)}
    for data in COMBINATIONS:
        fields = {name: value for name, value in data.items() if name not in ("code", "categories", "handling")}
        combination, made = combination_model.objects.get_or_create(code=data["code"], defaults=fields)
        if made:
            combination.categories.set([house[code] for code in data["categories"]])


def seed_combined_handling(combination_model: Any) -> None:
    """Write the duties that the shipped combinations ask for; a second run changes nothing."""
    for data in COMBINATIONS:
        combination_model.objects.filter(code=data["code"]).update(handling=list(data.get("handling", ())))
