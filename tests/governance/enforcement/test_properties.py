"""The pure parts on random worlds: a plan that was carried out leaves nothing to do and nobody above their level."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.enforcement import acl
from governance.enforcement import plan as planning
from governance.enforcement.aim import Aim
from governance.enforcement.apply import known_after
from governance.enforcement.compare import compare
from governance.enforcement.names import GRADES, KEEP, PROTECTED_FROM, UNKNOWN, Names
from governance.enforcement.quoting import LONGEST, fit, ident, literal
from governance.enforcement.wanted import Label, Personal, view_names
from governance.enforcement.world import DefaultAcl, Known, Membership, Policy, Relation, Schema, World
from tests.governance.enforcement.simulator import FULL, run

NAMES = Names("shop")
LOGINS = ("ann", "bob", "eve", 'we"ird', "客")
OWNERS = ("admin", "etl")
TYPES = ("text", "bigint", "uuid", "date", "character varying(8)", "numeric(12,2)")
_names = st.sampled_from(["a", "b", 'q"uote', "ünï", "x" * 63])


@st.composite
def rights(draw, owner: str, letters: str) -> tuple[str, ...]:
    items = [acl.written(owner, letters, owner)]
    for who in draw(st.lists(st.sampled_from(["", *LOGINS]), unique=True, max_size=3)):
        chosen = "".join(sorted(draw(st.sets(st.sampled_from(letters), min_size=1))))
        starred = "".join(f"{c}*" for c in chosen) if draw(st.booleans()) and who else chosen
        items.append(acl.written(who, starred, owner))
    return tuple(items)


@st.composite
def relations(draw, schema: str, name: str) -> Relation:
    owner, kind = draw(st.sampled_from(OWNERS)), draw(st.sampled_from("rrrpvm"))
    columns = tuple(draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)))
    lists = [""] * len(columns)
    if draw(st.booleans()):
        lists[0] = acl.written(draw(st.sampled_from(LOGINS)), "r", owner)
    table = kind in "rp"
    return Relation(
        schema, name, kind, owner, draw(st.integers(1, 99)), draw(rights(owner, FULL["table"])), columns,
        tuple(draw(st.sampled_from(TYPES)) for _c in columns), tuple(lists) if any(lists) else (),
        rls=table and draw(st.booleans()), forced=table and draw(st.booleans()),
        policies=(Policy("theirs", "*", True, (), "true", ""),) if table and draw(st.booleans()) else (),
    )  # fmt: skip


@st.composite
def worlds(draw) -> tuple[World, Aim]:
    keys = draw(st.lists(st.tuples(st.sampled_from(["crm", 'o"ps']), _names), min_size=1, max_size=5, unique=True))
    found = {key: draw(relations(*key)) for key in keys}
    schemas = {
        name: Schema(name, "admin", draw(rights("admin", "UC"))) for name in {key[0] for key in keys} | {"public"}
    }
    world = World(
        180_000, "db", "admin", draw(rights("admin", "CTc")), "admin", False, schemas, found, {},
        memberships=(Membership(NAMES.role(2), "eve", "admin", draw(st.booleans())),) if draw(st.booleans()) else (),
        defaults=(DefaultAcl("admin", "crm", "r", (acl.written("eve", "r", "admin"),)),) if draw(st.booleans()) else (),
        acts_for=frozenset(OWNERS), connects=frozenset(LOGINS), logins=frozenset(LOGINS), supers=("postgres",),
    )  # fmt: skip
    ranks, floors = st.integers(1, 5), st.integers(0, 4)
    labels = tuple(
        Label(*key, {column: draw(ranks) for column in found[key].columns if draw(st.booleans())}, draw(floors))
        for key in keys if draw(st.booleans()) or key == keys[0]
    )  # fmt: skip
    grades = {who: draw(st.integers(1, 5)) for who in draw(st.sets(st.sampled_from(LOGINS)))}
    personal = tuple(
        Personal(draw(st.sampled_from(LOGINS)), label.key, draw(st.integers(1, 5)))
        for label in labels
        if draw(st.booleans())
    )
    return world, Aim(NAMES, labels, grades, personal)


def carried_out(world: World, aim: Aim, known: Known) -> tuple[World, Known]:
    wanted = aim.wanted(world)
    plan = planning.make(world, wanted, known)
    after = run(world, plan.difference.steps)
    return after, known_after(after, aim.wanted(after), plan.keepers)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(drawn):
    world, aim = drawn
    after, known = carried_out(world, aim, Known())
    assert [(s.do, s.thing, s.who) for s in compare(after, aim.wanted(after), known).steps] == []


@settings(max_examples=60, deadline=None)
@given(worlds(), worlds())
def test_nobody_reads_above_their_level_afterwards(drawn, other):
    """Also over the remains of an earlier aim: levels, people and grants all changed in between."""
    world, aim = drawn
    first, known = carried_out(world, replace(other[1], labels=aim.labels), Known())
    after, _known = carried_out(first, aim, known)
    wanted = aim.wanted(after)
    for key, table in wanted.tables.items():
        if table.rank >= PROTECTED_FROM:
            relation = after.relations[key]
            assert {acl.parse(text).grantee for text in relation.acl} <= {NAMES.owner, *OWNERS}
            assert not any(relation.items_of(n) for n in range(len(relation.columns)))
            assert relation.kind not in "rp" or (relation.rls and relation.forced and relation.owner == NAMES.owner)
    for (schema, _name), relation in after.relations.items():
        if schema == KEEP:
            assert {acl.parse(text).grantee for text in relation.acl} == {NAMES.owner}
    assert {m.member for m in after.memberships if m.role == NAMES.owner} <= {"admin", "etl"}
    assert not any(m.admin for m in after.memberships)


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_a_view_shows_raw_only_what_its_grade_may_see(drawn):
    world, aim = drawn
    by_key = {label.key: label for label in aim.labels}
    for view in aim.wanted(world).views.values():
        label = by_key[view.table]
        above = {c for c in view.columns if label.columns.get(c, UNKNOWN) > view.grade}
        assert set(view.masked) == above and label.floor <= view.grade and len(above) < len(view.columns)
        selected = view.query.removeprefix("SELECT ").split(" FROM ")[0]
        for column in view.columns:
            assert (f"b.{ident(column)}," in f"{selected}," and column not in above) or column in above
        for column in above:
            assert not selected.startswith(f"b.{ident(column)},") and f", b.{ident(column)}," not in f", {selected},"


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=63), st.text(min_size=1, max_size=63)), unique=True, max_size=12)
)
def test_no_two_tables_share_a_view_and_no_name_is_cut(keys):
    keys = [k for k in keys if all("\x00" not in part and len(part.encode()) <= LONGEST for part in k)]
    named = view_names(keys)
    assert len(set(named.values())) == len(keys)
    assert all(ident(name) for name in named.values())


@given(st.text(max_size=200))
def test_a_name_or_text_between_quotes_never_ends_early(text):
    if "\x00" not in text:
        inner = literal(text).strip().removeprefix("E")[1:-1]
        assert inner.replace("''", "").count("'") == 0 and (("\\" not in text) or "\\\\" in inner)
    if text and "\x00" not in text:
        assert ident(fit(text))[1:-1].replace('""', "").count('"') == 0


@given(st.sampled_from(["", *LOGINS]), st.sampled_from(["r", "r*", "arwd*", "UC"]), st.sampled_from(LOGINS))
def test_an_item_of_an_access_list_is_read_as_it_was_written(grantee, letters, grantor):
    assert acl.parse(acl.written(grantee, letters, grantor)) == acl.Item(grantee, letters, grantor)


def test_grades_are_the_five_of_the_house():
    assert GRADES == (1, 2, 3, 4, 5)


def test_names_put_together_that_come_out_alike_are_told_apart():
    keys = [("a", "b__c"), ("a__b", "c"), ("x", "c"), ("x", "b__c")]
    assert len(set(view_names(keys).values())) == 4
