"""`manage.py lineage sql|openlineage PATH…`: column lineage from SQL text or OpenLineage events; exit 0, 1 or 2."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from catalog.actions import tell_column_edges
from catalog.column_edges import Told
from catalog.models import Warehouse
from exchange import openlineage
from exchange.columns import Known, edges_of, statements_in
from guard.refusals import Refusal
from people.first import actor_named

MOST_BYTES = 256 * 1024 * 1024


class Command(BaseCommand):
    help = "Read column lineage from SQL files (CREATE … AS, INSERT … SELECT) or OpenLineage events (JSON, or lines)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["sql", "openlineage"])
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--warehouse", help="name; compulsory for SQL")
        parser.add_argument("--by", metavar="USER")
        parser.add_argument("--dry-run", action="store_true", help="print what would change")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = actor_named(options["by"])
            place = self._warehouse(actor, options["warehouse"])
            texts = [self._text(path) for path in options["paths"]]
            with transaction.atomic():
                told = self._tell(actor, place, options["kind"], texts)
                transaction.set_rollback(options["dry_run"])
        except (LookupError, ValueError) as wrong:
            self.stderr.write(str(wrong))
            sys.exit(2)
        except Refusal as refusal:
            self.stderr.write(refusal.sentence)
            sys.exit(1)
        if options["json"]:
            self.stdout.write(orjson.dumps(asdict(told)).decode())
            return
        self.stdout.write(
            f"edges +{told.added} ~{told.changed} -{told.removed}, {told.kept} no longer said and still counting,"
            f" {told.unmatched} that name what is not there for you"
        )
        self.stdout.write("Nothing was changed: this was a dry run." if options["dry_run"] else "Done.")

    def _tell(self, actor: Any, place: Warehouse | None, kind: str, texts: list[str]) -> Told:
        if kind == "openlineage":
            heard = openlineage.read_events([event for text in texts for event in _events(text)])
            return openlineage.tell(actor, heard, place, is_all=True)
        if place is None:
            raise ValueError("Name the warehouse in which the tables lie: --warehouse NAME.")
        statements = []
        for text in texts:
            made, faults = statements_in(text, place.dialect)
            statements += made
            for fault in faults:
                self.stderr.write(fault)
        rows, targets = edges_of(statements, Known.of(actor, place.pk), place.dialect)
        return tell_column_edges(by=actor, warehouse=place, origin="sql", rows=rows, targets=targets)

    @staticmethod
    def _warehouse(actor: Any, name: str | None) -> Warehouse | None:
        if not name:
            return None
        found: Warehouse | None = Warehouse.objects.visible_to(actor).filter(name=name).first()
        if found is None:
            raise LookupError(f"There is no warehouse {name} that you may see.")
        return found

    @staticmethod
    def _text(path: Path) -> str:
        if not path.is_file():
            raise ValueError(f"{path} is no file.")
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} is larger than {MOST_BYTES} bytes.")
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError(f"{path} is not valid UTF-8 text.") from None


def _events(text: str) -> list[Any]:
    """One event, a list of them, or one a line."""
    try:
        whole = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return [orjson.loads(line) for line in text.splitlines() if line.strip()]
        except orjson.JSONDecodeError as fault:
            raise ValueError(f"This is no JSON: {fault}") from None
    return whole if isinstance(whole, list) else [whole]
