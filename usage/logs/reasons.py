"""Why a line of a log could not be used, in the reader's language. The readers themselves know no framework."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, str | Promise] = {
    "the line does not begin with the prefix": _("the line does not begin with the prefix"),
    "the row is not CSV": _("the row is not CSV"),
    "the row has not the columns of csvlog": _("the row has not the columns of csvlog"),
    "the row has another number of columns than the header": _("the row has another number of columns than the header"),
    "the time cannot be read": _("the time cannot be read"),
    "the line is not JSON": _("the line is not JSON"),
    "the line is not a JSON object": _("the line is not a JSON object"),
    "the file is not JSON": _("the file is not JSON"),
    "the entry is not a JSON object": _("the entry is not a JSON object"),
    "there is no statement": _("there is no statement"),
    "the statement's text is hidden from who exported it": _("the statement's text is hidden from who exported it"),
    "the number of calls cannot be read": _("the number of calls cannot be read"),
    "there is no user": _("there is no user"),
}


def in_words(reason: str) -> str:
    """A reader's reason in the language of the request."""
    return str(REASONS.get(reason, reason))
