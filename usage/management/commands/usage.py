"""`manage.py usage load KIND PATH`: reads a query log and prints rows, parsed share and unknown tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Warehouse
from guard.refusals import Refusal
from people.first import actor_named
from usage.actions.loading import KINDS, load_usage
from usage.logs.postgres import DEFAULT_PREFIX
from usage.logs.rows import LogReport
from usage.models import UsageLoad
from usage.reading import rows_of

BAD_SHOWN = 20
WRONG_USE = 2


class Command(BaseCommand):
    help = "Load a query log. The same log again, overlapping or in pieces, changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        load = words.add_parser("load")
        load.add_argument("kind", choices=KINDS)
        load.add_argument("path", type=Path)
        load.add_argument("--by", metavar="USER", help="who acts (default: the account cli)")
        load.add_argument("--warehouse", metavar="NAME", help="look tables up in this warehouse only")
        load.add_argument("--dialect", default="postgres", help="of the statements (sqlglot's name)")
        load.add_argument("--log-line-prefix", default=DEFAULT_PREFIX, help="the server's setting, for a plain log")
        load.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        report = LogReport()
        try:
            by = actor_named(options["by"])
            house = _warehouse(by, options["warehouse"])
            with rows_of(
                options["kind"], options["path"], report, dialect=options["dialect"],
                log_line_prefix=options["log_line_prefix"],
            ) as rows:  # fmt: skip
                load = load_usage(
                    by=by, kind=options["kind"], rows=rows, source=str(options["path"]), report=report, warehouse=house
                )
        except OSError as fault:
            raise CommandError(f"{options['path']} cannot be read: {fault.strerror}.", returncode=WRONG_USE) from None
        except (LookupError, ValueError) as fault:
            raise CommandError(str(fault), returncode=WRONG_USE) from None
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        found = _as_dict(load, report)
        self.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() if options["json"] else _text(found))
        if not load.rows and report.bad_count:
            raise CommandError("Not one row of it could be read.")


def _warehouse(by: Any, name: str | None) -> Warehouse | None:
    if name is None:
        return None
    found: Warehouse | None = Warehouse.objects.visible_to(by).filter(name=name).first()
    if found is None:
        raise LookupError(f"There is no warehouse {name} that {by.username} may see.")
    return found


def _as_dict(load: UsageLoad, report: LogReport) -> dict[str, Any]:
    share = report.parsed_share
    return {
        "kind": load.kind,
        "source": load.source,
        "rows": load.rows,
        "new_rows": load.new_rows,
        "parsed_share": None if share is None else round(share, 4),
        "unknown_tables": load.unknown_tables,
        "restricted_tables": load.restricted,
        "failed": report.failed,
        "other": report.other,
        "bad_rows": report.bad_count,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in report.bad],
    }


def _text(found: dict[str, Any]) -> str:
    share = "no rows" if found["parsed_share"] is None else f"{found['parsed_share']:.1%}"
    lines = [
        f"{found['source']}: {found['rows']} rows, {found['new_rows']} new, parsed share {share}",
        f"{found['failed']} failed statements, {found['other']} lines that are no statements, {found['bad_rows']} bad",
    ]
    lines += [f"  line {bad['line']}: {bad['reason']}" for bad in found["bad"][:BAD_SHOWN]]
    unknown = found["unknown_tables"]
    lines.append(f"{len(unknown)} unknown tables" + (": " + ", ".join(unknown) if unknown else ""))
    if found["restricted_tables"]:
        lines.append(f"{found['restricted_tables']} tables that you may not see")
    if found["kind"] == "pg_stat_statements":
        lines.append("Totals only: no times and no people, so no rate is made of them.")
    return "\n".join(lines)
