"""docs/reference/settings.md and config/settings.py name the same variables."""

from __future__ import annotations

import re

from tests.house.ground import ROOT

PAGE = ROOT / "docs" / "reference" / "settings.md"


def test_every_variable_is_explained_and_every_explained_variable_is_read() -> None:
    code = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), re.M)
    assert len(rows) == len(set(rows)), "a variable is explained twice"
    assert read == set(rows)


def test_the_rooms_read_no_environment_of_their_own() -> None:
    """One file knows the environment; warehouses are named by data and looked up in one place."""
    allowed = {"config/settings.py", "config/celery.py", "config/wsgi.py", "manage.py"}
    allowed |= {"people/management/commands/people.py"}
    allowed |= {"web/views.py"}  # PROMETHEUS_MULTIPROC_DIR is a word of prometheus-client
    from tests.house.ground import ROOMS

    readers = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text())
    }
    assert {name for name in readers if not name.startswith("catalog/warehouse")} <= allowed
