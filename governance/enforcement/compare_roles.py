"""Differences in roles and memberships: who reads by a grade, who works as the owner, who has powers past both."""

from __future__ import annotations

from collections.abc import Iterator

from governance.enforcement.names import Names
from governance.enforcement.quoting import ident, literal
from governance.enforcement.steps import NARROWER, WIDER, Beyond, Phase, Step, Undo
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import Known, Membership, World

# Predefined roles whose members read or write past every grant of a table, or reach the server's files.
PREDEFINED = (
    "pg_read_all_data", "pg_write_all_data", "pg_read_server_files", "pg_write_server_files",
    "pg_execute_server_program", "pg_maintain",
)  # fmt: skip
# First minor release of each major that hides statistics of rows which the reader may not see (CVE-2025-8713).
MENDED = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}


def roles(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """The owner and one role a grade, without any power of their own, each member of nothing."""
    names = wanted.names
    for name in [names.owner, *names.roles.values()]:
        role = world.roles.get(name)
        if role is None:
            comment = f"COMMENT ON ROLE {ident(name)} IS {literal(names.comment)}"
            made = (f"CREATE ROLE {ident(name)} NOLOGIN", comment)
            yield Step(
                Phase.ROLES, "make-role", made, NARROWER, "role-missing", name, undo=(f"DROP ROLE {ident(name)}",),
                undo_phase=Undo.ROLES, facts={"name": name, "comment": names.comment},
            )  # fmt: skip
        elif role.powers:
            undone = " ".join(f"NO{power}" for power in role.powers)
            yield Step(
                Phase.ROLES, "alter-role", (f"ALTER ROLE {ident(name)} {undone}",), WIDER, "role-powers", name, name,
                ", ".join(role.powers), undo=(f"ALTER ROLE {ident(name)} {' '.join(role.powers)}",),
                undo_phase=Undo.POLICIES, facts={"name": name},
            )  # fmt: skip
    for one in world.memberships:
        if one.member in names.ours:
            yield _leave(world, one, "member-of-others")


def keepers(world: World, wanted: Wanted, known: Known) -> Iterator[Step | Beyond]:
    """Who may work as the owner of the tables: the enforcement login, and at the first time who owned them before."""
    names = wanted.names
    expected = set(kept(world, wanted, known))
    there = {one.member for one in world.memberships if one.role == names.owner and one.inherit and one.set}
    if not world.is_super:
        expected.add(world.admin)
    for member in sorted(expected - there):
        yield _join(names.owner, member, world.admin)
    for one in world.memberships:
        is_maker = one.member == world.admin  # who made the role holds it with admin option, and no other way
        if one.role == names.owner and not is_maker and (one.member not in expected or one.admin):
            yield _leave(world, one, "keeper-extra" if one.member not in expected else "member-admin")
            if one.member in expected:
                yield _join(names.owner, one.member, world.admin)
    yield from _through(world, names.owner, expected | {world.admin})


def kept(world: World, wanted: Wanted, known: Known) -> list[str]:
    """Roles that work as the owner: those of the first plan, who owned the tables; later ones are not taken in."""
    if not known.is_first:
        return [name for name in known.keepers if name != world.admin]
    owners = {world.relations[key].owner for key in wanted.tables}
    mine = {wanted.names.owner, world.admin, *world.supers}
    return sorted(owner for owner in owners - mine if world.may_act_for(owner))


def readers(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """Who reads by which grade; nobody through another role, nobody able to let others in."""
    names = wanted.names
    grades = set(names.roles.values())
    right = {
        (one.role, one.member) for one in world.memberships if one.inherit and not one.set and not one.admin
    }  # fmt: skip
    for role, member in sorted(wanted.members - right):
        yield _join(role, member, world.admin, settable=False)
    for one in world.memberships:
        if one.role not in grades or one.member == world.admin:
            continue
        is_wanted = (one.role, one.member) in wanted.members
        if not is_wanted or one.admin or one.set:
            yield _leave(world, one, "member-admin" if is_wanted else "member-extra")
    for role in sorted(grades):
        yield from _through(world, role, {m for r, m in wanted.members if r == role} | {world.admin})


def _through(world: World, role: str, expected: set[str]) -> Iterator[Beyond]:
    """Members of members: they come in by a door that the plan does not own."""
    direct = {one.member for one in world.memberships if one.role == role}
    for member in sorted(world.members_of(role, acting=True) - direct - expected - set(world.supers)):
        yield Beyond(WIDER, "member-through", role, member)


def powers(world: World, wanted: Wanted) -> Iterator[Beyond]:
    """Roles that read past every grant or policy."""
    for role in PREDEFINED:
        for member in sorted((world.members_of(role) & world.connects) - set(world.supers) - set(PREDEFINED)):
            yield Beyond(WIDER, "predefined", role, member)
    for name in world.bypassers:
        if name not in world.connects:
            continue
        yield Beyond(WIDER, "bypass", name, name)
    major, minor = divmod(world.version, 10_000)
    if minor < MENDED.get(major, 0) or major < min(MENDED):
        yield Beyond(WIDER, "old-server", f"{major}.{minor}")


def product(world: World, wanted: Wanted) -> Iterator[Beyond]:
    """The login by which the product reads: what it has past its grade's views is more than it needs."""
    login = wanted.product
    if not login:
        return
    if login in world.supers:
        yield Beyond(WIDER, "product-super", login, login)
    elif login == world.admin:
        yield Beyond(WIDER, "product-admin", login, login)
    elif login in world.members_of(wanted.names.owner, acting=True):
        yield Beyond(WIDER, "product-keeps", wanted.names.owner, login)
    if login in wanted.people:
        yield Beyond(WIDER, "product-person", login, login)


def _join(role: str, member: str, admin: str, *, settable: bool = True) -> Step:
    """A membership; a reader may use the grade's rights and not become it."""
    options = f"INHERIT TRUE, SET {'TRUE' if settable else 'FALSE'}"
    is_self = member == admin
    return Step(
        Phase.ROLES if is_self else Phase.JOIN, "join",
        (f"GRANT {ident(role)} TO {ident(member)} WITH {options}",), NARROWER, "member-missing", role, member,
        undo=(f"REVOKE {ident(role)} FROM {ident(member)}",),
        undo_phase=Undo.ROLES if is_self else Undo.LEAVE,
        facts={"role": role, "member": member, "set": settable},
    )  # fmt: skip


def _leave(world: World, one: Membership, code: str) -> Step | Beyond:
    """End a membership; it was given by somebody, and only so can it be taken."""
    if not world.may_act_for(one.grantor):
        return Beyond(WIDER, code, one.role, one.member)
    role, member, grantor = ident(one.role), ident(one.member), ident(one.grantor)
    options = ", ".join(
        f"{word} {'TRUE' if on else 'FALSE'}"
        for word, on in (("ADMIN", one.admin), ("INHERIT", one.inherit), ("SET", one.set))
    )
    return Step(
        Phase.LEAVE, "leave", (f"REVOKE {role} FROM {member} GRANTED BY {grantor} CASCADE",), WIDER, code, one.role,
        one.member, undo=(f"GRANT {role} TO {member} WITH {options} GRANTED BY {grantor}",), undo_phase=Undo.JOIN,
        facts={"membership": one},
    )  # fmt: skip


def comment_of(names: Names, run: str) -> str:
    """The mark on the owner role: whose it is, and which run was the last."""
    return f"COMMENT ON ROLE {ident(names.owner)} IS {literal(f'{names.comment}; run {run}')}"
