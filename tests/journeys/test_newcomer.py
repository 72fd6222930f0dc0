"""What a newcomer would do: from imported tables and an interview to an attested decision, by hand in a real browser.

The same story runs on artifacts of our own and, where it is there, on a project that others wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from guard.models import Domain
from tests.journeys.newcomer import catalog_steps, demand_steps, end_steps, metric_steps, prd_steps, usage_steps
from tests.journeys.newcomer.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LUMIO = Path(__file__).parents[1] / "exchange" / "fixtures" / "dbt-lumio"


@pytest.fixture(params=["ours", "corpus"])
def story(
    request: Any, visit: Callable[..., Page], cast: dict[str, Any], growth: Domain, run_outbox: Callable[[], int],
    live_server: Any, settings: Any, tmp_path: Path,
) -> Story:  # fmt: skip
    """The same story on two projects."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    folder = LUMIO
    if request.param == "corpus":
        folder = request.getfixturevalue("corpus") / "generated-real" / "dbt-1.11.16-jaffle-duckdb"
    return Story(visit, cast, run_outbox, live_server.url, folder, request.param, tmp_path)


def test_from_imported_tables_to_an_attested_decision(story: Story) -> None:
    catalog_steps.import_project(story)
    catalog_steps.classify(story, "orders")
    for part in ("orders", "customers"):
        catalog_steps.appoint(story, part, "owner", "omar")
    catalog_steps.appoint(story, "customers", "steward", "ravi")

    demand_steps.hear(story)
    demand_steps.quote(story)
    demand_steps.understand(story)
    demand_steps.ask(story)

    metric_steps.propose(story)
    prd_steps.write_prd(story)
    prd_steps.is_blocked(story)
    prd_steps.mend(story)
    prd_steps.approve(story)

    metric_steps.certify(story)
    usage_steps.load_log(story)
    usage_steps.decide(story)
    end_steps.see_the_thread(story)
    end_steps.otto_finds_nothing(story)
