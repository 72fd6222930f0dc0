"""Random conditions, and worlds to ask them in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from guard.policy import Held
from guard.rules.python import Facts
from people.models import Role

KINDS = ["dataset", "metric", "prd"]
STATES = ["", "draft", "approved"]
DOMAINS = ["d0", "d1", "d2"]
REASONS = ["owner", "steward", "grant", "reviewer"]
ROLES = [str(role) for role in (Role.STAKEHOLDER, Role.PRIVACY, Role.DATA_PM)]
NUMBERS = {"principal.clearance": (0, 5), "principal.standing": (0, 6), "resource.level": (1, 5)}
VALUES = {"resource.kind": KINDS, "resource.state": STATES[1:], "resource.domain": DOMAINS}


def _attr(name: str) -> dict[str, str]:
    return {"attr": name}


numbers = st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]).flatmap(
    lambda op: st.sampled_from(sorted(NUMBERS)).flatmap(
        lambda left: st.one_of(
            st.integers(*NUMBERS[left]), st.sampled_from(sorted(set(NUMBERS) - {left})).map(_attr)
        ).map(lambda right: {op: [_attr(left), right]})
    )
)
words = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.one_of(
        st.tuples(st.sampled_from(["eq", "ne"]), st.sampled_from(VALUES[name])).map(
            lambda drawn: {drawn[0]: [_attr(name), drawn[1]]}
        ),
        st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2, unique=True).map(
            lambda some: {"in": [_attr(name), some]}
        ),
    )
)
sets = st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True).map(
    lambda some: {"has": [_attr("principal.roles"), some]}
)
yes = st.tuples(st.sampled_from(["eq", "ne"]), st.booleans()).map(
    lambda drawn: {drawn[0]: [_attr("principal.active"), drawn[1]]}
)
standings = st.tuples(
    st.lists(st.sampled_from(REASONS), min_size=1, max_size=2, unique=True), st.integers(0, 6)
).map(lambda drawn: {"exists": {"standing": drawn[0], "grade": drawn[1]}})  # fmt: skip
leaves = st.one_of(numbers, numbers, words, sets, yes, standings, st.booleans())
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda drawn: {drawn[0]: drawn[1]}
        ),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=7,
)
held = st.lists(st.builds(Held, st.sampled_from(REASONS), st.integers(0, 6)), max_size=3).map(tuple)


def _facts(drawn: dict[str, Any], on_it: tuple[Held, ...]) -> Facts:
    highest = max((one.grade for one in on_it), default=0)
    roles = frozenset(drawn["principal.roles"])
    return Facts({**drawn, "principal.standing": highest, "principal.roles": roles}, on_it)


facts = st.builds(
    _facts,
    st.fixed_dictionaries(
        {
            "principal.clearance": st.integers(0, 5),
            "principal.roles": st.lists(st.sampled_from(ROLES), unique=True, max_size=2),
            "principal.active": st.booleans(),
            "resource.kind": st.sampled_from(KINDS),
            "resource.level": st.integers(1, 5),
            "resource.domain": st.sampled_from(DOMAINS),
            "resource.state": st.sampled_from(STATES),
        }
    ),
    held,
)
