"""The kinds in words, and the category of the house scheme that each is: its floor is the level of the kind."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.models import ScanFinding
from guard.levels import UNKNOWN
from guard.models import Category


@dataclass(frozen=True)
class Kind:
    """What a recogniser finds.

    Attributes:
        label: for people.
        category: of the house scheme; its floor is the level that such data has at least.
        test: what the values pass, for the sentence of evidence.
    """

    label: str | Promise
    category: str
    test: str | Promise


KINDS: dict[str, Kind] = {
    "cn_resident_id": Kind(_("Chinese resident id"), "id-number", _("the GB 11643 check digit")),
    "cn_uscc": Kind(_("unified social credit code"), "organisation-number", _("the GB 32100 check digit")),
    "payment_card": Kind(_("payment card number"), "account", _("an issuer's range and the Luhn check")),
    "iban": Kind(_("bank account (IBAN)"), "account", _("the IBAN check (mod 97)")),
    "phone": Kind(_("telephone number"), "phone", _("the forms of telephone numbers")),
    "email": Kind(_("e-mail address"), "email", _("the form of an e-mail address")),
    "ip_address": Kind(_("network address (IP)"), "personal", _("the form of a network address")),
    "person_name": Kind(_("name of a person"), "person-name", _("the form of a person's name")),
    "postal_address": Kind(_("postal address"), "address", _("the form of a postal address")),
    "birth_date": Kind(_("date of birth"), "birth-date", _("as a day on which a living person was born")),
}


def category_code(kind: str) -> str:
    """The category of a kind, as labels name it."""
    return f"house:{KINDS[kind].category}"


def levels_of(kinds: set[str]) -> dict[str, int]:
    """The level of each kind: the floor of its category as the house keeps it now; unknown where that is gone."""
    wanted = {KINDS[kind].category for kind in kinds}
    rows = Category.objects.filter(scheme__is_house=True, code__in=wanted).values_list("code", "floor")
    floors = {code: floor for code, floor in rows if floor}
    return {kind: floors.get(KINDS[kind].category, UNKNOWN) for kind in kinds}


def evidence_words(finding: ScanFinding) -> str:
    """One sentence of evidence: counts, what they pass, what the name says."""
    if not finding.kind:
        return ""
    kind = KINDS[finding.kind]
    counted = gettext("%(passed)s of %(distinct)s distinct values pass: %(test)s.") % {
        "passed": f"{finding.passed:,}", "distinct": f"{finding.distinct:,}", "test": kind.test,
    }  # fmt: skip
    named = {
        "told": gettext("The name says so too."),
        "plain": gettext("The name fits."),
        "otherwise": gettext("The name speaks of something else."),
    }.get(finding.says, gettext("The name says nothing."))
    return f"{counted} {named}"


WHY_WORDS: dict[str, str | Promise] = {
    "no-rows": _("The table has no rows, so nothing can be said."),
    "only-junk": _("Only empty values and placeholders came."),
    "too-few": _("Too few values to say."),
    "unreadable": _("The reading login may not read this column."),
    "absent": _("The warehouse does not have this column."),
    "no-kind": _("No recogniser found anything."),
}
