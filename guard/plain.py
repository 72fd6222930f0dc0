"""Names are what they look like: no sign that is not seen or that turns the text round, no letters of two alphabets.

Unicode TR 36 and TR 39 name the attacks: a text that reads backwards after a turning sign, a name that differs from
another by an invisible sign, and a word in which one letter comes from an alphabet that draws it alike.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from guard.refusals import Invalid

#: Control signs, signs that turn the direction of what follows, and signs without width. The joiners U+200C and U+200D
#: stay: scripts and pictures need them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_LATIN = re.compile(r"[A-Za-z]")
#: Letters of Cyrillic and Greek that are drawn like Latin ones.
_ALIKE = re.compile(
    "[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u0405\u0406\u0408\u0410\u0412\u0415\u0417\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd]"
)


def unseen_in(text: str) -> str:
    """The first sign of a text that is not seen, as ``U+202E``; empty when there is none."""
    found = _UNSEEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def fault_of_title(text: str) -> str:
    """Why a title cannot be used; empty when it can."""
    if sign := unseen_in(text):
        return _("It holds %(sign)s, a sign that is not seen. Take it out.") % {"sign": sign}
    return ""


def fault_of_name(text: str) -> str:
    """Why the name of a table or a column cannot be used; empty when it can."""
    if fault := fault_of_title(text):
        return fault
    if (found := _ALIKE.search(text)) and _LATIN.search(text):
        return _("It mixes alphabets: %(letter)s (%(sign)s) only looks like a Latin letter.") % {
            "letter": found.group(), "sign": f"U+{ord(found.group()):04X}",
        }  # fmt: skip
    return ""


class TitleField(models.CharField):
    """A title for people, one line: whatever way it is saved, a sign that is not seen is refused."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = " ".join(value.split())
            if fault := fault_of_title(value):
                raise Invalid(errors={"title": [fault]})
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> Any:
        """As a CharField: what a column of the database is does not change."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
