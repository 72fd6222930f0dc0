"""The same by the verbs, the pages, the API and the command line: who may, what is recorded, what is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from catalog import actions as catalog
from governance import actions
from governance.enforcement import desk, labels, replay
from governance.models import EnforcementRun
from governance.tasks import carry_out_enforcement
from guard.models import Entry, Job
from guard.refusals import Blocked, Denied, Stale
from people.models import User
from tests.catalog.make import approve_levels
from tests.governance import make as papers

LEVELS = {"id": 2, "city": 2, "name": 3, "phone": 4, "born": 4}


@pytest.fixture
def warehouse(shop, cast, growth):
    """The catalogue's half of the shop: two datasets, and people whose logins are there."""
    made = catalog.add_warehouse(by=cast["omar"], name=shop.name, domain=growth)
    for name, columns in (("crm.cust", LEVELS), ("crm.region", {"id": 1, "label": 2})):
        dataset = catalog.add_dataset(
            by=cast["omar"], warehouse=made, name=name, domain=growth, columns=[{"name": n} for n in columns],
            allowed_purposes=["service quality"],
        )  # fmt: skip
        approve_levels(by=cast["omar"], dataset=papers.dataset(dataset), levels=columns)
    shop.do(f"CREATE ROLE {shop.role('sam')} LOGIN PASSWORD 'x'")
    return desk.warehouse_for(cast["grace"], made.key)


def entries(verb: str) -> list[Any]:
    rows = Entry.objects.unrestricted("a test looks at what is there").filter(verb=verb).order_by("id")
    return [(row.outcome, json.loads(row.payload)) for row in rows]


def applied(by: Any, warehouse: Any, **more: Any) -> EnforcementRun:
    run = actions.try_enforcement(by=by, run=actions.plan_enforcement(by=by, warehouse=warehouse))
    return actions.apply_enforcement(by=by, run=run, plan=run.digest, **more)


@pytest.fixture
def logins(shop, monkeypatch, cast):
    """Whose logins they are: sam is cleared up to L3, gus up to L5."""
    known = [(shop.role("sam"), cast["sam"].pk), (shop.role("bob"), cast["gus"].pk)]
    monkeypatch.setattr(labels, "LOGINS", [lambda: known])


def test_clearances_become_grades_and_everything_is_recorded_without_values(shop, warehouse, logins, cast):
    grace = cast["grace"]
    run = applied(grace, warehouse, reason="first enforcement")
    assert run.state == "applied" and run.preview["protected"] == 1 and run.preview["open"] == 1
    members = {one.member: one.role for one in shop.world().memberships if one.member.startswith(("sam_", "bob_"))}
    assert members == {shop.role("sam"): shop.grade(3), shop.role("bob"): shop.grade(5)}
    found = actions.verify_enforcement(by=grace, warehouse=warehouse)
    assert found.is_in_step and found.facts["superusers"] == ["postgres"]
    actions.revert_enforcement(by=grace, run=run, reason="only to see")
    assert shop.world().roles == {}
    for verb in (
        "warehouse.planned",
        "warehouse.tried",
        "warehouse.enforced",
        "warehouse.reverted",
        "warehouse.verified",
    ):
        [(outcome, body)] = entries(verb)
        assert outcome == "done" and "crm" not in json.dumps(body) and "phone" not in json.dumps(body)


def test_applying_takes_two_steps_and_the_very_plan(warehouse, logins, cast):
    grace = cast["grace"]
    run = actions.plan_enforcement(by=grace, warehouse=warehouse)
    with pytest.raises(Stale):
        actions.apply_enforcement(by=grace, run=run)
    with pytest.raises(Blocked) as refused:
        actions.apply_enforcement(by=grace, run=run, plan=run.digest)
    assert refused.value.code == "not-tried"
    with pytest.raises(Denied):
        actions.apply_enforcement(by=cast["omar"], run=actions.try_enforcement(by=grace, run=run), plan=run.digest)
    assert [outcome for outcome, _body in entries("warehouse.enforced")] == ["refused", "refused", "refused"]


def test_breaking_queries_must_be_accepted(shop, warehouse, logins, cast, monkeypatch):
    grace, ann = cast["grace"], shop.role("ann")
    shop.do(f"GRANT USAGE ON SCHEMA crm TO {ann}", f"GRANT SELECT ON crm.cust TO {ann}")
    query = replay.reading_of(ann, [("crm", "cust")], "a shape")
    monkeypatch.setattr(replay, "PROVIDERS", [lambda found: [query] if found.pk == warehouse.pk else []])
    with pytest.raises(Blocked) as refused:
        applied(grace, warehouse)
    assert refused.value.code == "queries-break"
    assert applied(grace, warehouse, accept_breaks=True).trial["count"] == 1


