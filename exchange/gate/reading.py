"""From paths to what the gate judges: which reader a file needs; what cannot be read is a finding, never silence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from exchange.gate.model import Material, Options
from exchange.gate.read_dbt import read_dbt
from exchange.gate.read_odcs import read_contract
from exchange.gate.read_sql import read_sql
from exchange.gate.words import unreadable
from exchange.odcs.sniff import NAMES, sniff
from exchange.odcs.strict import load

TEXTS = {".yaml", ".yml", ".json"}
_SKIPPED = {"node_modules", "dbt_packages", "__pycache__"}
_IS_MANIFEST = b"/dbt/manifest/"


def read_paths(paths: Sequence[str], options: Options) -> Material:
    """Read every path.

    Args:
        paths: files, dbt folders (with manifest.json or target/manifest.json), folders of contracts and DDL.
        options: dialect and words.

    Returns:
        The material. Never raises for content.

    Raises:
        ValueError: a path that is not there or is neither file nor folder.
    """
    material = Material()
    for shown in dict.fromkeys(paths):
        path = Path(shown)
        if path.is_dir():
            _folder(path, material, options)
        elif path.is_file():
            _guarded(path, material, options, is_named=True)
        else:
            raise ValueError(f"{shown} is not a file or folder.")
    return material


def _folder(top: Path, material: Material, options: Options) -> None:
    if (top / "manifest.json").is_file():
        _guarded(top / "manifest.json", material, options, is_named=True)
        return
    for folder, below, names in os.walk(top):
        here = Path(folder)
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _SKIPPED)
        if "dbt_project.yml" in names:
            below.clear()
            _project(here, material, options)
        elif "manifest.json" in names and _is_manifest(here / "manifest.json"):
            below.clear()
            _guarded(here / "manifest.json", material, options, is_named=True)
        else:
            for name in sorted(names):
                if Path(name).suffix.lower() in TEXTS | {".sql"} and (here / name).is_file():
                    _guarded(here / name, material, options, is_named=False)


def _project(folder: Path, material: Material, options: Options) -> None:
    """A dbt project's own folder: judged by the manifest that dbt made of it."""
    manifest = folder / "target" / "manifest.json"
    if manifest.is_file():
        _guarded(manifest, material, options, is_named=True)
        return
    shown = str(folder / "dbt_project.yml")
    material.files.append(shown)
    material.findings.append(unreadable(shown, 1, "the project has no target/manifest.json; run dbt compile before"))


def _is_manifest(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _IS_MANIFEST in file.read(4096)
    except OSError:
        return True  # the reader says why


def _guarded(path: Path, material: Material, options: Options, *, is_named: bool) -> None:
    """Read one file; whatever is wrong with it becomes a finding at its place."""
    try:
        _file(path, material, options, is_named=is_named)
    except OSError as fault:
        material.findings.append(unreadable(str(path), 1, fault.strerror or "it cannot be opened"))
    except RecursionError:
        material.findings.append(unreadable(str(path), 1, "it is nested too deeply"))


def _file(path: Path, material: Material, options: Options, *, is_named: bool) -> None:
    shown, ending = str(path), path.suffix.lower()
    if path.name == "manifest.json":
        material.files.append(shown)
        read_dbt(path, shown, options, material)
    elif ending == ".sql":
        material.files.append(shown)
        read_sql(path.read_bytes(), shown, options, material)
    elif ending in TEXTS:
        _text(path, material, options, is_named=is_named)
    else:
        material.files.append(shown)
        material.findings.append(unreadable(shown, 1, "it is no YAML, JSON or SQL file"))


def _text(path: Path, material: Material, options: Options, *, is_named: bool) -> None:
    shown = str(path)
    document = load(path.read_bytes())
    kind = sniff(document.value).kind
    is_list = isinstance(document.value, list) and not is_named  # no contract, whatever it is
    if kind in ("odcs", "dcs") or not (document.is_readable or is_list):
        material.files.append(shown)
        read_contract(document, shown, options, material)
    elif kind == "dbt-manifest":
        material.files.append(shown)
        read_dbt(path, shown, options, material)
    elif is_named:
        material.files.append(shown)
        material.findings.append(unreadable(shown, 1, f"it is {NAMES[kind]}, which the gate does not judge"))
    else:
        material.passed_over.append(shown)
