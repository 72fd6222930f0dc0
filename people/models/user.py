"""People, the teams that they belong to, and what the policy knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import connection, models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from guard import grades, prepared
from guard.grades import CLOSED
from guard.policy import Principal
from guard.wall import told


class Role(models.TextChoices):
    """What somebody is in the organisation. Owner, steward and the like are standings on one thing."""

    STAKEHOLDER = "stakeholder", _("Stakeholder")
    DATA_PM = "data_pm", _("Data PM")
    DATA_ENGINEER = "data_engineer", _("Data engineer")
    GOVERNANCE_LEAD = "governance_lead", _("Governance lead")
    SECURITY = "security", _("Security")
    PRIVACY = "privacy", _("Privacy")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


# Sent by every signed-in request: ready text (building it with the ORM took longer than its answer), planned once.
# Inside a transaction the database is told along with it who reads (guard.wall).
_RIGHTS = """u.is_active,
       ARRAY(SELECT role::text FROM people_roleheld WHERE person_id = u.id),
       ARRAY(SELECT team_id FROM people_membership WHERE person_id = u.id),
       ARRAY(SELECT ARRAY[domain_id, rank::bigint] FROM people_clearance WHERE person_id = u.id
                OR team_id IN (SELECT team_id FROM people_membership WHERE person_id = u.id)),
       (SELECT digest FROM guard_rulebook ORDER BY id DESC LIMIT 1),
       (SELECT string_agg(coalesce(clearance::text, '-'), '' ORDER BY level, grade) FROM guard_grade),
       set_config('throughline.reader', u.id::text, true)"""
_OF = " FROM people_user u WHERE u.id = %s"
_SESSION = """ FROM people_session s LEFT JOIN people_user u ON u.id = s.person_id
 WHERE s.session_key = %s AND s.expire_date > %s"""


@cache
def _own() -> tuple[list[str], str]:
    """The account's own fields, and the columns that they stand in."""
    fields = User._meta.concrete_fields
    return [field.attname for field in fields], ", ".join(f'u."{field.column}"' for field in fields)


class UserManager(BaseUserManager):
    """Makes accounts; rights come only from acts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make an account without rights; None makes a password that nobody can use."""
        user = User(username=User.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def with_rights(self, pk: int) -> User | None:
        """The account with its principal as both are now, in one statement; None when there is no such account."""
        row = prepared.row(f"SELECT {_own()[1]}, {_RIGHTS}{_OF}", [pk])
        return None if row is None else self._made(row)

    def of_session(self, key: str, now: datetime) -> tuple[str | None, User | None]:
        """The data of a session that has not ended, and the account that it belongs to with its principal, in one
        statement; None for each that there is not."""
        row = prepared.row(f"SELECT s.session_data, {_own()[1]}, {_RIGHTS}{_SESSION}", [key, now])
        if row is None:
            return None, None
        return row[0], None if row[1] is None else self._made(row[1:])

    def _made(self, row: Sequence[Any]) -> User:
        names = _own()[0]
        user = User.from_db(connection.alias, names, row[: len(names)])
        user.principal = user._with(row[len(names) :])
        told(user.pk)
        return user


class User(AbstractBaseUser):
    """One person, or a named service account. There is no superuser: no account passes the policy by."""

    username = models.CharField(_("username"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    job = models.CharField(_("job"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_service = models.BooleanField(_("service account"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    @property
    def initials(self) -> str:
        """One or two letters for the round mark beside a name."""
        parts = str(self).split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()

    @cached_property
    def principal(self) -> Principal:
        """Roles, teams, clearances, the rules and grades in force; one query, kept for this object (one request)."""
        rights = prepared.row(f"SELECT {_RIGHTS}{_OF}", [self.pk])
        if rights is not None:
            told(self.pk)
        return self._with(rights or (False, [], [], [], "", CLOSED.text, ""))

    def _with(self, rights: Sequence[Any]) -> Principal:
        """The principal, from what `_RIGHTS` gave."""
        active, roles, team_ids, cleared, book, signs, _told = rights
        clearances: dict[int | None, int] = {}
        for domain_id, rank in cleared:
            clearances[domain_id] = max(rank, clearances.get(domain_id, 0))
        return Principal(
            self.pk, self.username, frozenset(roles), frozenset(team_ids), clearances, active, book or "",
            grades.read(signs or ""),
        )  # fmt: skip

    def has_role(self, *roles: str) -> bool:
        """Whether this person holds any of these roles; for menus and wording, never for a rule."""
        return bool(self.principal.roles & set(roles))


class Team(models.Model):
    """A group of people that can own, steward, be granted and be the audience of a product."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    people = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="people_member_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
