"""The rules for access, ACC-1 to ACC-12 (domain.md 1.2; governance.md 3.5c)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalog.models import Column
from governance import approvers, granting
from governance.enforcement.labels import floor_of
from governance.models import Grant, Mode
from guard.gates import ERROR, INFO, WARNING, Finding, gate
from guard.joints import joints_from
from guard.kinds import url_of
from people.models import Role

Facts = Mapping[str, Any]
_WHY = "a rule judges rows that the reader may not see; what it finds is filtered for the reader"


@gate("ACC-1", kind="grant", title=lazy("What is asked for is classified and reviewed"), law=True)
def everything_is_classified(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    dataset = grant.dataset
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset)
    ranks = dict(rows.values_list("name", "level"))
    asked = grant.columns or list(ranks)
    missing = sum(ranks.get(name) is None for name in asked)
    keepers = approvers.holders(dataset, "owner") + approvers.holders(dataset, "steward")
    if missing or not ranks:
        yield Finding(
            "ACC-1", _("%(count)d of the columns asked for have no reviewed level.") % {"count": missing or len(asked)},
            who=[str(person) for person in keepers], link=url_of(dataset), subject=dataset.thing,
        )  # fmt: skip
    elif not dataset.is_review_current(granting.today()):
        yield Finding(
            "ACC-1", _("The review of its levels has lapsed or columns changed since."),
            who=[str(person) for person in keepers], link=url_of(dataset), subject=dataset.thing,
        )  # fmt: skip


@gate("ACC-2", kind="grant", title=lazy("It ends, and within the time that the level allows"))
def it_ends_in_time(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """L2 365 days, L3 180, L4 30; L5 case by case, and never without an end."""
    today = granting.today()
    if grant.ends_on is None:
        yield Finding("ACC-2", _("Name the day on which access ends."), who=[str(grant.requester)])
        return
    days, most = (grant.ends_on - today).days, approvers.rules_of(grant.level)["grant_days"] or 365
    if days < 1:
        yield Finding("ACC-2", _("Access must end after today."), who=[str(grant.requester)])
    elif days > most:
        yield Finding(
            "ACC-2",
            _("At level L%(level)d access lasts at most %(most)d days.") % {"level": grant.level, "most": most},
            who=[str(grant.requester)],
        )  # fmt: skip


@gate("ACC-3", kind="grant", title=lazy("Columns are named"))
def columns_are_named(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if not grant.columns and approvers.rules_of(grant.level)["named_columns"]:
        yield Finding("ACC-3", _("Name the columns: from L3 on nobody gets a whole table."), who=[str(grant.requester)])


@gate("ACC-4", kind="grant", title=lazy("The purpose is one that the dataset allows"), law=True)
def purpose_is_allowed(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """A dataset that names no purpose allows none: missing means strict."""
    if grant.purpose not in grant.dataset.allowed_purposes:
        owners = approvers.holders(grant.dataset, "owner")
        yield Finding(
            "ACC-4", _("The purpose “%(purpose)s” is not among those allowed for it.") % {"purpose": grant.purpose},
            who=[str(person) for person in owners], link=url_of(grant.dataset), subject=grant.dataset.thing,
        )  # fmt: skip


@gate("ACC-5", kind="grant", title=lazy("Nobody decides on their own request"), law=True)
def not_ones_own(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if actor.pk == grant.requester_id:
        slots = approvers.slots_for(grant.dataset, grant.level, {actor.pk})
        yield Finding(
            "ACC-5", _("You asked for this, so others decide."),
            who=approvers.names_for(slots, grant.dataset, {actor.pk}),
        )  # fmt: skip


@gate("ACC-6", kind="grant", title=lazy("Nothing of L4 or above is exported"), law=True)
def nothing_strict_is_exported(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if grant.mode == Mode.EXPORT and grant.level >= 4:
        yield Finding("ACC-6", _("Data of L4 and above is queried where it lies, never exported."))


@gate("ACC-7", kind="grant", title=lazy("The PRD that it serves still runs"), law=True)
def its_prd_runs(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Access for a PRD ends with it. One that does not read the dataset is worth a question."""
    prd = grant.prd
    if prd is None:
        return
    if prd.state in granting.PRD_ENDED:
        yield Finding(
            "ACC-7", _("%(key)s has ended, so nothing is given for it.") % {"key": prd.key},
            who=[str(grant.requester)], link=url_of(prd), subject=prd.thing,
        )  # fmt: skip
    elif grant.dataset_id not in {joint.target_id for joint in joints_from([prd], "reads")}:
        yield Finding(
            "ACC-7", _("%(key)s does not name this dataset among its sources.") % {"key": prd.key},
            severity=WARNING, who=[str(prd.author)], link=url_of(prd), subject=prd.thing,
        )  # fmt: skip


