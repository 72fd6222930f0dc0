"""Cases 18, 20, 49, 52 and 53: doors and tools that the product does not have, proved absent by enumeration."""

from __future__ import annotations

import ast
from pathlib import Path

from django.core.management import get_commands
from django.urls import get_resolver

ROOT = Path(__file__).parents[2]
ROOMS = ("guard", "web", "people", "catalog", "talk", "demand", "metrics", "prds", "governance", "usage", "trace",
         "exchange", "config")  # fmt: skip
CLIENTS = {"http.client", "urllib.request", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "socket",
           "telnetlib", "xmlrpc.client", "paramiko", "websockets"}  # fmt: skip
#: Who may speak to the network at all, and why: the address comes from the operator, never from a person's text.
MAY = {
    "people/sign_on": "signing on at the identity provider that the environment names",
}
ARCHIVES = {"zipfile", "tarfile", "shutil.unpack_archive", "gzip", "bz2", "lzma"}
MAY_OPEN_ARCHIVES = {
    "governance/evidence/pack.py": "writes evidence packs",
    "governance/evidence/verifier.py": "reads an evidence pack, in memory and by fixed names, on the auditor's machine",
}


def imported(file: Path) -> set[str]:
    """Modules that a file imports, with their parents."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found | {name.partition(".")[0] for name in found}


def files() -> list[Path]:
    return [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]


def users_of(modules: set[str]) -> dict[str, set[str]]:
    return {str(file.relative_to(ROOT)): hit for file in files() if (hit := imported(file) & modules)}


def test_case_49_nothing_of_ours_opens_an_address_that_a_person_typed() -> None:
    users = users_of(CLIENTS)
    assert {name for name in users if not name.startswith(tuple(MAY))} == set()


def test_case_49_this_test_sees_an_import_of_a_client(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("from urllib import request\nimport http.client as c\n", encoding="utf-8")
    assert imported(file) & CLIENTS == {"urllib.request", "http.client"}


def test_case_52_no_archive_of_others_is_unpacked() -> None:
    assert set(users_of(ARCHIVES)) <= set(MAY_OPEN_ARCHIVES)


def _addresses(patterns: object = None, prefix: str = "") -> list[str]:
    found: list[str] = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:  # type: ignore[attr-defined]
        here = prefix + str(entry.pattern)
        found += _addresses(entry.url_patterns, here) if hasattr(entry, "url_patterns") else [here]
    return found


def test_cases_18_and_53_there_is_no_door_for_agents() -> None:
    doors = [*_addresses(), *get_commands()]
    assert len(doors) > 200
    assert not [door for door in doors if "mcp" in door.lower() or "agent" in door.lower()]


def test_case_20_there_is_no_admin_site() -> None:
    from django.apps import apps

    assert not apps.is_installed("django.contrib.admin")
    assert not [address for address in _addresses() if address.startswith("admin")]


def test_case_17_there_is_no_feed_calendar_share_link_or_embedding() -> None:
    words = ("rss", "atom", "feed", "ical", ".ics", "share", "embed", "oembed")
    assert not [address for address in _addresses() if any(word in address.lower() for word in words)]
