"""Verbs about datasets: what they are, who answers for them, what feeds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.indexing import index_dataset
from catalog.levels import floor_of, settle_dataset
from catalog.models import Dataset, Warehouse
from catalog.models.dataset import Layer
from catalog.names import canonical_name, parts_of
from catalog.prose import html_of
from guard import clock, levels, things
from guard.doors import act, acting, consequence, grade_of
from guard.models import Domain, Thing
from guard.plain import fault_of_name
from guard.policy import EXISTS, RAW, READ, Who
from guard.refusals import Absent, Denied, Invalid
from people.actions import tell
from people.models import Role, User

APPOINTERS = Who(roles={Role.GOVERNANCE_LEAD}, standings={"owner"})
KEEPERS = Who(roles={Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD}, standings={"owner", "steward", "contributor"})
ADDERS = Who(roles={Role.DATA_ENGINEER, Role.DATA_PM, Role.GOVERNANCE_LEAD})
_WHY = "an act works on rows that it was handed"
# what describe_dataset may change, beside title and domain; everything else has a verb of its own
FIELDS = (
    "description", "layer", "grain", "allowed_purposes", "retention_days", "has_personal_data", "row_count",
    "freshness_minutes", "min_group", "aliases", "extra",
)  # fmt: skip


@act("dataset.added", who=ADDERS)
def add_dataset(
    *, by: Any, warehouse: Warehouse, name: str, domain: Domain, title: str = "", declared_level: int | None = None,
    source: str = "hand", columns: Sequence[Mapping[str, Any]] = (), **fields: Any,
) -> Dataset:  # fmt: skip
    """Register one dataset. Nothing is known of its level yet: it counts as L4 until its columns are reviewed.

    Args:
        by: who acts; gets a standing as contributor, so that what they brought stays in their sight.
        warehouse: where it lies.
        name: as written in its warehouse; kept in canonical form.
        domain: where it belongs.
        title: for people; the last part of the name when empty.
        declared_level: a floor, or None; without columns none milder than what is unknown.
        source: who said so.
        columns: as for `add_columns`.
        fields: of FIELDS.

    Raises:
        Invalid: a name that cannot be used (a taken one looks the same), an unknown layer or level.
    """
    if grade_of(by, warehouse.thing) < READ:
        raise Absent()
    qualified = canonical_name(name or "", warehouse.dialect)
    parts = parts_of(qualified) if qualified else ()
    errors = _faults(fields, declared_level)
    if declared_level is not None and declared_level < levels.UNKNOWN and not columns:
        errors["declared_level"] = [_("Nothing is known of its columns yet, so it counts as L4. Add the columns.")]
    if fault := fault_of_name(name or ""):
        errors["name"] = [fault]
    elif not parts or _is_taken(warehouse, qualified):
        errors["name"] = [_("Choose another name; this one cannot be used in this warehouse.")]
    if errors:
        raise Invalid(errors=errors)
    thing = things.new_thing(
        kind=Dataset.KIND, title=title or parts[-1], domain=domain, level=levels.effective(declared_level),
        state="active",
    )  # fmt: skip
    text = fields.get("description", "")
    dataset: Dataset = Dataset.objects.create(
        thing=thing, warehouse=warehouse, qualified_name=qualified, schema_name=parts[-2] if len(parts) > 1 else "",
        name=parts[-1], declared_level=declared_level, source=source, description_html=html_of(text),
        **fields,
    )  # fmt: skip
    things.give(thing, reason="contributor", grade=3, person=by)
    if columns:
        from catalog.actions.columns import add_columns

        add_columns(by=by, dataset=dataset, columns=columns)
    else:
        index_dataset(dataset)
    return dataset


@act("dataset.described", who=KEEPERS, subject="dataset")
def describe_dataset(
    *, by: Any, dataset: Dataset, expected_version: int | None = None, reason: str = "", **fields: Any
) -> Dataset:
    """Change what is said of a dataset; what stays as it was changes nothing.

    Args:
        by: who acts.
        dataset: to change.
        expected_version: the row version that the editor saw.
        reason: why.
        fields: title, and fields of FIELDS.

    Raises:
        Invalid: an unknown field or value.
        Stale: somebody else changed it in between.
    """
    title = str(fields.pop("title", dataset.title)).strip() or dataset.title
    errors = _faults(fields, None)
    if errors:
        raise Invalid(errors=errors)
    news = {name: value for name, value in fields.items() if getattr(dataset, name) != value}
    if not news and title == dataset.title:
        return dataset
    things.touch(dataset, expected_version=expected_version, title=title)
    acting().note(fields=sorted(news))
    if "description" in news:
        news["description_html"] = html_of(news["description"])
    if news:
        Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk).update(**news)
        for name, value in news.items():
            setattr(dataset, name, value)
    index_dataset(dataset)
    return dataset


@act("dataset.level_declared", who=KEEPERS, subject="dataset")
def declare_level(*, by: Any, dataset: Dataset, rank: int, reason: str = "") -> int:
    """Set a floor for a dataset. Raising counts at once; lowering is a review of governance, never this verb.

    Returns:
        The effective rank.

    Raises:
        Invalid: no such level, or one lower than the present floor.
    """
    if rank not in range(levels.LOWEST, levels.HIGHEST + 1):
        raise Invalid(errors={"rank": [_("Levels go from L1 to L5.")]})
    known = bool(dataset.column_count) or dataset.declared_level is not None
    if known and rank < (dataset.declared_level or 0):
        raise Invalid(errors={"rank": [_("Lowering a level takes a review by two others. Ask governance.")]})
    if not known and rank < levels.UNKNOWN:
        raise Invalid(errors={"rank": [_("Nothing is known of its columns yet, so it counts as L4. Add the columns.")]})
    acting().note(diff={"declared_level": [dataset.declared_level, rank]})
    Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk).update(declared_level=rank)
    dataset.declared_level = rank
    return settle_dataset(dataset)


@act("owner.appointed", who=APPOINTERS, subject="of", needs="exists")
def appoint_owner(*, by: Any, of: Any, person: User, reason: str = "") -> None:
    """Make somebody the owner of a dataset or product. There is one; a new one follows the old one.

    Raises:
        Denied: oneself: who owns it may read it, and nobody gives that to themself.
    """
    _appoint(by, of, person, "owner", is_single=True)


@act("steward.appointed", who=APPOINTERS, subject="of", needs="exists")
def appoint_steward(*, by: Any, of: Any, person: User, reason: str = "") -> None:
    """Make somebody the steward of a dataset or product, beside its owner.

    Raises:
        Denied: oneself.
    """
    _appoint(by, of, person, "steward", is_single=False)


@act("lineage.added", who=KEEPERS, subject="target")
def add_lineage(*, by: Any, source: Dataset, target: Dataset, origin: str = "hand") -> None:
    """Say that `source` feeds `target`; both must be visible to who says it."""
    if grade_of(by, source.thing) < READ:
        raise Absent()
    if source.pk == target.pk:
        raise Invalid(errors={"source": [_("A dataset does not feed itself.")]})
    things.link(source, "feeds", target, role=origin)
    acting().note(source=source.pk)  # by number: who reads the target may not know of the source


@act("lineage.removed", who=KEEPERS, subject="target")
def remove_lineage(*, by: Any, source: Dataset, target: Dataset, origin: str = "hand", reason: str = "") -> int:
    """Take back that `source` feeds `target`, as said by `origin`; returns how many joints went."""
    if grade_of(by, source.thing) < READ:
        raise Absent()
    acting().note(source=source.pk)  # by number: who reads the target may not know of the source
    return things.unlink(source, "feeds", target, role=origin)


@act("reviews.lapsed", who=Who(anyone=True))
def lapse_reviews(*, by: Any) -> int:
    """Mark reviews whose day has passed: the level stays, new grants and approvals stop. Returns how many.

    Idempotent; the nightly work calls it. Owners and stewards are told once.
    """
    today, at = clock.now().date(), clock.now()
    rows = Dataset.objects.unrestricted("what is due lapses, whoever looks").filter(
        review_due__lt=today, review_lapsed_at=None, reviewed_at__isnull=False
    )
    late = list(rows.select_for_update(of=("self",), skip_locked=True))
    keepers = things.people_standing_on(late, "owner", "steward")
    for dataset in late:
        consequence("dataset.review_lapsed", dataset, because="PRD-G3", due=str(dataset.review_due))
        for person in keepers.get(dataset.pk, []):
            tell(person, dataset, "dataset.review_lapsed", _("The review of its levels has lapsed. Ask for a new one."))
    Dataset.objects.unrestricted(_WHY).filter(pk__in=[dataset.pk for dataset in late]).update(review_lapsed_at=at)
    acting().note(counts={"datasets": len(late)})
    return len(late)


def _appoint(by: Any, of: Any, person: User, reason: str, *, is_single: bool) -> None:
    if person.pk == by.pk:
        raise Denied(_("Nobody appoints themself. A governance lead can."))
    if not person.is_active or person.is_service:
        raise Invalid(errors={"person": [_("Choose a person who works here.")]})
    thing: Thing = things.thing_of(of)
    before = things.standing_people(thing, reason)
    acting().note(diff={reason: [[p.username for p in before], person.username]})
    if is_single:
        for former in before:
            if former.pk != person.pk:
                things.end_standing(thing, reason=reason, person=former)
    things.give(thing, reason=reason, grade=RAW, person=person)
    tell(person, thing, f"{reason}.appointed", _("You now answer for this."))


def _faults(fields: Mapping[str, Any], declared_level: int | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {name: [_("There is no such field.")] for name in fields if name not in FIELDS}
    if fields.get("layer") and fields["layer"] not in Layer.values:
        errors["layer"] = [_("Layers are %(layers)s.") % {"layers": ", ".join(Layer.values)}]
    if declared_level is not None and declared_level not in range(levels.LOWEST, levels.HIGHEST + 1):
        errors["declared_level"] = [_("Levels go from L1 to L5.")]
    for name in ("retention_days", "row_count", "freshness_minutes", "min_group"):
        value = fields.get(name)
        if value is not None and (not isinstance(value, int) or value < 0):
            errors[name] = [_("Enter a whole number that is not negative.")]
    return errors


def _is_taken(warehouse: Warehouse, qualified: str) -> bool:
    rows = Dataset.objects.unrestricted("a name is given once, whoever may see its bearer")
    return bool(rows.filter(warehouse=warehouse, qualified_name=qualified).exists())


__all__ = [
    "EXISTS", "FIELDS", "KEEPERS", "add_dataset", "add_lineage", "appoint_owner", "appoint_steward", "declare_level",
    "describe_dataset", "floor_of", "lapse_reviews", "remove_lineage",
]  # fmt: skip
