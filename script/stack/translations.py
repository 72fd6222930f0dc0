"""Compile locale/*/LC_MESSAGES/*.po by Babel, so that no system gettext is needed."""

from __future__ import annotations

from script.stack.places import ROOT


def compile_changed() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as text:
            catalog = read_po(text, locale=source.parent.parent.name)
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as out:
            write_mo(out, catalog)
        fresh.replace(target)


if __name__ == "__main__":
    compile_changed()