def test_a_running_grant_opens_its_columns_for_its_person(shop, warehouse, logins, cast):
    from datetime import date, timedelta

    grace, sam = cast["grace"], cast["sam"]
    dataset = catalog_dataset(warehouse, "crm.cust")
    catalog.appoint_owner(by=grace, of=dataset, person=cast["tom"])
    papers.reviewed(papers.dataset(dataset), cast["ravi"], grace, LEVELS)
    grant = actions.ask_access(
        by=sam, dataset=papers.dataset(dataset), purpose="service quality", columns=["id", "phone"],
        ends_on=date.today() + timedelta(days=9),
    )  # fmt: skip
    for person in (cast["tom"], grace):
        actions.approve_grant(by=person, grant=papers.grant(grant))
    applied(grace, warehouse)
    view = labels.aim_of(warehouse).wanted(shop.world()).views["v_l4", "cust"]
    assert view.personal == ((shop.role("sam"), ("id", "phone")),)
    actions.revoke_grant(by=grace, grant=papers.grant(grant), reason="no longer needed there")
    found = actions.verify_enforcement(by=grace, warehouse=warehouse)
    assert found.counts["wider"] > 0


def test_a_table_that_counts_for_more_than_its_columns_is_for_no_lower_grade(shop, warehouse, cast):
    """As when a combination of categories raised it: each column alone would be seen."""
    raise_level(catalog_dataset(warehouse, "crm.region"), 4, cast["grace"])
    wanted = labels.aim_of(warehouse).wanted(shop.world())
    assert {grade for (grade, name) in wanted.views if name == "region"} == {"v_l4", "v_l5"}
    assert wanted.tables["crm", "region"].is_protected
    assert {grade for (grade, name) in wanted.views if name == "cust"} == {f"v_l{n}" for n in (2, 3, 4, 5)}


def raise_level(dataset: Any, rank: int, by: Any) -> None:
    from guard import things
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    token = CURRENT.set(Acting("test.ground", by))
    things.set_level(papers.dataset(dataset).thing, rank)
    CURRENT.reset(token)


def catalog_dataset(warehouse: Any, name: str) -> Any:
    from catalog.models import Dataset

    return Dataset.objects.unrestricted("a test looks at what is there").get(warehouse=warehouse, qualified_name=name)


@pytest.mark.parametrize(("person", "status"), [("omar", 200), ("priya", 200), ("otto", 404)])
def test_who_may_not_see_every_table_sees_no_plan(shop, warehouse, logins, cast, person, status):
    run = actions.plan_enforcement(by=cast["grace"], warehouse=warehouse)
    client = Client()
    client.force_login(cast[person])
    page = client.get(f"/governance/warehouse/{warehouse.key}/")
    assert page.status_code == status
    may = person == "omar"
    assert (b"/runs/" in page.content) == may
    shown = client.get(f"/governance/warehouse/{warehouse.key}/runs/{run.pk}/")
    assert shown.status_code == (200 if may else 404)
    assert (b"phone" in shown.content) == may
    answer = client.get(f"/api/v1/warehouses/{warehouse.key}/runs/")
    assert answer.status_code == (200 if may else 404 if person == "otto" else 403)


def test_an_engineer_who_is_not_cleared_for_one_table_sees_no_plan(shop, warehouse, logins, cast):
    raise_level(catalog_dataset(warehouse, "crm.region"), 5, cast["grace"])
    run = actions.plan_enforcement(by=cast["grace"], warehouse=warehouse)
    client = Client()
    client.force_login(cast["ravi"])
    assert client.get(f"/governance/warehouse/{warehouse.key}/runs/{run.pk}/").status_code == 404
    assert b"/runs/" not in client.get(f"/governance/warehouse/{warehouse.key}/").content
    assert client.get(f"/api/v1/warehouses/{warehouse.key}/runs/").status_code == 403
    for verb in (actions.plan_enforcement, actions.verify_enforcement):
        with pytest.raises(Denied):
            verb(by=cast["ravi"], warehouse=warehouse)
    with pytest.raises(Denied):
        actions.try_enforcement(by=cast["ravi"], run=run)


