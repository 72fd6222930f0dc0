"""First stage of reading: the outer shape of an artifact typed, its nodes left as raw bytes (performance.md 6).

A node is decoded only when it is looked at, so that a manifest costs little more memory than the file itself.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from exchange.problems import N_, Problem, Rules, problem

MAX_BYTES = 1024 * 1024 * 1024
RAW = msgspec.Raw

RULES: Rules = {
    "DBT-1": ("error", N_("The %(artifact)s has %(size)s bytes; the limit is %(limit)s.")),
    "DBT-2": ("error", N_("The %(artifact)s is not JSON of the expected shape: %(reason)s.")),
    "DBT-3": ("error", N_("The file is no dbt %(artifact)s; it says “%(found)s”.")),
    "DBT-4": ("error", N_("Manifest version %(version)s is not read; 4 to 12 are.")),
    "DBT-5": ("warning", N_("The %(artifact)s is empty, so what it would tell is unknown.")),
    "DBT-6": ("warning", N_("The entry cannot be read and is left out: %(reason)s.")),
    "DBT-7": ("info", N_("%(count)s datasets have no owner.")),
    "DBT-8": ("warning", N_("The classification “%(word)s” is not known here; it stays unclassified.")),
    "DBT-9": ("info", N_("The catalog has %(count)s entries that the manifest does not have.")),
    "DBT-10": ("info", N_("“%(first)s” and “%(second)s” are the same table and become one dataset.")),
    "DBT-12": (
        "warning",
        N_(
            "%(count)s models come without compiled SQL, so nobody knows which columns they read: each counts as strict"
            " as all that it reads. Run “dbt compile” and import the manifest again."
        ),
    ),
    "DBT-11": ("warning", N_("Catalog version %(version)s is not known; it is read like version 1.")),
}


class Metadata(msgspec.Struct, gc=False):
    """The head of every artifact."""

    dbt_schema_version: str = ""
    dbt_version: str | None = None
    generated_at: str | None = None
    adapter_type: str | None = None
    project_name: str | None = None


class Manifest(msgspec.Struct):
    """manifest.json; unknown keys (macros, docs …) are skipped without being built."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    nodes: dict[str, RAW] = msgspec.field(default_factory=dict)
    sources: dict[str, RAW] = msgspec.field(default_factory=dict)
    exposures: dict[str, RAW] | None = None
    metrics: dict[str, RAW] | None = None
    semantic_models: dict[str, RAW] | None = None
    groups: dict[str, RAW] | None = None
    saved_queries: dict[str, RAW] | None = None
    unit_tests: dict[str, RAW] | None = None
    parent_map: dict[str, list[str]] | None = None


class Catalog(msgspec.Struct):
    """catalog.json."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    nodes: dict[str, RAW] | None = None
    sources: dict[str, RAW] | None = None


class RunResults(msgspec.Struct):
    """run_results.json."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    results: list[RAW] | None = None


class SemanticManifest(msgspec.Struct):
    """semantic_manifest.json."""

    semantic_models: list[RAW] | None = None
    metrics: list[RAW] | None = None


class ArtifactFault(Exception):
    """An artifact that cannot be used; carries the finding."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.sentence)
        self.problem = found


@contextmanager
def opened(source: Path | bytes, artifact: str, max_bytes: int) -> Iterator[Any]:
    """Give the bytes of an artifact, a path by memory map.

    Args:
        source: a path or the bytes.
        artifact: its name, for the finding.
        max_bytes: larger ones are refused before a byte is parsed.

    Yields:
        A buffer; empty for an empty file. What is decoded from it must not outlive the block.

    Raises:
        ArtifactFault: when it is larger than allowed.
        OSError: when the path cannot be opened.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > max_bytes:
        raise ArtifactFault(problem(RULES, "DBT-1", (artifact,), 0, artifact=artifact, size=size, limit=max_bytes))
    if isinstance(source, bytes) or size == 0:
        yield source if isinstance(source, bytes) else b""
        return
    with source.open("rb") as file:
        # not closed by hand: raw nodes hold the map, which goes with the last of them
        yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def decode(data: Any, shape: type[Any], artifact: str) -> Any:
    """Decode the outer shape of an artifact.

    Raises:
        ArtifactFault: when the text is not JSON or not of that shape.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise ArtifactFault(problem(RULES, "DBT-2", (artifact,), 0, artifact=artifact, reason=str(fault))) from fault


def is_empty(data: Any) -> bool:
    """Whether an artifact holds nothing at all (a catalog of no run)."""
    return not bytes(data[:64]).strip() or bytes(data[:64]).strip() in (b"{}", b"null")


def version_of(metadata: Metadata, artifact: str) -> int:
    """The number in ``…/dbt/manifest/v12.json``; 0 when the address does not say.

    Raises:
        ArtifactFault: when the address names another artifact.
    """
    address = metadata.dbt_schema_version
    if f"/{artifact}/v" not in address:
        raise ArtifactFault(problem(RULES, "DBT-3", ("metadata",), 0, artifact=artifact, found=address))
    digits = address.rsplit("/v", 1)[-1].removesuffix(".json")
    return int(digits) if digits.isdigit() else 0
