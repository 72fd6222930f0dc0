"""What enforcement in a shared database does not protect. Said on a page of its own, in the plan and in the API."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# code, what anybody can still see or do, what to do about it
LIMITS: Sequence[tuple[str, Promise, Promise]] = (
    (
        "names",
        _("Names of schemas, tables and columns: PostgreSQL shows its catalogue to everybody who may connect."),
        _("Put tables whose very names are secret into a database of their own."),
    ),
    (
        "estimates",
        _("How many rows a table has, about: the catalogue keeps an estimate that everybody may read."),
        _("Put such tables into a database of their own."),
    ),
    (
        "view-text",
        _("How a view is written, so which columns are masked and how. The key of the masks is not in it."),
        _("Nothing needs to be done: the key is in a table that no reader may read."),
    ),
    (
        "equal-tokens",
        _("That two masked values are equal: one value gives one token, so that joins work. Frequencies show."),
        _("Raise the level of a table, not of a column, where frequencies give a person away."),
    ),
    (
        "superusers",
        _("Anything, from a superuser of the server or from whoever holds its disk or its backups."),
        _("Keep their number small; verify names them. Encrypt disks and backups."),
    ),
    (
        "keepers",
        _("Anything in these tables, from the enforcement login and from those who load the tables."),
        _("Keep these logins out of the hands of people; the page names them."),
    ),
    (
        "product",
        _(
            "Values of every catalogued table, from whoever holds the login by which the product reads to profile and"
            " scan: its grade's views mask nothing."
        ),
        _(
            "Keep WAREHOUSE_<NAME>_URL among the server's secrets. The plan gives this login its grade and nothing"
            " else; verify finds whatever more it has."
        ),
    ),
    (
        "fetched",
        _("Rows that were read before a right was taken, screenshots, and files that were exported."),
        _("A plan that takes rights ends the open sessions of whoever loses them; it cannot call rows back."),
    ),
    (
        "open-tables",
        _("Tables up to L2 keep the readers that they have: they are read past the views."),
        _("Raise a table to L3 to close it."),
    ),
    (
        "sequences",
        _("How far a counter has come, from whoever was given a sequence."),
        _("Use random keys where a count is secret."),
    ),
    (
        "new-objects",
        _(
            "What somebody who may create copies into a schema that is not managed: a view there is found by the next"
            " verification, a copied table is not."
        ),
        _("Verify after every load: views and copies that read managed tables are found and named."),
    ),
)  # fmt: skip
