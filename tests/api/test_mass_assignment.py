"""Case 36: fields that nobody may set are sent along, by API and by form, and change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset, Product
from governance.models import Grant
from guard import things
from guard.models import Domain, Thing
from people.models import User
from tests.catalog import make
from tests.governance import make as governance
from tests.usage import call

LOOK = "a test looks at what is there"
FORBIDDEN = {
    "id": 7, "pk": 7, "uid": "x", "key": "DS-1", "state": "live", "level": 1, "rank": 1, "declared": 1,
    "owner": "sam", "owners": ["sam"], "steward": "sam", "created_by": "sam", "created_at": "2001-01-01T00:00:00Z",
    "updated_at": "2001-01-01T00:00:00Z", "approved_by": "sam", "reviewed_by": "sam", "reviewed_at": "2001-01-01",
    "review_due": "2999-01-01", "row_version": 99, "thing": 1, "thing_id": 1, "is_superuser": True, "is_staff": True,
    "approved_rank": 5, "granted_at": "2001-01-01", "requester": "grace", "proposer": "grace", "content_hash": "x",
}  # fmt: skip


def thing(row: Any) -> Thing:
    return Thing.objects.unrestricted(LOOK).get(pk=row.pk)


def owners(row: Any) -> list[User]:
    return things.standing_people(row, "owner")


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in FORBIDDEN.items() if name not in names}


@pytest.mark.parametrize("extra", ["fields", "nested"])
def test_case_36_a_dataset_by_api(cast: dict[str, Any], growth: Domain, extra: str) -> None:
    warehouse = make.warehouse(cast["omar"], growth)
    body: dict[str, Any] = {"warehouse": warehouse.key, "name": "shop.mine", "domain": "growth"}
    body |= without("level") if extra == "fields" else {"thing": FORBIDDEN, "dataset": FORBIDDEN}
    answer = call.client_of(cast["omar"]).post("/api/v1/datasets/", body, content_type="application/json")
    rows = Dataset.objects.unrestricted(LOOK).select_related("thing")
    if answer.status_code != 201:
        assert answer.status_code == 422 and not rows.exists()
        return
    made = rows.get()
    assert (made.state, made.level, owners(made), made.reviewed_by_id) == ("active", 4, [], None)
    assert thing(made).row_version < 99 and thing(made).created_at.year > 2001


def test_case_36_a_product_changed_by_api_and_by_form(cast: dict[str, Any], growth: Domain) -> None:
    product = make.product(cast["priya"], growth)
    client = call.client_of(cast["priya"])
    before = (thing(product).state, thing(product).level, owners(product))
    tag = client.get(f"/api/v1/products/{product.key}/").headers["ETag"]
    client.patch(
        f"/api/v1/products/{product.key}/", {"sla": "daily", **FORBIDDEN}, content_type="application/json",
        headers={"If-Match": tag},
    )  # fmt: skip
    client.post(f"/catalog/products/{product.key}/edit/", {"title": "Mine", "sla": "hourly", **FORBIDDEN})
    fresh = Product.objects.unrestricted(LOOK).select_related("thing").get(pk=product.pk)
    assert (fresh.state, fresh.level, owners(fresh)) == before
    assert thing(fresh).row_version < 99


def test_case_36_a_request_for_access_names_its_own_requester(cast: dict[str, Any], growth: Domain) -> None:
    found = governance.orders(
        cast["omar"], growth, cast["grace"], {"order_id": 2}, owner=cast["tom"], allowed_purposes=["service quality"]
    )
    governance.reviewed(found, cast["ravi"], cast["grace"], {"order_id": 2})
    body = {
        "dataset": found.key, "purpose": "service quality", "columns": ["order_id"],
        "ends_on": governance.in_days(9).isoformat(), **without("state"), "state": "granted",
    }  # fmt: skip
    answer = call.client_of(cast["sam"]).post("/api/v1/grants/", body, content_type="application/json")
    rows = Grant.objects.unrestricted(LOOK).select_related("thing", "requester")
    if answer.status_code == 201:
        made = rows.get()
        assert (made.requester, made.granted_at, made.approved_rank) == (cast["sam"], None, None)
        assert made.state != "granted"
    else:
        assert answer.status_code == 422 and not rows.exists()


def test_case_36_nobody_makes_themself_anything_on_their_own_page(cast: dict[str, Any]) -> None:
    client = call.client_of(cast["sam"])
    for path in ("/me/", "/accounts/email/", "/api/v1/me/"):
        for method in ("post", "put", "patch"):
            getattr(client, method)(path, FORBIDDEN | {"role": "admin"}, content_type="application/json")
    sam = User.objects.get(pk=cast["sam"].pk)  # there is no account above the rules to become
    assert "admin" not in sam.principal.roles
