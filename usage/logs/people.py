"""People and machines apart: a rule made of data, so that an organisation can see and change it.

Usage rates count people (domain.md 1.2). A dashboard's service account, a nightly job and a person are three kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["human", "service", "schedule"]

# Case is ignored; each is searched in the whole name.
SCHEDULE_APPLICATIONS = (
    r"\bdbt\b", r"airflow", r"dagster", r"prefect", r"\bcron\b", r"celery", r"schedul", r"\bjob\b", r"luigi", r"oozie",
    r"pg_cron", r"pgagent",
)  # fmt: skip
SERVICE_APPLICATIONS = (
    r"metabase", r"superset", r"tableau", r"looker", r"power\s?bi", r"grafana", r"redash", r"fivetran", r"airbyte",
    r"debezium", r"pg_dump", r"pg_restore", r"pg_basebackup", r"walreceiver", r"prometheus", r"exporter", r"datadog",
    r"gunicorn", r"^throughline\b", r"backend$", r"-api$", r"monitor",
)  # fmt: skip
SERVICE_USERS = (
    r"^(?:svc|service|srv|sa|app|bot|etl|robot|system|batch)[-_.]",
    r"[-_.](?:svc|service|srv|sa|bot|etl|batch|ro|app)$",
    r"^(?:postgres|root|admin|dbt|airflow|metabase|superset|grafana|replicator|rdsadmin|cloudsqladmin)$",
    r"\.gserviceaccount\.com$", r"^\$|\$$",
)  # fmt: skip


@dataclass(slots=True)
class ActorRule:
    """Who is a person.

    ``accounts`` are registered service accounts (exact user names, case ignored) and win over everything; ``people``
    are users known to be persons and win over patterns. A user that nothing names is a person: a machine is only what
    the rule says, so that a forgotten account shows up as a strange person and not as silence.
    """

    accounts: Iterable[str] = ()
    people: Iterable[str] = ()
    schedule_applications: Iterable[str] = SCHEDULE_APPLICATIONS
    service_applications: Iterable[str] = SERVICE_APPLICATIONS
    service_users: Iterable[str] = SERVICE_USERS
    _memo: dict[tuple[str, str], tuple[ActorKind, str]] = field(default_factory=dict)

    def kind(self, user: str, application: str = "") -> ActorKind:
        """``human``, ``service`` or ``schedule``."""
        return self.why(user, application)[0]

    def why(self, user: str, application: str = "") -> tuple[ActorKind, str]:
        """The kind and the part of the rule that decided, in words for a page.

        Args:
            user: the account that ran the statement; empty counts as a service, nobody can be credited.
            application: what the connection called itself.
        """
        key = (user.strip().lower(), application.strip().lower())
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) > 100_000:
                self._memo.clear()
            found = self._memo[key] = self._decide(*key)
        return found

    def _decide(self, user: str, application: str) -> tuple[ActorKind, str]:
        scheduled = _first(self.schedule_applications, application)
        if not user:
            return ("schedule" if scheduled else "service"), "no user"
        if user in {account.lower() for account in self.accounts}:
            return ("schedule" if scheduled else "service"), "registered account"
        if user in {person.lower() for person in self.people}:
            return "human", "registered person"
        if scheduled:
            return "schedule", f"application matches {scheduled}"
        for patterns, text, word in (
            (self.service_applications, application, "application"),
            (self.service_users, user, "user"),
        ):
            pattern = _first(patterns, text)
            if pattern:
                return "service", f"{word} matches {pattern}"
        return "human", "nothing says otherwise"


def _first(patterns: Iterable[str], text: str) -> str:
    return next((pattern for pattern in patterns if re.search(pattern, text, re.IGNORECASE)), "") if text else ""
