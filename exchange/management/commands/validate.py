"""`manage.py validate KIND PATH…`: checks files without touching the database; exit 0 or 1."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from exchange import files


class Command(BaseCommand):
    help = "Check files and print every finding with its place."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="dbt, odcs or auto")
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bundles = files.read_paths(options["kind"], options["paths"])
        except ValueError as wrong:
            self.stderr.write(str(wrong))
            sys.exit(2)
        for source, problem in files.problems_by_file(bundles):
            self.stdout.write(
                f"{source}:{problem.line} {problem.severity} {problem.rule_id} {problem.path} {problem.sentence}"
            )
        errors = sum(len(bundle.errors) for bundle in bundles)
        datasets = sum(len(bundle.datasets) for bundle in bundles)
        self.stdout.write(f"{len(bundles)} read, {datasets} datasets, {errors} errors.")
        if errors:
            sys.exit(1)
