"""`manage.py import KIND PATH…`: all or nothing, repeatable; exit 0 done, 1 refused with findings, 2 wrong use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from exchange import actions, files
from guard.models import Domain
from guard.refusals import Refusal
from people.first import actor_named


class Command(BaseCommand):
    help = "Import dbt artifacts or ODCS contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="dbt, odcs or auto")
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="print what would change")
        parser.add_argument("--domain", help="slug of the domain of new datasets")
        parser.add_argument("--by", metavar="USER")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = actor_named(options["by"])
            domain = Domain.objects.get(slug=options["domain"]) if options["domain"] else None
            bundles = files.read_paths(options["kind"], options["paths"])
        except (LookupError, ValueError, Domain.DoesNotExist) as wrong:
            self.stderr.write(str(wrong) or f"There is no domain {options['domain']}.")
            sys.exit(2)
        self._findings(bundles)
        verb = actions.preview if options["dry_run"] else actions.import_bundles
        try:
            report = verb(by=actor, bundles=bundles, domain=domain)
        except Refusal as refusal:
            self.stderr.write(refusal.sentence)
            for name, lines in refusal.errors.items():
                self.stderr.write(f"  {name}: {' '.join(lines)}")
            for finding in refusal.findings:
                self.stderr.write(f"  {finding.id} {finding.excerpt} {finding.sentence}")
            sys.exit(1)
        if options["json"]:
            self.stdout.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode())
            return
        for source, plan in report.plans:
            self.stdout.write(f"{source}: {self._counts(plan)}")
        self.stdout.write("Nothing was changed: this was a dry run." if report.is_dry else "Done.")

    def _findings(self, bundles: list[Any]) -> None:
        for source, problem in files.problems_by_file(bundles):
            if not problem.is_error:
                self.stderr.write(f"{source}:{problem.line} {problem.rule_id} {problem.path} {problem.sentence}")

    @staticmethod
    def _counts(plan: Any) -> str:
        parts = []
        for name in ("datasets", "columns", "edges"):
            count = getattr(plan, name)
            parts.append(f"{name} +{count.added} ~{count.changed} -{count.removed} ={count.unchanged}")
        return ", ".join(parts)
