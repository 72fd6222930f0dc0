"""People and machines are told apart by a rule that is data and says why."""

from __future__ import annotations

import pytest

from usage.logs.people import ActorRule


@pytest.mark.parametrize(
    ("user", "application", "kind"),
    [
        ("omar", "psql", "human"),
        ("sam", "DBeaver 24.1 - SQLEditor", "human"),
        ("sam", "", "human"),
        ("sabina", "psql", "human"),
        ("abbot", "", "human"),
        ("sam", "dbt", "schedule"),
        ("sam", "Airflow worker", "schedule"),
        ("sam", "Metabase v0.50", "service"),
        ("svc_reports", "", "service"),
        ("reports-bot", "psql", "service"),
        ("loader@shop.iam.gserviceaccount.com", "", "service"),
        ("postgres", "psql", "service"),
        ("svc_reports", "pg_cron", "schedule"),
        ("", "psql", "service"),
        ("", "dbt", "schedule"),
        ("METABASE", "", "service"),
    ],
)
def test_the_usual_rule_tells_people_from_machines(user: str, application: str, kind: str) -> None:
    assert ActorRule().kind(user, application) == kind


def test_registered_accounts_and_people_win_over_patterns() -> None:
    rule = ActorRule(accounts=["Omar"], people=["svc_smith"])
    assert rule.why("omar", "psql") == ("service", "registered account")
    assert rule.why("omar", "dbt") == ("schedule", "registered account")
    assert rule.why("SVC_Smith", "Metabase") == ("human", "registered person")


def test_the_patterns_are_data_of_the_organisation() -> None:
    rule = ActorRule(service_users=[r"^x\d+$"], service_applications=[], schedule_applications=[r"nightly"])
    assert (rule.kind("x12"), rule.kind("svc_x"), rule.kind("sam", "Nightly 3")) == ("service", "human", "schedule")
    assert rule.why("x12")[1] == r"user matches ^x\d+$"
