"""Cases 46, 51, 53 and 54: what people type stays text in notices, files, headers and logs."""

from __future__ import annotations

import csv
from typing import Any

import pytest
import structlog
from django.test import Client

from catalog import actions as catalog_actions
from guard.models import Domain
from people.models import Notice
from tests.catalog import make

LOOK = "a test looks at what is there"
TEMPLATES = [
    "{{ 7|add:7 }}", "{% debug %}", "%(password)s %s", "{0.__class__}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
]  # fmt: skip


@pytest.fixture
def client_of() -> Any:
    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.mark.parametrize("text", TEMPLATES)
def test_case_51_a_notice_repeats_a_title_and_computes_nothing(
    cast: dict[str, Any], growth: Domain, client_of: Any, text: str
) -> None:
    found = make.dataset(cast["omar"], growth, title=text)
    catalog_actions.appoint_owner(by=cast["grace"], of=found, person=cast["tom"])
    assert Notice.objects.unrestricted(LOOK).filter(person=cast["tom"]).exists()
    page = client_of(cast["tom"]).get("/me/").content.decode()
    shown = text.replace("<", "&lt;").replace(">", "&gt;")
    assert shown in page
    assert "14" not in page.split(shown)[0][-40:] and "Traceback" not in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1"])
def test_case_46_no_export_of_a_list_begins_a_cell_with_a_formula(
    cast: dict[str, Any], growth: Domain, client_of: Any, text: str
) -> None:
    make.product(cast["priya"], growth, title=text)
    answer = client_of(cast["priya"]).get("/catalog/products/?format=csv")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cells = [cell for line in csv.reader(body.decode("utf-8-sig").splitlines()) for cell in line]
    assert f"'{text}" in cells
    assert text not in cells


@pytest.mark.parametrize("name", ['shop."a""b"', "shop.a;b", "shop.a/b", "shop.客户"])
def test_case_54_the_name_of_a_file_breaks_no_header(
    cast: dict[str, Any], growth: Domain, client_of: Any, name: str
) -> None:
    found = make.dataset(cast["omar"], growth, name)
    answer = client_of(cast["omar"]).get(f"/api/v1/datasets/{found.key}/odcs/")
    assert answer.status_code == 200
    said = answer["Content-Disposition"]
    assert said.startswith("attachment; filename=") and said.count('"') in (0, 2)
    assert "/" not in said and ";" not in said.partition("; ")[2] and said.isascii()


@pytest.mark.parametrize("header", ["HTTP_X_REQUEST_ID", "HTTP_USER_AGENT", "HTTP_REFERER"])
def test_case_54_no_header_writes_a_line_of_the_log(
    cast: dict[str, Any], growth: Domain, client_of: Any, header: str
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = client_of(cast["omar"]).get("/catalog/datasets/", **{header: 'x\r\nSet-Cookie: a=b\r\n{"forged": 1}'})
    assert answer.status_code == 200
    assert "a" not in answer.cookies and "forged" not in str(answer.headers)
    assert not any("\n" in str(value) for line in lines for value in line.values())
