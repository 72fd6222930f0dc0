"""Verbs about people: accounts, roles, clearances, teams, tokens, notices."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guard import clock
from guard.doors import act, acting
from guard.doors.writing import in_act
from guard.following import PERSON_LEFT, follow
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Denied, Invalid
from people.models import ApiToken, Clearance, Membership, Notice, Role, RoleHeld, Team, User
from people.succession import hand_over

STEWARDS_OF_PEOPLE = Who(roles={Role.ADMIN, Role.GOVERNANCE_LEAD})
SCOPES = ("read", "write", "import", "govern")
MOST_DAYS = 365
TOKEN_PREFIX = "tl_"  # noqa: S105 - a prefix to recognise leaked tokens by, not a secret


@act("person.added", who=Who(roles={Role.ADMIN}))
def add_person(
    *, by: Any, username: str, name: str, password: str | None = None, email: str = "", job: str = "",
    is_service: bool = False,
) -> User:  # fmt: skip
    """Make an account without any right; rights are given by `give_role` and `clear`.

    Raises:
        Invalid: the username is taken or empty.
    """
    if not username or User.objects.filter(username=username).exists():
        raise Invalid(errors={"username": [_("Choose another username; this one is taken or empty.")]})
    user = User.objects.create_user(
        username=username, name=name, password=password, email=email, job=job, is_service=is_service
    )
    acting().note(person=username)
    return user


@act("person.role_given", who=Who(roles={Role.ADMIN}))
def give_role(*, by: Any, person: User, role: str, reason: str = "") -> RoleHeld:
    """Give a role. Nobody gives one to themself."""
    _not_oneself(by, person)
    if role not in Role.values:
        raise Invalid(errors={"role": [_("There is no such role.")]})
    held, _made = RoleHeld.objects.get_or_create(person=person, role=role)
    acting().note(person=person.username, role=role)
    return held


@act("person.role_ended", who=Who(roles={Role.ADMIN}))
def end_role(*, by: Any, person: User, role: str, reason: str = "") -> None:
    """Take a role away."""
    in_act(RoleHeld)
    RoleHeld.objects.filter(person=person, role=role).delete()
    acting().note(person=person.username, role=role)


@act("person.cleared", who=STEWARDS_OF_PEOPLE)
def clear(
    *, by: Any, rank: int, person: User | None = None, team: Team | None = None, domain: Domain | None = None,
    reason: str = "",
) -> Clearance | None:  # fmt: skip
    """Set how strict a thing a person or team may read in a domain (None: every domain); rank 0 takes it away.

    Raises:
        Denied: one's own clearance.
        Invalid: a rank that does not exist.
    """
    _not_oneself(by, person)
    if rank not in range(6):
        raise Invalid(errors={"rank": [_("A clearance is a level from 1 to 5, or 0 for none.")]})
    rows = Clearance.objects.filter(person=person, team=team, domain=domain)
    before = rows.values_list("rank", flat=True).first() or 0
    acting().note(
        person=getattr(person, "username", ""), team=getattr(team, "slug", ""), domain=getattr(domain, "slug", ""),
        diff={"rank": [before, rank]},
    )  # fmt: skip
    if rank == 0:
        rows.delete()
        return None
    clearance, _made = Clearance.objects.update_or_create(
        person=person, team=team, domain=domain, defaults={"rank": rank}
    )
    return clearance


@act("team.formed", who=STEWARDS_OF_PEOPLE)
def form_team(*, by: Any, slug: str, name: str, people: Iterable[User] = ()) -> Team:
    """Make a team, or bring its name and people up to date."""
    team, _made = Team.objects.update_or_create(slug=slug, defaults={"name": name})
    members = list(people)
    for person in members:
        Membership.objects.get_or_create(team=team, person=person)
    acting().note(team=slug, people=sorted(person.username for person in members))
    return team


@act("person.left", who=Who(roles={Role.ADMIN}))
def let_go(*, by: Any, person: User, reason: str = "", successor: User | None = None) -> None:
    """A leaver: the account ends, tokens end, the record stays; nothing is left without an owner.

    Args:
        by: an administrator.
        person: who leaves.
        reason: for the record.
        successor: who follows as owner of what only the leaver owns.

    Raises:
        Blocked: they are the last owner of something, and nobody follows.
    """
    _not_oneself(by, person)
    followed = hand_over(by=by, person=person, successor=successor)
    User.objects.filter(pk=person.pk).update(is_active=False)
    ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    acting().note(person=person.username, successor=successor.username if followed and successor else "")
    acting().note(counts={"owned": followed} if followed else {})
    follow(PERSON_LEFT, person)


@act("person.signed_on", who=Who(anyone=True))
def note_sign_on(*, by: Any, is_new: bool = False) -> None:
    """The identity provider vouched for this person for the first time; `is_new`: their account was made by that."""
    acting().note(person=by.username, is_new=is_new)


@act("token.created", who=Who(anyone=True))
def create_token(
    *, by: Any, person: User, name: str, scopes: Iterable[str] = ("read",), days: int = 90
) -> tuple[ApiToken, str]:
    """Make an API token for oneself, or as an administrator for a service account.

    Args:
        by: who acts.
        person: whose rights it carries; it never carries more.
        name: to recognise it by.
        scopes: of read, write, import, govern.
        days: until it ends, 1 to 365.

    Returns:
        The token's row and its text, which is shown once and kept nowhere.
    """
    if person.pk != by.pk and not (person.is_service and Role.ADMIN in by.principal.roles):
        raise Denied()
    wanted = sorted(set(scopes))
    errors = {}
    if not name.strip():
        errors["name"] = [_("Give the token a name to recognise it by.")]
    if not wanted or set(wanted) - set(SCOPES):
        errors["scopes"] = [_("Scopes are %(scopes)s.") % {"scopes": ", ".join(SCOPES)}]
    if not 1 <= days <= MOST_DAYS:
        errors["days"] = [_("A token lives 1 to %(days)d days.") % {"days": MOST_DAYS}]
    if errors:
        raise Invalid(errors=errors)
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person, name=name.strip(), digest=digest_of(text), hint=text[:8], scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    acting().note(token=token.hint, scopes=wanted, person=person.username, days=days)
    return token, text


@act("token.revoked", who=Who(anyone=True))
def revoke_token(*, by: Any, token: ApiToken) -> None:
    """End a token now; one's own, or any as an administrator."""
    if token.person_id != by.pk and Role.ADMIN not in by.principal.roles:
        raise Denied()
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    acting().note(token=token.hint)


def digest_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def tell(person: User, thing: Any, code: str, sentence: str) -> None:
    """Leave a notice, inside the act under way; the sentence names nothing, the title is read when it is shown.

    About nothing but the person themself (`thing` None) it may name people and days.
    """
    in_act(Notice)
    Notice.objects.create(
        person=person, thing=getattr(thing, "thing", thing), code=code, sentence=str(sentence)[:300],
        created_at=clock.now(),
    )  # fmt: skip


@act("notice.read", who=Who(anyone=True))
def read_notices(*, by: Any) -> int:
    """Mark one's own notices as read; returns how many."""
    mine = Notice.objects.unrestricted("one's own notices are marked, not shown").filter(person=by, read_at=None)
    return int(mine.update(read_at=timezone.now()))


def _not_oneself(by: Any, person: User | None) -> None:
    if person is not None and person.pk == by.pk:
        raise Denied(_("Nobody changes their own rights. Another administrator can."))
