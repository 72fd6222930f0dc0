"""Translations without a system gettext: ``python -m config.messages extract|compile|check``.

extract  reads Python and templates and brings locale/<language>/LC_MESSAGES/django.po up to date
compile  writes the .mo files that Django reads (script/ does this by itself when a .po is newer)
check    exits 1 when a catalogue misses a message of the code, or translates one with other placeholders
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("zh_Hans",)
ROOMS = ("guard", "web", "people", "talk", "catalog", "metrics", "demand", "prds", "governance", "usage", "trace",
         "exchange", "config")  # fmt: skip
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "lazy": None,  # where a module needs both, `_` is the one of now
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def sources() -> Iterator[Path]:
    """Every file that may hold a message, in a stable order."""
    for room in ROOMS:
        yield from sorted(p for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts)
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def messages_of(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    """The messages of one file: line, text (or singular and plural), comments, context."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Django turns a template into a file of gettext calls; lines stay where they were.
        source = templatize(source)
    encoded = io.BytesIO(source.encode("utf-8"))
    yield from extract("python", encoded, KEYWORDS, comment_tags=("Translators:",))


def collect() -> Catalog:
    """Every message of the code as a template catalogue."""
    catalog = Catalog(project="Throughline", charset="utf-8")
    for path in sources():
        place = str(path.relative_to(ROOT))
        for _line, text, comments, context in messages_of(path):
            # Places without lines: a catalogue should change when words do, not when code moves.
            catalog.add(text, None, [(place, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalog


def po_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of a language, empty when there is none yet."""
    path = po_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Throughline", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalog: Catalog) -> None:
    """Write a catalogue so that it changes only when words do."""
    catalog.header_comment = "# Throughline: strings of the interface."
    catalog.fuzzy = False
    catalog.last_translator, catalog.language_team = "Throughline", language
    catalog.msgid_bugs_address = "-"
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    path = po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, sort_output=True, ignore_obsolete=True, include_lineno=False, width=120)


def extract_all() -> int:
    """Bring every catalogue up to date; what is new is empty, what is gone is dropped."""
    found = collect()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        write(language, catalog)
        missing = sum(1 for message in catalog if message.id and not message.string)
        print(f"{po_of(language).relative_to(ROOT)}: {len(catalog)} messages, {missing} without translation")  # noqa: T201
    return 0


def compile_all() -> int:
    """Write each .mo beside its .po."""
    for language in LANGUAGES:
        if po_of(language).exists():
            fresh = po_of(language).with_suffix(".mo.new")
            with fresh.open("wb") as file:
                write_mo(file, read(language))
            fresh.replace(po_of(language).with_suffix(".mo"))
    return 0


def faults() -> list[str]:
    """What is wrong with the catalogues: missing messages, and translations with other placeholders."""
    found, said = collect(), []
    for language in LANGUAGES:
        catalog = read(language)
        for message in found:
            if not message.id:
                continue
            known = catalog.get(message.id, message.context)  # type: ignore[arg-type]
            if known is None or not _strings(known.string):
                said.append(f"{language}: not translated: {_strings(message.id)[0]!r}")
            elif not _same_placeholders(message.id, known.string):
                said.append(f"{language}: other placeholders: {_strings(message.id)[0]!r}")
    return said


def _strings(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, (list, tuple)) else [value]) if text]


def _same_placeholders(source: Any, translated: Any) -> bool:
    """Each translated form uses no placeholder that the source lacks, and a single form uses all of them."""
    wanted = set(_PLACEHOLDER.findall(" ".join(_strings(source))))
    forms = [set(_PLACEHOLDER.findall(text)) for text in _strings(translated)]
    return all(form <= wanted for form in forms) and (len(_strings(source)) > 1 or all(f == wanted for f in forms))


def check_all() -> int:
    """Print the faults; 1 when there are any."""
    said = faults()
    for line in said:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if said else 0


def main(words: list[str]) -> int:
    """Run one of extract, compile, check."""
    verbs = {"extract": extract_all, "compile": compile_all, "check": check_all}
    if len(words) != 1 or words[0] not in verbs:
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return verbs[words[0]]()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
