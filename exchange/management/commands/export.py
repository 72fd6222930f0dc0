"""`manage.py export odcs [KEY…]`: what the account may see, with a loss report on standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.models import Dataset
from exchange.exporting import export_odcs
from people.first import actor_named


class Command(BaseCommand):
    help = "Export datasets as ODCS contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["odcs"])
        parser.add_argument("keys", nargs="*", help="keys of datasets; all that the account may see when left out")
        parser.add_argument("--output", type=Path, help="folder; standard output when left out")
        parser.add_argument("--version-of-standard", default="3.1.0", choices=["3.1.0", "3.2.0"])
        parser.add_argument("--by", metavar="USER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = actor_named(options["by"])
        except LookupError as wrong:
            self.stderr.write(str(wrong))
            sys.exit(2)
        rows = Dataset.objects.visible_to(actor, "columns")
        if options["keys"]:
            rows = rows.filter(thing__key__in=[key.upper() for key in options["keys"]])
        datasets = list(rows.order_by("pk"))
        missing = {key.upper() for key in options["keys"]} - {dataset.key for dataset in datasets}
        if missing:
            self.stderr.write(f"There is nothing to export under {', '.join(sorted(missing))}.")
            sys.exit(1)
        for name, written in export_odcs(datasets, actor, options["version_of_standard"]):
            if options["output"]:
                options["output"].mkdir(parents=True, exist_ok=True)
                (options["output"] / name).write_text(written.to_yaml(), encoding="utf-8")
            else:
                self.stdout.write(written.to_yaml())
            for loss in written.losses:
                self.stderr.write(f"{name}: {loss}")
