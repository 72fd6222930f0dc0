"""Case 48: names of datasets and columns run nothing, hide nothing and do not pretend to be others."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog import actions
from catalog.loading import ColumnRow, DatasetRow
from guard.models import Domain, Thing
from guard.refusals import Invalid
from tests.catalog import make

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "turned round": "pay\u202etxt.exe",
    "isolated": "pay\u2067x",
    "without width": "cust\u200bomer",
    "a Cyrillic letter": "\u0441ustomer",
    "a Greek letter": "cust\u03bfmer",
    "an escape": "cust\x1b[2Jomer",
}
GOOD = ["客户_手机号", "größe", "πλάτος", "клиент", "Δt_ms", "👩‍💻", "µ_value", "x" * 200]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_case_48_a_column_by_hand_or_by_file_is_refused(cast: dict[str, Any], growth: Domain, name: str) -> None:
    found = make.dataset(cast["omar"], growth)
    with pytest.raises(Invalid):
        actions.add_columns(by=cast["omar"], dataset=found, columns=[{"name": name}])
    with pytest.raises(Invalid) as refused:
        actions.load_datasets(
            by=cast["omar"], warehouse=make.warehouse(cast["omar"], growth), domain=growth, source="file",
            datasets=[DatasetRow(qualified_name="shop.other", columns=[ColumnRow(name=name)])],
        )  # fmt: skip
    assert name not in str(refused.value.errors), "the answer must not carry the sign on to a terminal or a log"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_case_48_a_dataset_is_refused(cast: dict[str, Any], growth: Domain, name: str) -> None:
    warehouse = make.warehouse(cast["omar"], growth)
    with pytest.raises(Invalid):
        actions.add_dataset(by=cast["omar"], warehouse=warehouse, name=f"shop.{name}", domain=growth)


@pytest.mark.parametrize("title", ["pay\u202etxt", "a\u200bb", "a\x1b[2Jb"])
def test_case_48_a_title_is_refused_however_it_is_saved(cast: dict[str, Any], growth: Domain, title: str) -> None:
    make.dataset(cast["omar"], growth)
    with pytest.raises(Invalid):
        make.product(cast["priya"], growth, title=title)
    with pytest.raises(Invalid):
        actions.add_dataset(
            by=cast["omar"],
            warehouse=make.warehouse(cast["omar"], growth),
            name="shop.other",
            title=title,
            domain=growth,
        )
    titles = Thing.objects.unrestricted("a test looks at what is there").values_list("title", flat=True)
    assert title not in set(titles)


@pytest.mark.parametrize("name", GOOD)
def test_names_of_all_languages_pass(cast: dict[str, Any], growth: Domain, name: str) -> None:
    found = make.dataset(cast["omar"], growth)
    actions.add_columns(by=cast["omar"], dataset=found, columns=[{"name": name}])


def test_case_48_a_name_is_shown_and_never_run(cast: dict[str, Any], growth: Domain) -> None:
    found = make.dataset(cast["omar"], growth, f"shop.{SCRIPT}", {SCRIPT: 2, '"><img src=x onerror=alert(1)>': 2})
    client = Client()
    client.force_login(cast["omar"])
    for path in (f"/catalog/datasets/{found.key}/", "/catalog/datasets/", f"/governance/datasets/{found.key}/propose/"):
        page = client.get(path).content.decode()
        assert "alert(1)" in page, path
        assert SCRIPT not in page and "<img src=x" not in page, path
