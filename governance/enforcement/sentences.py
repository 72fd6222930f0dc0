"""Findings in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, Promise] = {
    "role-missing": gettext_lazy("The role %(thing)s is not there."),
    "role-powers": gettext_lazy("The role %(thing)s has powers of its own: %(detail)s."),
    "member-of-others": gettext_lazy("%(who)s is a member of %(thing)s; our roles are members of nothing."),
    "member-missing": gettext_lazy("%(who)s should be a member of %(thing)s."),
    "member-extra": gettext_lazy("%(who)s is a member of %(thing)s without the clearance."),
    "member-admin": gettext_lazy("%(who)s may let others into %(thing)s, or become it."),
    "member-through": gettext_lazy("%(who)s has the rights of %(thing)s through another role."),
    "keeper-extra": gettext_lazy("%(who)s may act as %(thing)s, the owner of the tables."),
    "predefined": gettext_lazy("%(who)s is a member of %(thing)s and so past every grant."),
    "bypass": gettext_lazy("%(who)s passes by every row policy."),
    "product-super": gettext_lazy("%(who)s, by which the product reads, is a superuser: no grade holds for it."),
    "product-admin": gettext_lazy(
        "%(who)s, by which the product reads, is the enforcement login. Give it one of its own."
    ),
    "product-keeps": gettext_lazy(
        "%(who)s, by which the product reads, may act as %(thing)s, the owner of the tables."
    ),
    "product-person": gettext_lazy("%(who)s, by which the product reads, is a person's login. Give it one of its own."),
    "old-server": gettext_lazy("PostgreSQL %(thing)s shows statistics that a reader should not see. Update it."),
    "owner": gettext_lazy("%(thing)s belongs to %(who)s, who can sign in or give it away."),
    "unreachable": gettext_lazy(
        "%(thing)s belongs to %(who)s, for whom the enforcement login may not act. Its owner can help."
    ),
    "right-extra": gettext_lazy("%(who)s has %(detail)s on %(thing)s and should not."),
    "right-missing": gettext_lazy("%(who)s lacks %(detail)s on %(thing)s."),
    "grant-option": gettext_lazy("%(who)s may give %(detail)s on %(thing)s to others."),
    "rls-off": gettext_lazy("Row policies are switched off on %(thing)s."),
    "rls-unforced": gettext_lazy("Row policies do not hold for the owner of %(thing)s."),
    "rls-left": gettext_lazy("Row policies are still on for %(thing)s, which is open now."),
    "policy-missing": gettext_lazy("%(thing)s lacks the policy that lets its owner's views read it."),
    "policy-foreign": gettext_lazy("A policy of somebody else's, %(detail)s, shows rows of %(thing)s to %(who)s."),
    "quarantine": gettext_lazy("%(thing)s is in no catalogue and not closed yet."),
    "column-unknown": gettext_lazy("The column %(thing)s is in no catalogue; it counts as L4."),
    "copy-outside": gettext_lazy("%(thing)s reads a managed table from outside, and %(who)s may read it."),
    "view-missing": gettext_lazy("The view %(thing)s is not there."),
    "view-changed": gettext_lazy("The view %(thing)s is not the one that was made."),
    "view-extra": gettext_lazy("No level asks for the view %(thing)s."),
    "schema-missing": gettext_lazy("The schema %(thing)s is not there."),
    "key-missing": gettext_lazy("The key of the masks is not there."),
    "key-read": gettext_lazy("%(who)s can read the key of the masks."),
    "default-rights": gettext_lazy("New objects (%(thing)s) would be open to %(who)s."),
    "function": gettext_lazy("%(who)s may call %(thing)s, which runs with its owner's rights."),
    "probe-reads": gettext_lazy("Tried as %(who)s: %(thing)s can be read."),
    "probe-makes": gettext_lazy("Tried as %(who)s: %(detail)s works."),
    "probe-blind": gettext_lazy("Tried as %(who)s: %(thing)s cannot be read."),
    "probe-unmasked": gettext_lazy("Tried as %(who)s: %(thing)s shows values that should be masked."),
    "probe-not-possible": gettext_lazy("The role %(who)s could not be tried."),
}


def sentence_of(finding: Mapping[str, Any]) -> str:
    """One finding for a person; nobody in particular is everybody.

    Args:
        finding: with code, thing, who, detail.
    """
    words = {
        "thing": finding.get("thing", ""),
        "who": finding.get("who") or _("Everybody"),
        "detail": finding.get("detail", ""),
    }
    known = SENTENCES.get(finding.get("code", ""))
    return str(known) % words if known is not None else str(finding.get("code", ""))
