"""One's own long work, and teams by their slug."""

from __future__ import annotations

import pytest

from guard.jobs import claim, start_job
from guard.models import Job
from people.actions import form_team
from people.models import User
from tests.api.asking import Ask, ask

pytestmark = pytest.mark.django_db
__all__ = ["ask"]


def begun(person: User) -> Job:
    return start_job("exchange.carry_out", by=person, arguments={"nothing": "is read by this test"})


def test_who_started_it_sees_how_far_it_got_and_nobody_else(cast: dict[str, User], ask: Ask) -> None:
    job = begun(cast["omar"])
    found = ask("omar", "get", f"jobs/{job.uid}/")
    assert (found.status, found.body["id"], found.body["state"]) == (200, str(job.uid), "waiting")
    assert [row["id"] for row in ask("omar", "get", "jobs/").body["results"]] == [str(job.uid)]
    for other in ("otto", "grace", "ravi"):
        assert ask(other, "get", f"jobs/{job.uid}/").status == 404
        assert ask(other, "get", "jobs/").body["results"] == []


def test_waiting_work_stops_at_once_and_running_work_is_asked_to(cast: dict[str, User], ask: Ask) -> None:
    waiting, running = begun(cast["omar"]), begun(cast["omar"])
    claim(running.pk)
    for other in ("otto", "grace"):  # somebody else's work is not there: whoever may not, cannot know
        assert ask(other, "post", f"jobs/{waiting.uid}/cancel/").status == 404
    assert ask("omar", "post", f"jobs/{waiting.uid}/cancel/").body["state"] == "cancelled"
    assert ask("omar", "post", f"jobs/{running.uid}/cancel/").body["state"] == "running"
    running.refresh_from_db()
    assert running.is_cancel_asked
    assert claim(waiting.pk) is None, "what was cancelled is not begun"


def test_a_team_is_found_by_its_slug_by_everybody_who_signed_in(cast: dict[str, User], ask: Ask) -> None:
    form_team(by=cast["grace"], slug="checkout", name="Checkout", people=[cast["sam"], cast["tom"]])
    found = ask("priya", "get", "teams/checkout/")
    assert (found.status, found.body["name"]) == (200, "Checkout")
    assert {"sam", "tom"} <= set(str(found.body).replace("'", " ").split())
    assert ask("priya", "get", "teams/nowhere/").status == 404
