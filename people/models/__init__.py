from people.models.access import ApiToken, Clearance, RoleHeld
from people.models.notice import Notice
from people.models.session import Session
from people.models.user import Membership, Role, Team, User

__all__ = ["ApiToken", "Clearance", "Membership", "Notice", "Role", "RoleHeld", "Session", "Team", "User"]
