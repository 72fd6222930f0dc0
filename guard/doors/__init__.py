"""The two doors: every governed row is read through `visible_to` and written inside an `act`.

Reading (sealed.py, managers.py): a governed queryset raises `SealedError` until somebody says who reads.
Opening (opening.py): who is shown more of a strict thing than its name is written down before the answer leaves.
Writing (writing.py, acts.py): a governed row saved outside an act raises `DoorError`.
Things and their joints (things.py): the only functions that make, link, level and give standing.
"""

from guard.doors.acts import Acting, act, acting, consequence
from guard.doors.opening import opened, opened_all
from guard.doors.reading import grade_of, grades_of, held_by, held_on, may_read, visible_q
from guard.doors.writing import in_act

__all__ = [
    "Acting",
    "act",
    "acting",
    "consequence",
    "grade_of",
    "grades_of",
    "held_by",
    "held_on",
    "in_act",
    "may_read",
    "opened",
    "opened_all",
    "visible_q",
]
