"""What keeps a thing from a move where there is hardly one; a metric and a request that are changed over the API."""

from __future__ import annotations

import pytest

from guard.models import Domain
from metrics.models import Metric
from people.models import User
from tests.api.asking import Ask, ask
from tests.api.test_moves import asked, call
from tests.catalog import make as catalog
from tests.demand import make as demand
from tests.metrics import make as metrics

pytestmark = pytest.mark.django_db
__all__ = ["ask", "call"]


def test_blockers_of_things_without_moves_say_so(growth: Domain, cast: dict[str, User], ask: Ask) -> None:
    dataset = catalog.dataset(cast["omar"], growth, "shop.orders", {"order_id": 2})
    quote = demand.quote(cast["priya"], growth)
    warehouse = ask("omar", "post", "warehouses/", {"name": "lake", "domain": "growth"}).body["key"]
    for path in (f"datasets/{dataset.key}", f"quotes/{quote.key}", f"warehouses/{warehouse}"):
        for move in ("approve", ""):
            assert ask("omar", "get", f"{path}/blockers/?move={move}").status == 422, path
        assert ask("otto", "get", f"{path}/blockers/?move=approve").status == 404, path


def test_a_metric_is_defined_with_the_version_that_was_read(growth: Domain, cast: dict[str, User], ask: Ask) -> None:
    metric: Metric = metrics.atomic(cast, metrics.dataset(cast, growth))
    path, words = f"metrics/{metric.key}/", {"definition": {"unit": "people"}, "change_reason": "It said buyers."}
    assert ask("otto", "patch", path, words, if_match="*").status == 404
    assert ask("sam", "patch", path, words, if_match="*").status == 403
    assert ask("priya", "patch", path, words).status == 428
    assert ask("priya", "patch", path, words, if_match='"999"').status == 412
    done = ask("priya", "patch", path, words, if_match="*")
    assert (done.status, done.body["unit"]) == (200, "people"), done.body


def test_a_request_is_opened_again_by_who_asked(growth: Domain, ask: Ask, call: object) -> None:
    key = asked(call, "Loss by step")
    for move, body in (
        ("triage", {}), ("accept", {"response": "We take it."}), ("plan", {"effort_days": "1"}), ("start", {}),
        ("deliver", {"response": "It is on the monitor."}),
    ):  # fmt: skip
        assert ask("priya", "post", f"requests/{key}/{move}/", body).status == 200, move
    path, why = f"requests/{key}/reopen/", {"reason": "The app is missing."}
    assert ask("otto", "post", path, why).status == 404
    assert ask("priya", "post", path, why).status == 403
    assert ask("sam", "post", path, {}).status == 422
    done = ask("sam", "post", path, why)
    assert (done.status, done.body["state"]) == (200, "reopened")
