"""Every list of the product: filter, sort, keyset page, htmx fragment and CSV from one declaration."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise

from guard.doors import opened_all
from web import keyset
from web.cells import CREATED, DOMAIN, KEY, LEVEL, STATE, TITLE, UPDATED, Column, guard_formula
from web.errors import is_fragment
from web.filters import GovernedFilter
from web.pages import page

CSV_ROWS = 10_000
CSV_CHUNK = 1_000

__all__ = [
    "CREATED",
    "DOMAIN",
    "KEY",
    "LEVEL",
    "STATE",
    "TITLE",
    "UPDATED",
    "Column",
    "GovernedFilter",
    "Listing",
    "guard_formula",
]


def teaches(empty: Mapping[str, Any], may: bool) -> dict[str, Any]:
    """What an empty list says: the next step is offered only to whoever may take it."""
    return dict(empty) if may else {name: said for name, said in empty.items() if name not in ("url", "label")}


class Listing:
    """A list over an opened queryset.

    Args:
        queryset: governed and opened by ``visible_to``; a sealed one is refused at once.
        columns: what is shown, in order.
        filters: a FilterSet class, or None.
        default_sort: ORM path, "-" before it for descending.
        csv_name: file name without ending; "" for no export.
        size: rows a page.
        rows_template: draws the rows another way than as a table (gets ``page.rows``).
        empty: ``{"title": …, "sentence": …, "url": …, "label": …, "icon": …}`` when nothing is there.
        title: heading of the card; "" for none.
        name: tells two lists on one page apart.
        opens: row -> the thing of which the row tells more than name, owner and level.
    """

    def __init__(
        self,
        queryset: Any,
        columns: Sequence[Column],
        filters: type[Any] | None = None,
        *,
        default_sort: str = "-thing__updated_at",
        csv_name: str = "",
        size: int = 50,
        rows_template: str = "",
        empty: Mapping[str, Any] | None = None,
        title: str | Promise = "",
        name: str = "list",
        opens: Callable[[Any], Any] | None = None,
    ) -> None:
        if getattr(queryset, "is_open", True) is False:
            from guard.refusals import SealedError

            raise SealedError("a listing needs a queryset opened by visible_to")
        kind = getattr(queryset.model, "KIND", "")
        # Rows are of one kind anyway; saying so lets PostgreSQL walk the index (kind, updated_at, id).
        self.queryset = queryset.filter(thing__kind=kind) if kind else queryset
        self.columns, self.filters = list(columns), filters
        self.default_sort, self.csv_name, self.size = default_sort, csv_name, size
        self.rows_template, self.empty, self.title, self.name = rows_template, empty or {}, title, name
        self.opens = opens

    def respond(self, request: HttpRequest, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Answer with the page, with the list alone (htmx), or with CSV (``?format=csv``)."""
        if request.GET.get("format") == "csv" and self.csv_name:
            return self.as_csv(request)
        listing = self.context(request)
        if is_fragment(request):
            html = render_to_string("parts/listing.html", {**(context or {}), "listing": listing}, request=request)
            return HttpResponse(html, headers={"Vary": "HX-Request"})
        return page(request, template, {**(context or {}), "listing": listing})

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What ``parts/listing.html`` draws, as the variable ``listing``."""
        filterset, rows = self._filtered(request)
        order, sort = self._order(request)
        found = keyset.cut(rows, order, cursor=request.GET.get("cursor", ""), size=self.size)
        self._note(request, found.rows)
        return {
            "name": self.name, "title": self.title, "columns": self.columns, "heads": self._heads(sort, order),
            "page": found, "rows": found.rows, "rows_template": self.rows_template, "sort": sort, "empty": self.empty,
            "cells": [[(column, column.shown(row)) for column in self.columns] for row in found.rows]
            if not self.rows_template else [],
            "filter_form": filterset.form if filterset else None, "csv": bool(self.csv_name),
            "is_filtered": bool(filterset and any(request.GET.get(name) for name in filterset.filters)),
            "is_first": not request.GET.get("cursor"),
        }  # fmt: skip

    def as_csv(self, request: HttpRequest) -> HttpResponse:
        """The filtered and sorted list as a file, `CSV_ROWS` rows at most; the head says when it was cut."""
        _filterset, rows = self._filtered(request)
        order, _sort = self._order(request)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([column.name for column in self.columns])
        count = 0
        for row in self._all(rows, order):
            writer.writerow([column.exported(row) for column in self.columns])
            self._note(request, [row])
            count += 1
        response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.csv_name}.csv"'
        if count >= CSV_ROWS:
            response["X-Rows-Cut-At"] = str(CSV_ROWS)
        return response

    def _all(self, rows: Any, order: str) -> Iterator[Any]:
        cursor, left = "", CSV_ROWS
        while left > 0:
            part = keyset.cut(rows, order, cursor=cursor, size=min(CSV_CHUNK, left))
            yield from part.rows
            cursor, left = part.next, left - len(part.rows)
            if not cursor:
                return

    def _note(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        if self.opens is not None:
            opened_all(request.user, [self.opens(row) for row in rows])

    def _filtered(self, request: HttpRequest) -> tuple[Any, Any]:
        if self.filters is None:
            return None, self.queryset
        filterset = self.filters(request.GET, queryset=self.queryset, request=request)
        return filterset, filterset.qs

    def _order(self, request: HttpRequest) -> tuple[str, str]:
        """The ORM path to order by, and the ``?sort=`` word that stands for it ("" for the default)."""
        sort = request.GET.get("sort", "")
        paths = {column.name: column.sort for column in self.columns if column.sort}
        if sort.lstrip("-") in paths:
            return ("-" if sort.startswith("-") else "") + paths[sort.lstrip("-")], sort
        return self.default_sort, ""

    def _heads(self, sort: str, order: str) -> list[dict[str, Any]]:
        """The head of each column: its next ``?sort=``, and how it is sorted now."""
        heads = []
        for column in self.columns:
            now = ""
            if column.sort and order.lstrip("-") == column.sort:
                now = "descending" if order.startswith("-") else "ascending"
            turn = f"-{column.name}" if now == "ascending" else column.name
            heads.append({"column": column, "now": now, "sort": turn if column.sort else ""})
        return heads