def test_the_pages_walk_from_plan_to_apply_to_revert(shop, warehouse, logins, cast, run_outbox):
    client = Client()
    client.force_login(cast["grace"])
    home = f"/governance/warehouse/{warehouse.key}/"
    assert b"Nobody verified" in client.get(home).content
    run = client.post(f"{home}plan/")["Location"]
    page = client.get(run).content.decode()
    assert "CREATE ROLE" in page and "Who loses" in page and "Dry run" in page and "Apply this plan" not in page
    assert client.post(f"{run}try/").status_code == 303
    assert "Apply this plan" in client.get(run).content.decode()
    stored = EnforcementRun.objects.unrestricted("a test looks at what is there").get()
    assert client.post(f"{run}apply/", {"plan": "another"}).status_code == 412
    assert client.post(f"{run}apply/", {"plan": stored.digest, "reason": "agreed"}).status_code == 303
    assert run_outbox() >= 1
    assert client.post(f"{home}verify/").status_code == 303
    assert b"in step" in client.get(home).content
    assert client.post(f"{run}revert/", {"reason": ""}).status_code == 422
    assert client.post(f"{run}revert/", {"reason": "wrong day"}).status_code == 303
    assert shop.world().roles == {}
    assert (
        b"Superusers" in client.get(home).content or b"superuser" in client.get("/governance/warehouse/limits/").content
    )
    for address in ("/governance/warehouse/", "/governance/warehouse/limits/", run):
        assert client.get(address).status_code == 200


@pytest.fixture
def tried(warehouse, logins, cast):
    """A plan that Grace tried."""
    return actions.try_enforcement(
        by=cast["grace"], run=actions.plan_enforcement(by=cast["grace"], warehouse=warehouse)
    )


def asked(tried, client, cast):
    """Grace asks for it on the page."""
    client.force_login(cast["grace"])
    page = f"/governance/warehouse/{tried.warehouse.key}/runs/{tried.pk}/"
    assert client.post(f"{page}apply/", {"plan": tried.digest, "reason": "agreed"}).status_code == 303
    return page


def stored(run):
    return EnforcementRun.objects.unrestricted("a test looks at what is there").get(pk=run.pk)


def test_the_page_hands_the_plan_to_the_worker_and_shows_how_far_it_is(shop, tried, cast, client, run_outbox):
    page = asked(tried, client, cast)
    assert shop.world().roles == {} and stored(tried).state == "planned"
    shown = client.get(page).content.decode()
    assert "It is being applied" in shown and "Waiting for the worker" in shown and "Apply this plan" not in shown
    assert 'hx-trigger="every 2s"' in client.get(page, headers={"HX-Request": "true"}).content.decode()
    run_outbox()
    run = stored(tried)
    assert (run.state, run.applied_by) == ("applied", cast["grace"]) and shop.world().roles != {}
    shown = client.get(page).content.decode()
    assert "It is being applied" not in shown and "every 2s" not in shown and "Revert this run" in shown
    verbs = [verb for verb in ("warehouse.enforcement_begun", "warehouse.enforced") for _line in entries(verb)]
    assert verbs == ["warehouse.enforcement_begun", "warehouse.enforced"]


def test_a_plan_that_got_stale_before_the_worker_came_is_refused_then(shop, tried, cast, client, run_outbox):
    page = asked(tried, client, cast)
    raise_level(catalog_dataset(tried.warehouse, "crm.region"), 4, cast["grace"])
    run_outbox()
    assert stored(tried).state == "planned" and shop.world().roles == {}
    shown = client.get(page).content.decode()
    assert "It was not applied" in shown and "Look at a new plan." in shown


def test_a_warehouse_that_changed_before_the_worker_came_is_left_alone(shop, tried, cast, client, run_outbox):
    asked(tried, client, cast)
    shop.do("CREATE TABLE crm.late (id int)")
    run_outbox()
    job = Job.objects.get(uid=stored(tried).job)
    assert (job.state, job.result["code"]) == ("failed", "stale") and shop.world().roles == {}


def test_who_may_no_more_when_the_worker_comes_applies_nothing(shop, tried, cast, client, run_outbox):
    asked(tried, client, cast)
    User.objects.filter(pk=cast["grace"].pk).update(is_active=False)
    run_outbox()
    assert stored(tried).state == "planned" and shop.world().roles == {}
    assert Job.objects.get(uid=stored(tried).job).state == "failed"


def test_it_is_asked_for_once_and_carried_out_once(shop, tried, cast, client, run_outbox):
    page = asked(tried, client, cast)
    assert client.post(f"{page}apply/", {"plan": tried.digest, "reason": "again"}).status_code == 409
    run_outbox()
    job = Job.objects.get(uid=stored(tried).job)
    carry_out_enforcement(job_id=job.pk)
    assert [outcome for outcome, _body in entries("warehouse.enforced")] == ["done"]
    assert client.post(f"{page}apply/", {"plan": tried.digest, "reason": "again"}).status_code == 409


def test_what_the_verb_refuses_is_refused_when_it_is_asked_for(shop, warehouse, logins, cast):
    run = actions.plan_enforcement(by=cast["grace"], warehouse=warehouse)
    with pytest.raises(Blocked) as refused:
        actions.begin_enforcement(by=cast["grace"], run=run, plan=run.digest)
    assert refused.value.code == "not-tried"
    tried = actions.try_enforcement(by=cast["grace"], run=run)
    with pytest.raises(Stale):
        actions.begin_enforcement(by=cast["grace"], run=tried, plan="another")
    with pytest.raises(Denied):
        actions.begin_enforcement(by=cast["omar"], run=tried, plan=tried.digest)
    assert not Job.objects.exists()


