"""The API against its own document: generated calls as Priya and as Grace never meet a server error."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guard.models import Thing
from tests.prds import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ALL = "a test looks at what is there"
EXAMPLES = 4


@pytest.fixture
def world(cast: dict[str, Any], growth: Any) -> dict[str, str]:
    """One thing of most kinds; the key of each by the resource's name."""
    from demand.actions import ask_for_data
    from governance.actions import open_campaign, propose_levels
    from tests.catalog import make as catalog
    from tests.demand import make as demand
    from usage.actions import draft_decision

    here = make.world(cast, growth)
    make.written(here)
    catalog.product(cast["priya"], growth)
    ask_for_data(
        by=cast["sam"], domain=growth, title="Loss by step", business_question="Which step loses shoppers?",
        decision_to_make="Move the coupon step.", decision_maker=cast["tom"], decision_deadline=demand.soon(),
        action_rule="If above 12 %, switch.",
    )  # fmt: skip
    draft_decision(
        by=cast["priya"], title="Move the step", domain=growth, question="Where?", decision_makers=[cast["tom"]],
        options=["move", "leave"], chosen_option="move",
    )  # fmt: skip
    propose_levels(
        by=cast["omar"], dataset=catalog.fresh(here.dataset), levels={"amount": 3}, reason="It is confidential."
    )
    open_campaign(
        by=cast["grace"], title="Autumn", domain=growth, levels=[1, 2, 3, 4, 5], due_on=demand.soon(), why="yearly"
    )
    keys = {}
    for kind, key in Thing.objects.unrestricted(ALL).order_by("-pk").values_list("kind", "key"):
        keys[kind] = key
    keys["decision"] = keys.get("decision", "DEC-1001")
    return keys


RESOURCE = {
    "datasets": "dataset", "decisions": "decision", "grants": "grant", "insights": "insight", "interviews": "interview",
    "metrics": "metric", "prds": "prd", "products": "product", "quotes": "quote", "requests": "request",
    "reviews": "review", "warehouses": "warehouse", "campaigns": "campaign", "rules": "rule", "changes": "change",
    "attestations": "attestation", "trace": "dataset", "usage": "product",
}  # fmt: skip
NAMED = {"slug": "growth", "username": "priya", "number": "1", "id": "1", "uid": "00000000-0000-4000-8000-000000000000"}


@pytest.mark.parametrize("username", ["priya", "grace"])
def test_generated_calls_meet_no_server_error(username: str, cast: dict[str, Any], world: dict[str, str]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast[username])
    document = client.get("/api/schema/").json()
    answered: dict[str, set[int]] = {}
    faults: list[str] = []

    operations = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    # reading comes first: what generated calls write may raise a level out of the reader's sight
    for operation in sorted(operations, key=lambda one: one.method.upper() != "GET"):
        generate(operation, client, world, answered, faults)
    good = sum(any(200 <= code < 300 for code in codes) for codes in answered.values())
    warnings.warn(f"{username}: {good} of {len(answered)} operations gave a 2xx to generated calls", stacklevel=1)
    assert faults == []
    assert len(answered) == sum(
        len(set(item) & {"get", "post", "patch", "put", "delete"}) for item in document["paths"].values()
    )
    reads = [codes for label, codes in answered.items() if label.startswith("GET ")]
    read = sum(200 in codes for codes in reads)
    # the rest asks for things that this small world does not have; tests/answers.py counts over the whole suite
    assert read / len(reads) >= 0.7, f"{read} of {len(reads)} reading operations were read"


def generate(
    operation: Any, client: Client, world: dict[str, str], answered: dict[str, set[int]], faults: list[str]
) -> None:
    """A few generated calls of one operation, each on something that is really there."""

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), is_plain=st.booleans())
    def call(case: Any, is_plain: bool) -> None:
        path = address(operation.path, world)
        query = {} if is_plain else {name: value for name, value in (case.query or {}).items() if value is not None}
        response = send(client, operation.method, path, query, case.body)
        answered.setdefault(operation.label, set()).add(response.status_code)
        if response.status_code >= 500:
            faults.append(f"{operation.label} {path} {query} {str(case.body)[:200]}: {response.status_code}")

    call()


def address(template: str, world: dict[str, str]) -> str:
    resource = template.removeprefix("/api/v1/").split("/")[0]

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "key":
            return world.get(RESOURCE.get(resource, ""), "DS-1001")
        return NAMED.get(name, "1")

    return re.sub(r"\{(\w+)\}", fill, template)


def send(client: Client, method: str, path: str, query: dict[str, Any], body: Any) -> Any:
    from urllib.parse import urlencode

    where = f"{path}?{urlencode(query, doseq=True, errors='replace')}" if query else path
    if method.upper() == "GET":
        return client.get(where)
    usable = body if isinstance(body, (dict, list, str, int, float, bool)) else {}
    try:
        text = json.dumps(usable, default=str)
    except (TypeError, ValueError):
        text = "{}"
    return client.generic(
        method.upper(), where, text.encode("utf-8", "replace"), content_type="application/json", HTTP_IF_MATCH="*"
    )
