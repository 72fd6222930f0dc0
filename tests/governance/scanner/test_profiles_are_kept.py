"""What a scan says is for readers of statistics, and least, greatest and most frequent values are kept nowhere."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.test import Client

from catalog.models import Dataset
from governance.models import Scan, ScanFinding
from guard import policy, things
from people.models import User
from tests.house.doors.planting import gardener, governed_models

ALL = "a test looks at what is there"
#: names under which catalogues keep the values of a column
OF_VALUES = re.compile(r"(^|_)(min|max|least|greatest|lowest|highest|top|frequent|common|distinct|histogram|bounds|mcv|"
                       r"percentile|quantile|sample|samples|values|examples?|preview)(_|$)")  # fmt: skip


#: what has such a name and holds none: counts, bounds of groups, sentences of people, an estimate of who gains
NO_VALUES = {
    "Dataset.min_group", "Metric.min_group_size", "Column.distinct_count", "ScanFinding.distinct",
    "EnforcementRun.preview", "Rule.examples",
}  # fmt: skip


def get(person: User, address: str) -> tuple[int, str]:
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(("grade", "sees"), [(policy.COLUMNS, False), (policy.PROFILE, True)])
def test_case_11_statistics_are_absent_to_who_reads_columns_only(
    people: Dataset, scanned: Scan, otto: User, omar: User, grade: int, sees: bool
) -> None:
    """The same person, the same dataset, one grade more: the page of scans, the API, one finding by its number."""
    with gardener(omar):
        things.give(people, person=otto, reason="grant", grade=grade)
    finding = ScanFinding.objects.unrestricted(ALL).filter(scan=scanned, result=ScanFinding.Result.FOUND).first()
    assert finding is not None
    assert get(otto, f"/catalog/datasets/{people.key}/")[0] == 200  # the columns are there for both
    for address in (
        f"/governance/datasets/{people.key}/scan/",
        f"/api/v1/datasets/{people.key}/scan/",
        f"/api/v1/scan-findings/{finding.pk}/",
    ):
        status, text = get(otto, address)
        assert (status == 200) is sees and (finding.kind in text or "hundred" in text or "100" in text) >= sees, address
        assert status == (200 if sees else 404), address


@pytest.mark.parametrize("grade", [policy.COLUMNS, policy.PROFILE, policy.RAW])
def test_case_11_no_page_of_a_dataset_shows_a_value_to_anybody(
    people: Dataset, people_table: dict[str, list[str]], scanned: Scan, otto: User, omar: User, grade: int
) -> None:
    """The least, the greatest and the most frequent value of every column of the table that was read."""
    with gardener(omar):
        things.give(people, person=otto, reason="grant", grade=grade)
    extremes = {
        one for name in ("id_no", "mobile", "note") for one in (min(people_table[name]), max(people_table[name]))
    }
    text = "".join(
        get(otto, address.format(key=people.key))[1]
        for address in ("/catalog/datasets/{key}/", "/governance/datasets/{key}/scan/", "/api/v1/datasets/{key}/",
                        "/api/v1/columns/?dataset={key}", "/api/v1/datasets/{key}/scan/")
    )  # fmt: skip
    assert "id_no" in text and "mobile" in text  # the control: the columns are told of
    assert not [value for value in extremes if value in text]


def test_case_11_no_governed_model_keeps_values_of_columns() -> None:
    kept = {
        f"{model.__name__}.{field.name}"
        for model in governed_models()
        for field in model._meta.concrete_fields
        if OF_VALUES.search(field.name)
    }
    assert kept == NO_VALUES, kept ^ NO_VALUES
    assert OF_VALUES.search("min_value") and OF_VALUES.search("top_values")  # such names would be found
    assert apps.get_model("catalog", "Column") in governed_models()
