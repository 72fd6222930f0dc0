"""A large manifest costs about its own size in memory, not six times that (performance.md 6, bar B4)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.exchange.corpus import ROOT

MODELS = 4000
PROBE = """
import resource, sys
from pathlib import Path
from exchange.dbt.reader import read_project
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
reading = read_project(Path(sys.argv[1]))
sys.stdout.write(f"{peak() - before} {len(reading.project.datasets)}")
"""


def test_reading_costs_at_most_one_and_a_half_times_the_file(tmp_path: Path) -> None:
    columns = {
        f"c{n}": {"name": f"c{n}", "description": "What it is. " * 4, "meta": {}, "data_type": None, "constraints": [],
                  "quote": None, "config": {"meta": {}, "tags": []}, "tags": [], "doc_blocks": []}
        for n in range(12)
    }  # fmt: skip
    nodes = {
        f"model.p.m{n}": {
            "unique_id": f"model.p.m{n}", "resource_type": "model", "name": f"m{n}", "database": "d", "schema": "s",
            "package_name": "p", "config": {"materialized": "table"}, "columns": columns,
            "raw_code": "select 1\n" * 200, "compiled_code": "select 1\n" * 200,
        }
        for n in range(MODELS)
    }  # fmt: skip
    address = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"metadata": {"dbt_schema_version": address}, "nodes": nodes}))
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    grown, count = map(int, done.stdout.split())
    assert count == MODELS
    assert grown <= 1.5 * path.stat().st_size, f"{grown / path.stat().st_size:.2f} times the file"
