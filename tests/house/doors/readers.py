"""Who walks: one who may see everything, and five who may not."""

from __future__ import annotations

from dataclasses import dataclass

from guard.models import Domain
from people.models import Role, User
from tests.cast import make_person
from tests.house.doors.planting import APPROVED, FRESH, RETIRED, Planted, Secret, World, plant

EVERY_DUTY = (Role.DATA_PM, Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER, Role.STAKEHOLDER, Role.SECURITY, Role.AUDITOR)
WORKS = (Role.DATA_PM, Role.DATA_ENGINEER, Role.STAKEHOLDER)
#: what auditors and governance leads read of the record whatever the level: it holds no title and no value
RECORD = ("ledger reason", "ledger diff")


@dataclass(frozen=True)
class Reader:
    """One of those who walk.

    Args:
        name: username.
        rank: clearance in the domain where everything is planted.
        roles: held.
        named: level and state of the sets that addresses name; lists hold all of them anyway.
        elsewhere: cleared for everything, in another domain.
        keeps: stands on everything as its owner.
    """

    name: str
    rank: int
    roles: tuple[str, ...]
    named: tuple[tuple[int, str], ...]
    elsewhere: bool = False
    keeps: bool = False

    def is_hidden(self, secret: Secret) -> bool:
        """Whether this reader must never meet a secret."""
        if self.keeps:
            return False
        if secret.field in RECORD and {Role.AUDITOR, Role.GOVERNANCE_LEAD} & set(self.roles):
            return False
        return secret.level > self.rank or secret.needed > 6 or secret.model == "Identity"


KEEPER = Reader("keeper", 5, EVERY_DUTY, ((1, APPROVED), (2, RETIRED), (3, FRESH), (4, FRESH), (5, FRESH)), keeps=True)
#: between them they name hidden things of every level and in every state
BELOW = (
    Reader("otto", 0, (), ((1, APPROVED), (5, FRESH))),
    Reader("fin", 0, EVERY_DUTY[:1] + EVERY_DUTY[2:5], ((5, APPROVED), (5, RETIRED)), elsewhere=True),
    Reader("low", 1, (Role.STAKEHOLDER,), ((2, RETIRED), (3, FRESH))),
    Reader("mid", 3, WORKS, ((2, RETIRED), (4, APPROVED))),
    Reader("aud", 4, (Role.GOVERNANCE_LEAD, Role.AUDITOR), ((4, RETIRED), (5, FRESH))),
)


def make(reader: Reader, domain: Domain) -> tuple[User, World, list[Planted]]:
    """The reader, a world planted beside them, and the sets that addresses name."""
    made = person(reader, domain)
    keeper = made if reader.keeps else person(KEEPER, domain)
    other = make_person("other", domain, (), 5)
    world = plant(domain, keeper, other, made)
    return made, world, [at for at in world.sets if (at.level, at.state) in reader.named]


def person(reader: Reader, domain: Domain) -> User:
    """The account of a reader."""
    if not reader.elsewhere:
        return make_person(reader.name, domain, reader.roles, reader.rank)
    other = Domain.objects.get_or_create(slug="finance", defaults={"name": "Finance"})[0]
    return make_person(reader.name, other, reader.roles, 5)
