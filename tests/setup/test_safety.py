"""A production start with an unsafe setting is refused, with the line to mend."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from script.stack.places import ROOT

SAFE = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "data.example",
    "DATABASE_URL": "postgres://app:x@db.example/throughline",
    "BROKER_URL": "redis://broker.example/0",
}


def load(**changes: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"]} | SAFE | changes
    code = "import config.settings as s; print(s.DATABASES['default']['USER'], s.SESSION_COOKIE_SECURE, s.DEBUG)"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_a_safe_production_start_loads():
    done = load()
    assert done.stdout.split() == ["app", "True", "False"], done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "short", "SECRET_KEY is a default or too short"),
        ("SECRET_KEY", "local-" + "k" * 60, "SECRET_KEY is a default or too short"),
        ("DEBUG", "1", "DEBUG is on"),
        ("THROUGHLINE_DEMO", "1", "THROUGHLINE_DEMO is on"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is empty or open"),
        ("ALLOWED_HOSTS", "data.example,*", "ALLOWED_HOSTS is empty or open"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("BROKER_URL", "", "BROKER_URL is not set"),
        ("OIDC_ONLY", "1", "nobody could sign in: set OIDC_SERVER_URL"),
    ],
)
def test_an_unsafe_setting_is_refused_and_named(name, value, sentence):
    done = load(**{name: value})
    assert done.returncode != 0
    assert sentence in done.stderr


def test_the_owner_is_used_only_when_asked_for():
    owner = {"DATABASE_OWNER_URL": "postgres://boss:x@db.example/throughline"}
    assert load(**owner).stdout.split()[0] == "app"
    assert load(**owner, THROUGHLINE_ROLE="owner").stdout.split()[0] == "boss"


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("f" * 60)
    env = {"SECRET_KEY_FILE": str(tmp_path / "key"), "SECRET_KEY": ""}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.SECRET_KEY[:3])"],
        cwd=ROOT, env={"PATH": os.environ["PATH"]} | {k: v for k, v in (SAFE | env).items() if v},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "fff", done.stderr
