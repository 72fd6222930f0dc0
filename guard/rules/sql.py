"""A condition as SQL: what Python decides for one thing, decided for all rows of a query.

What is known of the reader (roles, whether active) is decided while compiling; what remains speaks of the row alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When, lookups
from django.db.models.functions import Coalesce

from guard.policy import Principal
from guard.rules.python import COMPARE, CONNECT, TEST
from guard.rules.tree import All, Any_, Attr, Compare, Has, Holds, In, Node, Not, Truth

LOOKUPS: dict[str, tuple[type[Any], bool]] = {  # (lookup, negated)
    "eq": (lookups.Exact, False), "ne": (lookups.Exact, True), "lt": (lookups.LessThan, False),
    "le": (lookups.LessThanOrEqual, False), "gt": (lookups.GreaterThan, False),
    "ge": (lookups.GreaterThanOrEqual, False),
}  # fmt: skip
SUFFIX = {"in": "__in", "exists": "__gte"}
CONNECT_SQL: dict[str, str] = {"and": Q.AND, "or": Q.OR}
NEGATE: dict[str, Callable[[Q], Q]] = {"not": lambda q: ~q}
_WHY = "the policy itself reads who stands where"

Found = Q | bool


class Compiler:
    """Compiles for one reader and one place in a query.

    Args:
        principal: the reader.
        path: ORM path from the row to its Thing; empty for Thing itself.
        context: values of attributes of the context, by name.
    """

    def __init__(self, principal: Principal, path: str = "thing", context: Mapping[str, Any] | None = None) -> None:
        self.principal = principal
        self.prefix = f"{path}__" if path else ""
        self.outer = f"{path}_id" if path and "__" not in path else f"{self.prefix}pk"
        self.known: dict[str, Any] = {
            "principal.roles": principal.roles, "principal.active": principal.active, **(context or {}),
        }  # fmt: skip

    def compile(self, node: Node) -> Found:
        """The condition on the row; a plain truth value where the row does not matter.

        Raises:
            KeyError: an attribute that is not known here.
        """
        match node:
            case Truth(value):
                return value
            case All(parts):
                return self._connect("and", parts)
            case Any_(parts):
                return self._connect("or", parts)
            case Not(part):
                found = self.compile(part)
                return TEST["not"](found) if isinstance(found, bool) else NEGATE["not"](found)
            case Compare():
                return self._compare(node)
            case Has(left, words):
                return TEST["has"](self.known[left.name], words)
            case In(left, words):
                return self._word(left.name, SUFFIX["in"], list(words))
            case Holds(standings, grade):
                rows = self._standings().filter(**{f"grade{SUFFIX['exists']}": grade}, reason__in=standings)
                return Q(Exists(rows.order_by()))

    def _connect(self, how: str, parts: tuple[Node, ...]) -> Found:
        found = [self.compile(part) for part in parts]
        plain, rows = [f for f in found if isinstance(f, bool)], [f for f in found if isinstance(f, Q)]
        decided = CONNECT[how]([*plain, how == "and"])
        if not rows or decided is not (how == "and"):
            return decided
        return Q(*rows, _connector=CONNECT_SQL[how])

    def _compare(self, node: Compare) -> Found:
        left, right = node.left.name, node.right
        if left in self.known and (not isinstance(right, Attr) or right.name in self.known):
            other = self.known[right.name] if isinstance(right, Attr) else right
            return COMPARE[node.op](self.known[left], other)
        if not isinstance(right, Attr) and isinstance(right, str):
            found = self._word(left, "", right)
            return ~found if node.op == "ne" else found
        lookup, negated = LOOKUPS[node.op]
        against = self._number(right.name) if isinstance(right, Attr) else Value(right, IntegerField())
        condition = Q(lookup(self._number(left), against))
        return ~condition if negated else condition

    def _word(self, name: str, suffix: str, value: Any) -> Q:
        if name == "resource.domain":  # no join: the text of the policy stands alone too (visible_sql)
            rows = apps.get_model("guard", "Domain").objects.filter(**{f"slug{suffix}": value}).order_by().values("pk")
            return Q(**{f"{self.prefix}domain_id__in": rows})
        field = {"resource.kind": "kind", "resource.state": "state"}[name]
        return Q(**{f"{self.prefix}{field}{suffix}": value})

    def _number(self, name: str) -> Any:
        if name in self.known:
            return Value(self.known[name], IntegerField())
        return {
            "resource.level": lambda: F(f"{self.prefix}level"),
            "principal.clearance": self._clearance,
            "principal.standing": self._standing,
        }[name]()

    def _clearance(self) -> Any:
        """The reader's rank in the domain of the row."""
        everywhere = self.principal.clearance(None)
        own = [
            When(**{f"{self.prefix}domain_id": domain_id}, then=Value(self.principal.clearance(domain_id)))
            for domain_id in sorted(pk for pk in self.principal.clearances if pk is not None)
        ]
        return Case(*own, default=Value(everywhere), output_field=IntegerField())

    def _standings(self) -> Any:
        from guard.doors import standings

        rows = apps.get_model("guard", "Standing").objects.unrestricted(_WHY)
        return rows.filter(standings.mine(self.principal), standings.live(), thing_id=OuterRef(self.outer))

    def _standing(self) -> Any:
        highest = self._standings().order_by().values("thing_id").annotate(most=Max("grade")).values("most")
        return Coalesce(Subquery(highest), Value(0), output_field=IntegerField())


def to_sql(node: Node, principal: Principal, path: str = "thing", context: Mapping[str, Any] | None = None) -> Found:
    """Compile a condition for one reader; see `Compiler`."""
    return Compiler(principal, path, context).compile(node)
