"""The embedded PostgreSQL: made once, started on a private socket, with the roles that the product needs.

Roles: `throughline_owner` owns the database and migrates; `throughline_app` is what the product connects as;
`warehouse_admin` owns the database `demo_warehouse` and makes reader roles there; `warehouse_reader` reads it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from script.stack import binaries, places
from script.stack.children import spawn, tail, wait_until

DATABASE = "throughline"
WAREHOUSE = "demo_warehouse"
LOG_PREFIX = "%m [%p] user=%u,db=%d,app=%a "


@dataclass(frozen=True)
class Postgres:
    """One cluster: `data` is its folder, `sockets` where it listens; `throwaway` gives up safety for speed (tests)."""

    data: Path
    sockets: Path
    throwaway: bool = False

    @property
    def logs(self) -> Path:
        """The folder of the server's statement logs (stderr and csv form)."""
        return self.data.parent / f"{self.data.name}-log"

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """A URL that libpq, psycopg and `config.databases` all read: the socket folder is the quoted host."""
        return f"postgres://{role}:{password}@{quote(str(self.sockets), safe='')}/{database}"

    def urls(self) -> dict[str, str]:
        """The environment variables that name this cluster."""
        known = places.made_secrets()
        return {
            "DATABASE_URL": self.url("throughline_app", known["app"]),
            "DATABASE_OWNER_URL": self.url("throughline_owner", known["owner"]),
            "WAREHOUSE_DEMO_URL": self.url("warehouse_reader", known["warehouse_reader"], WAREHOUSE),
            "WAREHOUSE_DEMO_ADMIN_URL": self.url("warehouse_admin", known["warehouse_admin"], WAREHOUSE),
            "WAREHOUSE_DEMO_LOG": str(self.logs),
        }

    def prepare(self) -> None:
        """Make the cluster when it is missing; an interrupted making leaves nothing behind."""
        if (self.data / "PG_VERSION").exists():
            return
        places.owned_dir(self.data.parent, mode=0o755)
        fresh = self.data.with_name(f"{self.data.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        places.owned_dir(fresh)
        with tempfile.NamedTemporaryFile("w", dir="/tmp", prefix="throughline-") as secret:
            secret.write(places.made_secrets()["superuser"])
            secret.flush()
            os.chown(secret.name, places.server_account().uid, -1) if places.IS_ROOT else None
            self._initdb(fresh, secret.name)
        fresh.rename(self.data)

    def _initdb(self, folder: Path, password_file: str) -> None:
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.postgres_major() >= 17 else []
        words = [
            binaries.postgres_bin() / "initdb",
            "-D",
            folder,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            *provider,
        ]
        words += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync", "--no-instructions"]
        account = places.server_account()
        who = {"user": account.uid, "group": account.gid, "extra_groups": []} if places.IS_ROOT else {}
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, cwd="/", check=False, **who)  # type: ignore[call-overload]
        if done.returncode:
            raise SystemExit(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")

    def argv(self) -> list[str]:
        """The command that runs the server in the foreground, with every setting that differs from the default."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "shared_preload_libraries": "pg_stat_statements",
            "dynamic_shared_memory_type": "posix" if _roomy_shared_memory() else "mmap",
            "max_connections": "120",
            "max_locks_per_transaction": "256",  # a plan for thousands of tables is one transaction
            "shared_buffers": "256MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "scram_iterations": "16",  # our passwords are 256 random bits: more rounds would only slow connections
            "logging_collector": "on",
            "log_directory": str(self.logs),
            "log_filename": "postgresql-%Y-%m-%d.log",
            "log_destination": "stderr,csvlog",
            "log_file_mode": "0640",
            "log_line_prefix": LOG_PREFIX,
        }
        if binaries.postgres_major() < 16:
            del settings["scram_iterations"]
        if self.throwaway:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal"}
            settings |= {"max_wal_senders": "0", "autovacuum": "off", "checkpoint_timeout": "1h"}
        words = [str(binaries.postgres_bin() / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        return words

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; a crashed one's memory may need a second to go away.

        Raises:
            SystemExit: it does not come up; the message carries the log's tail.
        """
        self.prepare()
        places.owned_dir(self.logs, mode=0o755)
        deadline = time.monotonic() + 10
        while True:
            process = self.spawn(log)
            wait_until(lambda: self.answers() or process.poll() is not None, seconds=120)  # noqa: B023
            if process.poll() is None and self.answers():
                return process
            if time.monotonic() > deadline or "is still in use" not in tail(log):
                raise SystemExit(f"PostgreSQL does not start. The end of its log ({log}):\n{tail(log)}")
            time.sleep(0.2)

    def spawn(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server without waiting."""
        return spawn(
            self.argv(), account=places.server_account(), log=log, death_signal=signal.SIGINT, env=_plain_env()
        )

    def answers(self) -> bool:
        """Whether the server accepts connections."""
        words = [str(binaries.postgres_bin() / "pg_isready"), "-q", "-h", str(self.sockets)]
        return (self.sockets / ".s.PGSQL.5432").exists() and subprocess.run(words, check=False).returncode == 0

    def psql(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL as the superuser (set-up only) and return its unaligned output."""
        env = _plain_env() | {"PGPASSWORD": places.made_secrets()["superuser"]}
        words = [
            str(binaries.postgres_bin() / "psql"),
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self.sockets),
            "-U",
            "postgres",
        ]
        done = subprocess.run(
            [*words, "-d", database, "-f", "-"], input=sql, capture_output=True, text=True, env=env, check=False
        )
        if done.returncode:
            raise SystemExit(f"psql failed: {done.stderr}")
        return done.stdout.strip()

    def make_roles(self) -> str:
        """Make roles and databases that are missing; returns the cluster's identity (for stamps)."""
        identity = self.data / "throughline-identity"
        if identity.exists():
            return identity.read_text()
        known = places.made_secrets()
        roles = {
            "throughline_owner": ("LOGIN CREATEDB", known["owner"]),
            "throughline_app": ("LOGIN", known["app"]),
            "warehouse_admin": ("LOGIN CREATEROLE", known["warehouse_admin"]),
            "warehouse_reader": ("LOGIN", known["warehouse_reader"]),
        }
        present = set(self.psql("SELECT rolname FROM pg_roles").split())
        for role, (rights, password) in roles.items():
            verb = "ALTER" if role in present else "CREATE"
            self.psql(f"{verb} ROLE {role} {rights} PASSWORD '{password}'")
        present = set(self.psql("SELECT datname FROM pg_database").split())
        for database, owner in ((DATABASE, "throughline_owner"), (WAREHOUSE, "warehouse_admin")):
            if database not in present:
                self.psql(f"CREATE DATABASE {database} OWNER {owner} TEMPLATE template0")
            self.psql(
                f"REVOKE ALL ON DATABASE {database} FROM PUBLIC; ALTER SCHEMA public OWNER TO {owner};"
                "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;",
                database=database,
            )
        self.psql(
            f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO throughline_app;"
            f"GRANT CONNECT ON DATABASE {WAREHOUSE} TO warehouse_reader;"
            "GRANT pg_read_all_stats TO warehouse_admin;"
        )
        if binaries.postgres_major() >= 15:  # so that warehouse_admin may have its readers' statements logged
            self.psql(
                "GRANT SET ON PARAMETER log_statement, log_min_duration_statement, log_duration TO warehouse_admin"
            )
        name = self.psql("SELECT system_identifier FROM pg_control_system()")
        identity.write_text(name)
        return name


def _plain_env() -> dict[str, str]:
    """What a server needs of the environment; PG* variables of the caller must not steer it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"}


def _roomy_shared_memory() -> bool:
    """Whether /dev/shm has 512 MB free (containers often give 64 MB; then the data folder is used)."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return False
    return found.f_bavail * found.f_frsize >= 512 * 2**20
