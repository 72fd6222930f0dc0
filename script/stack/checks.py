"""The checks that no tool brings: import contracts, OpenAPI snapshot, documents, locks, clean files."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path

from script.stack.places import ROOT

SNAPSHOT = ROOT / "docs" / "reference" / "openapi.json"
LOCKED_FROM = ROOT / "requirements" / "locked-from.txt"


def imports(_words: list[str]) -> list[str]:
    """Run import-linter; its console script is started by its function (a moved environment has stale scripts)."""
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip()]


def openapi(words: list[str]) -> list[str]:
    """Compare the generated OpenAPI document with the committed one; with --fix store it."""
    import django

    sys.path.insert(0, str(ROOT))
    django.setup()
    import json

    from drf_spectacular.generators import SchemaGenerator

    complaints = io.StringIO()
    with redirect_stderr(complaints):
        schema = SchemaGenerator().get_schema(request=None, public=True)
    text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    if "--fix" in words:
        SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
        SNAPSHOT.write_text(text)
        return []
    faults = [line for line in complaints.getvalue().splitlines() if "Error" in line or "identical names" in line]
    if not SNAPSHOT.exists():
        return faults + (
            ["docs/reference/openapi.json is missing: script/check openapi --fix"] if schema["paths"] else []
        )
    if SNAPSHOT.read_text() != text:
        faults.append(
            "The API differs from docs/reference/openapi.json: read the difference after script/check openapi --fix"
        )
    return faults


def _tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]


def docs(_words: list[str]) -> list[str]:
    """Every relative link and every named path of the documents exists."""
    pages = [path for path in _tracked() if path.suffix == ".md" and "fixtures" not in path.parts]
    return [fault for page in pages for fault in _page_faults(page)]


def _page_faults(page: Path) -> Iterator[str]:
    text = page.read_text()
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{page.relative_to(ROOT)}:{number}"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                yield f"{where}: the link {target} leads nowhere"
        for target in re.findall(r"`((?:script|docs|config|requirements|\.ci)/[\w./-]+)`", line):
            if not (ROOT / target).exists():
                yield f"{where}: {target} does not exist"


def locks(words: list[str]) -> list[str]:
    """The stored hashes of requirements/*.in equal the files; `--fix` is what relocking writes."""
    now = "".join(
        f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in sorted((ROOT / "requirements").glob("*.in"))
    )
    if "--stamp" in words:
        LOCKED_FROM.write_text(now)
        return []
    faults = []
    if not LOCKED_FROM.exists() or LOCKED_FROM.read_text() != now:
        faults.append("requirements/*.in changed since the locks were made: see requirements/README.md")
    for path in sorted((ROOT / "requirements").glob("*.lock")):
        text = path.read_text()
        pins = re.findall(r"^[A-Za-z0-9_.-]+(?:\[[^\]]+\])?==", text, re.M)
        if len(pins) != len(re.findall(r"^[A-Za-z0-9_.\[\],-]+==[^\n]*\\\n\s+--hash=", text, re.M)):
            faults.append(f"{path.name}: a pin has no hash")
    return faults


def clean(_words: list[str]) -> list[str]:
    """No lock names a registry's host, and no file names a folder of somebody's machine."""
    faults = []
    for path in _tracked():
        name = str(path.relative_to(ROOT))
        try:
            text = path.read_text()
        except (UnicodeDecodeError, OSError):
            continue
        if path.suffix == ".lock" and re.search(r"https?://|--(?:extra-)?index-url|--find-links", text):
            faults.append(f"{name}: names a registry")
        if path.name == "package-lock.json" and '"resolved"' in text:
            faults.append(f"{name}: names a registry")
        if (
            re.search(r"/(?:home/(?!app\b)[a-z]\w+|root|Users/[a-z]\w+)/(?!\.\.\.)[\w.]", text)
            and "fixtures" not in path.parts
        ):
            faults.append(f"{name}: names a folder of one machine")
    return faults


CHECKS: dict[str, Callable[[list[str]], list[str]]] = {
    "imports": imports,
    "openapi": openapi,
    "docs": docs,
    "locks": locks,
    "clean": clean,
}

if __name__ == "__main__":
    found = CHECKS[sys.argv[1]](sys.argv[2:])
    print("\n".join(found))
    sys.exit(1 if found else 0)