@gate("ACC-8", kind="grant", title=lazy("Who gets it works here"), law=True)
def holder_works_here(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if not grant.requester.is_active:
        yield Finding("ACC-8", _("%(name)s has left.") % {"name": grant.requester})


@gate("ACC-9", kind="grant", title=lazy("What is asked for masked can be masked"), law=True)
def a_masked_view_exists(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Masked access opens the views of one's own clearance; a dataset that is strict as a whole is in none of them."""
    dataset = grant.dataset
    if not grant.is_masked:
        return
    ranks = Column.objects.unrestricted(_WHY).filter(dataset=dataset).values_list("rank", flat=True)
    if floor_of(dataset.declared_level, dataset.level, ranks) > granting.masked_rank(grant.requester, dataset):
        owners = approvers.holders(dataset, "owner")
        yield Finding(
            "ACC-9", _("It is L%(level)d as a whole, so no masked view of it exists. Ask for values in clear.")
            % {"level": dataset.level}, who=[str(person) for person in owners],
        )  # fmt: skip


@gate("ACC-10", kind="grant", title=lazy("Everybody whom the level asks for agreed"), law=True)
def everybody_agreed(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Different people in every seat; where nobody is left for one, it says so, and who can mend that."""
    tally = granting.tally_of(grant)
    if not tally.open:
        return
    severity = ERROR if facts.get("move") == "grant" else INFO
    words = ", ".join(str(approvers.SLOT_WORDS.get(slot.name, slot.name)) for slot in tally.open)
    who = granting.who_can(grant, tally)
    if who:
        yield Finding("ACC-10", _("Still to agree: %(words)s.") % {"words": words}, severity=severity, who=who)
    else:
        yield Finding(
            "ACC-10",
            _("Nobody else is left who may agree as: %(words)s. An administrator can name somebody.")
            % {"words": words}, severity=severity,
            who=[str(person) for person in approvers.holders(grant.dataset, Role.ADMIN)],
        )  # fmt: skip


@gate("ACC-11", kind="grant", title=lazy("Somebody else looks at what was taken in an emergency"), law=True)
def somebody_else_looks(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Open until it was looked at. Neither who took it nor who has no such duty can."""
    if not grant.is_emergency:
        yield Finding("ACC-11", _("This was agreed to before it was given: there is nothing to look at afterwards."))
        return
    reviewers = approvers.glass_reviewers(grant.dataset, grant.level, {grant.requester_id})
    names = [str(person) for person in reviewers][:5]
    if actor.pk == grant.requester_id or ("move" in facts and actor.pk not in {p.pk for p in reviewers}):
        yield Finding("ACC-11", _("Somebody else looks at it."), who=names)
    elif grant.reviewed_at is None:
        yield Finding(
            "ACC-11", _("Taken in an emergency, and nobody has looked at it yet."), severity=WARNING, who=names
        )


@gate("ACC-12", kind="grant", title=lazy("Emergencies are for those whom the level names, one at a time"), law=True)
def may_break_the_glass(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Who may, is data of the level; and no second one while the first waits to be looked at."""
    if not approvers.may_break_glass(actor, grant.dataset.level):
        yield Finding("ACC-12", _("At this level emergencies are not for your role. Ask for access, or call security."))
    earlier = Grant.objects.unrestricted(_WHY).filter(requester=actor, place="glass", reviewed_at=None)
    for other in earlier.exclude(pk=grant.pk).select_related("thing", "dataset__thing"):
        reviewers = approvers.glass_reviewers(other.dataset, other.level, {actor.pk})
        yield Finding(
            "ACC-12", _("%(key)s was taken in an emergency and waits to be looked at. No other one before.")
            % {"key": other.key}, who=[str(person) for person in reviewers][:5], link=url_of(other),
            subject=other.thing,
        )  # fmt: skip