def test_the_api_says_the_same_five_words(shop, warehouse, logins, cast):
    client = Client()
    client.force_login(cast["grace"])
    base = f"/api/v1/warehouses/{warehouse.name}/"

    def post(word: str, **body: Any) -> Any:
        return client.post(f"{base}{word}/", body, content_type="application/json")

    plan = post("plan").json()
    assert plan["count"] == len(plan["statements"]) > 20
    assert post("apply", run=plan["run"], plan=plan["plan"]).status_code == 409
    assert post("dry-run", run=plan["run"]).json()["trial"]["count"] == 0
    assert post("apply", run=plan["run"], plan=plan["plan"]).json()["state"] == "applied"
    verified = post("verify").json()
    assert verified["in_step"] and "names" in [row["id"] for row in verified["not_protected"]]
    shop.do(f"GRANT SELECT ON crm.cust TO {shop.role('ann')}")
    drift = post("verify").json()
    assert drift["counts"]["wider"] == 1 and drift["drift"][0]["code"] == "right-extra"
    assert post("revert", run=plan["run"]).status_code == 412
    shop.do(f"REVOKE SELECT ON crm.cust FROM {shop.role('ann')}")
    assert post("revert", run=plan["run"]).json()["state"] == "reverted"
    assert post("revert", run=plan["run"]).status_code == 409
    assert post("dry-run", run=10**9).status_code == 404


def test_the_command_line_prints_sql_and_exits_by_what_it_found(shop, warehouse, logins, cast, manage):
    words = ("govern", "warehouse", shop.name)
    text = manage(*words, "plan", by="omar")
    assert f'CREATE ROLE "{shop.names.owner}" NOLOGIN;' in text
    assert "0 would break" in manage(*words, "dry-run", by="omar")
    assert "Applied: run" in manage(*words, "apply", by="grace")
    assert "wider: 0" in manage(*words, "verify", by="grace")
    shop.do(f"GRANT SELECT ON crm.cust TO {shop.role('ann')}")
    with pytest.raises(SystemExit) as left:
        manage(*words, "verify", by="grace")
    assert left.value.code == 1
    assert json.loads(manage(*words, "plan", by="grace", json=True))["findings"][0]["drift"] == "wider"
    assert "Applied" in manage(*words, "apply", by="grace", accept_breaks=True)
    assert "Reverted: run" in manage(*words, "revert", by="grace")
    for what, by in (("apply", "omar"), ("verify", "sam")):
        with pytest.raises(CommandError):
            manage(*words, what, by=by)


def test_a_run_that_was_applied_and_not_written_down_is_found_again(shop, warehouse, logins, cast):
    grace = cast["grace"]
    run = applied(grace, warehouse)
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    token = CURRENT.set(Acting("test.ground", grace))  # as if our own database had lost the end of it
    EnforcementRun.objects.unrestricted("a test looks at what is there").update(
        state="planned", after_digest="", known={}
    )
    CURRENT.reset(token)
    actions.plan_enforcement(by=grace, warehouse=warehouse)
    again = desk.last_applied(warehouse)
    assert again is not None and again.pk == run.pk
    actions.revert_enforcement(by=grace, run=again, reason="taken back after all")
    assert shop.world().roles == {}


def test_names_that_are_taken_are_a_refusal_that_says_which(shop, warehouse, logins, cast):
    shop.do("CREATE SCHEMA v_l3")
    for verb in (actions.plan_enforcement, actions.verify_enforcement):
        with pytest.raises(Blocked, match="v_l3"):
            verb(by=cast["grace"], warehouse=warehouse)


def test_every_night_drift_is_found_and_told(shop, warehouse, logins, cast):
    from people.models import Notice

    User.objects.create(username="cli", name="Command line", is_service=True)
    applied(cast["grace"], warehouse)
    from governance.tasks import verify_warehouses

    shop.do("GRANT SELECT ON crm.cust TO PUBLIC")
    make_role("cli")
    verify_warehouses()
    assert [n.code for n in Notice.objects.unrestricted("a test looks").filter(person=cast["grace"])] == [
        "warehouse.drifted"
    ]
    verify_warehouses()  # once a day is enough
    assert desk.verifications(warehouse).count() == 1


def make_role(username: str) -> None:
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT
    from people.models import Clearance, RoleHeld

    user = User.objects.get(username=username)
    token = CURRENT.set(Acting("test.ground", user))
    RoleHeld.objects.create(person=user, role="data_engineer")
    Clearance.objects.create(person=user, rank=4)
    CURRENT.reset(token)
