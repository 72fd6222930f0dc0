"""A real warehouse for one test: its own database, enforcement login, owner and readers; gone afterwards."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import psycopg

from governance.enforcement import apply as applying
from governance.enforcement import plan as planning
from governance.enforcement import reading
from governance.enforcement.aim import Aim
from governance.enforcement.names import Names
from governance.enforcement.plan import Plan
from governance.enforcement.session import looking, sitting
from governance.enforcement.verify import Verdict, verify
from governance.enforcement.wanted import Label, Personal
from governance.enforcement.world import Known, World

SECRET = "a reader's password"
TABLES = """
CREATE SCHEMA crm;
CREATE TABLE crm.cust (id bigint PRIMARY KEY, city text, name text, phone text, born date);
INSERT INTO crm.cust
    SELECT n, 'Ostend', 'Person ' || n, '000-' || n, date '1970-01-01' + n FROM generate_series(1, 20) n;
CREATE TABLE crm.region (id int PRIMARY KEY, label text);
INSERT INTO crm.region VALUES (1, 'north'), (2, 'south');
"""
LABELS = (
    Label("crm", "cust", {"id": 2, "city": 2, "name": 3, "phone": 4, "born": 4}, dataset="DS-1001"),
    Label("crm", "region", {"id": 1, "label": 2}, dataset="DS-1002"),
)


def superuser_secret() -> str:
    """The checkout's secrets lie above the folder of this run (script.stack.suite)."""
    return str(json.loads((Path(os.environ["STATE_DIR"]).parents[2] / "secrets.json").read_text())["superuser"])


def is_there() -> bool:
    """Whether the embedded server is: enforcement is tested against a real PostgreSQL, as its superuser sets it up."""
    return "WAREHOUSE_DEMO_LOG" in os.environ


@dataclass
class Shop:
    """One warehouse under attack.

    Args:
        mark: ends the name of every role, so that tests side by side do not meet.
    """

    monkeypatch: Any
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    labels: tuple[Label, ...] = LABELS
    grades: dict[str, int] = field(default_factory=dict)
    personal: tuple[Personal, ...] = ()
    product: str = ""
    known: Known = field(default_factory=Known)

    def __post_init__(self) -> None:
        self.name, self.database = f"w{self.mark}", f"wh_{self.mark}"
        self.admin = self.role("admin")
        self.names = Names(self.name)
        self.host = psycopg.conninfo.conninfo_to_dict(os.environ["WAREHOUSE_DEMO_ADMIN_URL"])["host"]
        self.links: list[Any] = []

    def role(self, name: str) -> str:
        return f"{name}_{self.mark}"

    def grade(self, rank: int) -> str:
        return self.names.role(rank)

    # -- ground
    def open(self) -> None:
        """Make the database; `ann` and `bob` can sign in."""
        with self.super("postgres") as top:
            top.execute(f"CREATE ROLE {self.admin} LOGIN CREATEROLE PASSWORD '{SECRET.replace(chr(39), chr(39) * 2)}'")
            top.execute(f"GRANT pg_read_all_stats TO {self.admin}")
            top.execute(f"CREATE DATABASE {self.database} OWNER {self.admin} TEMPLATE template0")
            top.execute(f"REVOKE ALL ON DATABASE {self.database} FROM PUBLIC")
        with self.super() as top:
            top.execute("CREATE EXTENSION pg_stat_statements")
            top.execute(f"ALTER SCHEMA public OWNER TO {self.admin}")
        url = f"postgres://{self.admin}:{quote(SECRET)}@{quote(self.host, safe='')}/{self.database}"
        self.monkeypatch.setenv(f"WAREHOUSE_{self.name.upper()}_ADMIN_URL", url)
        self.do(TABLES)
        for login in ("ann", "bob"):
            self.add_login(login)

    def close(self) -> None:
        for link in self.links:
            link.close()
        with self.super("postgres") as top:
            top.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            roles = top.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"%{self.mark}%"]).fetchall()
            for (role,) in roles:
                top.execute(psycopg.sql.SQL("DROP OWNED BY {}").format(psycopg.sql.Identifier(role)))
                top.execute(psycopg.sql.SQL("DROP ROLE {}").format(psycopg.sql.Identifier(role)))

    def super(self, database: str = "") -> Any:
        """As the superuser."""
        return psycopg.connect(
            host=self.host, user="postgres", password=superuser_secret(),
            dbname=database or self.database, autocommit=True,
        )  # fmt: skip

    def do(self, *statements: str) -> None:
        """As the enforcement login, which owns the tables at first."""
        with self.sign_in(self.admin, keep=False) as link:
            for statement in statements:
                link.execute(statement)

    def add_login(self, name: str) -> str:
        login, secret = self.role(name), SECRET.replace("'", "''")
        self.do(
            f"CREATE ROLE {login} LOGIN PASSWORD '{secret}'", f"GRANT CONNECT ON DATABASE {self.database} TO {login}"
        )
        return login

    def sign_in(self, login: str, *, keep: bool = True) -> Any:
        link = psycopg.connect(host=self.host, user=login, password=SECRET, dbname=self.database, autocommit=True)
        if keep:
            self.links.append(link)
        return link

    def ask(self, login: str, statement: str) -> list[tuple[Any, ...]]:
        """What one statement gives to a reader."""
        with self.sign_in(login, keep=False) as link:
            return link.execute(statement).fetchall()

    # -- the verbs
    @property
    def aim(self) -> Aim:
        return Aim(self.names, self.labels, self.grades, self.personal, self.product)

    def world(self) -> World:
        with sitting(self.name) as link, looking(link):
            return reading.read(link, self.names, self.aim.managed)

    def plan(self) -> Plan:
        with sitting(self.name) as link, looking(link):
            world = reading.read(link, self.names, self.aim.managed)
            wanted = self.aim.wanted(world)
            texts = reading.view_texts(link, planning.replaced(planning.compare(world, wanted, self.known)))
            self.texts = texts
            return planning.make(world, wanted, self.known, texts)

    def apply(self, plan: Plan | None = None, **more: Any) -> Plan:
        """Plan and apply; keeps what the next run may trust."""
        plan = plan or self.plan()
        self.before = orjson.loads(orjson.dumps(self.world().state(ours=self.names.schemas)))
        with sitting(self.name) as link:
            done = applying.apply(link, plan, self.aim, run="1", **more)
        self.known_before, self.known, self.after, self.done = self.known, done.known, done.world.digest, done
        return plan

    def revert(self, plan: Plan) -> World:
        with sitting(self.name) as link:
            world = applying.revert(
                link, plan.inverse, self.aim, before=self.before, after=self.after, texts=self.texts,
                managed=self.aim.managed,
            )  # fmt: skip
        self.known = self.known_before
        return world

    def verify(self) -> Verdict:
        with sitting(self.name) as link:
            return verify(link, self.aim, self.known)

    def drift(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """(code, thing, who) of every difference, by class; the mark of this test is left out of names."""
        found: dict[str, list[tuple[str, str, str]]] = {"wider": [], "narrower": [], "unknown": []}
        for one in self.verify().drift:
            found[one.drift].append((one.code, one.thing, one.who.replace(f"_{self.mark}", "")))
        return found
