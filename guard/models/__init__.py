from guard.models.grade import GradeRow
from guard.models.ledger import Entry, EntryDetail
from guard.models.past import Past
from guard.models.rulebook import RuleBook
from guard.models.scheme import Category, Combination, Crosswalk, Domain, Level, Scheme
from guard.models.thing import KeyCounter, Link, Standing, Thing
from guard.models.waiver import Waiver
from guard.models.work import Job, Outbox

__all__ = [
    "Category",
    "Combination",
    "Crosswalk",
    "Domain",
    "Entry",
    "EntryDetail",
    "GradeRow",
    "Job",
    "KeyCounter",
    "Level",
    "Link",
    "Outbox",
    "Past",
    "RuleBook",
    "Scheme",
    "Standing",
    "Thing",
    "Waiver",
]
