"""Verbs of writing: begin, revise, declare, submit, move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.documents import put_document
from guard import clock, things
from guard.doors import act, acting
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Blocked, Denied, Invalid, Stale
from guard.states import move_of, perform
from people.models import Role
from prds import content
from prds.models import Horizon, Prd, ReviewRole, ReviewSlot
from prds.slots import scope_of, slots_needed
from prds.states import OPEN, STARTERS, WRITERS, PrdState
from prds.template import SECTIONS as TEMPLATE
from prds.template import Section, new_section, parse_sections
from talk.changes import re_anchor

SETTINGS = ("decision_maker", "horizon", "declared_level", "purpose", "retention_days", "target_launch", "title")


@act("prd.written", who=STARTERS)
def write_prd(
    *, by: Any, title: str, domain: Domain, product: Any = None, sections: Sequence[Section] | None = None,
    language: str = "en", **settings: Any,
) -> Prd:  # fmt: skip
    """Begin a PRD from the template, or from sections already written.

    Args:
        by: the author.
        title: at most 300 characters.
        domain: where it belongs.
        product: the data product that it specifies, which the author may see.
        sections: the text; None begins with the template.
        language: of the template's headings, en or zh.
        settings: decision_maker, horizon, declared_level, purpose, retention_days, target_launch.

    Raises:
        Invalid: no title, an unknown setting's value, or a text that cannot be read.
    """
    if not title.strip():
        raise Invalid(errors={"title": [_("Give the PRD a title.")]})
    _check(settings)
    thing = things.new_thing(
        kind="prd", title=title.strip(), domain=domain, level=settings.get("declared_level") or 2, state=PrdState.DRAFT
    )
    prd: Prd = Prd.objects.create(thing=thing, author=by, language=language, **settings)
    things.give(prd, reason="author", grade=6, person=by)
    _give_decision_maker(prd)
    if product is not None:
        things.link(prd, "specifies", product)
    content.write_version(prd, sections or [new_section(spec.slug, language) for spec in TEMPLATE], by=by)
    _keep_slots(prd)
    _index(prd)
    return prd


@act("prd.revised", who=WRITERS, subject="prd")
def revise_prd(
    *, by: Any, prd: Prd, bodies: Mapping[str, str] | None = None, text: str | None = None,
    expected_number: int | None = None, change_note: str = "",
) -> Prd:  # fmt: skip
    """Change sections by slug, or the whole text; a save without a change does nothing and resets nothing.

    Comments follow the words that they stand on; those whose words are gone are shown so.

    Args:
        by: who writes; becomes a contributor.
        prd: the PRD.
        bodies: new body by slug; other sections stay.
        text: the whole document instead.
        expected_number: number of the version that the writer started from.
        change_note: why.

    Raises:
        Stale: somebody saved another version in between.
        Blocked: it is past writing; an approved PRD is reopened first.
        Invalid: malformed references or text, by section.
    """
    thing = things.lock(prd)
    if prd.current is not None:
        prd = Prd.objects.unrestricted(content.WHY).get(pk=prd.pk)
    if thing.state not in OPEN and thing.state != PrdState.APPROVED:
        raise Blocked(_("This PRD is past writing. Start a new one that supersedes it."), code="state")
    if expected_number is not None and prd.current is not None and prd.current.number != expected_number:
        raise Stale()
    sections = (
        parse_sections(text) if text is not None else _with_bodies(content.sections_of(prd.current), bodies or {})
    )
    if not sections:
        raise Invalid(errors={"text": [_("Write at least one section with a heading of the second level.")]})
    version = content.write_version(prd, sections, by=by, change_note=change_note)
    if version is None:
        acting().note(unchanged=not _look_again(prd, by))
        return prd
    if by.pk != prd.author_id:
        things.give(prd, reason="contributor", grade=6, person=by)
    if thing.state == PrdState.APPROVED:
        things.touch(prd, state=PrdState.DRAFT)
        Prd.objects.unrestricted(content.WHY).filter(pk=prd.pk).update(approved=None)
    else:
        things.touch(prd)
    lost = re_anchor(prd, {section.slug: section.body for section in sections})
    acting().note(version=version.number, sha256=version.content_sha256, **({"orphaned": lost} if lost else {}))
    _keep_slots(prd)
    _index(prd)
    return prd


def _look_again(prd: Prd, by: Any) -> int:
    """The same words may name more than before: what was hidden or not there is joined without a new version."""
    found = content.look_again(prd, by)
    if found:
        acting().note(joined=found)
        things.touch(prd)
        _keep_slots(prd)
    return found


def _with_bodies(sections: Sequence[Section], bodies: Mapping[str, str]) -> list[Section]:
    unknown = set(bodies) - {section.slug for section in sections}
    if unknown:
        raise Invalid(errors={slug: [_("There is no such section.")] for slug in sorted(unknown)})
    return [
        Section(
            section.slug, section.heading, bodies.get(section.slug, section.body).replace("\r\n", "\n"), section.order
        )
        for section in sections
    ]


@act("prd.declared", who=WRITERS, subject="prd")
def declare_prd(*, by: Any, prd: Prd, expected_version: int | None = None, **settings: Any) -> Prd:
    """Change title, decision maker, horizon, declared level, purpose, retention or target of a PRD that is open.

    Raises:
        Invalid: a value that cannot be.
        Blocked: it is past writing.
        Stale: by `expected_version` (the Thing's row version) somebody was faster.
    """
    thing = things.lock(prd)
    if thing.state not in OPEN:
        raise Blocked(_("This PRD is past writing."), code="state")
    _check(settings)
    title = settings.pop("title", None)
    diff = {
        name: [str(getattr(prd, name)), str(value)] for name, value in settings.items() if getattr(prd, name) != value
    }
    for name, value in settings.items():
        setattr(prd, name, value)
    if settings:
        prd.save(update_fields=list(settings))
    acting().note(diff=diff)
    things.touch(
        prd, expected_version=expected_version, **({"title": title.strip()} if title and title.strip() else {})
    )
    if "declared_level" in settings:
        things.set_level(prd, prd.declared_level or 2)
    _give_decision_maker(prd)
    _keep_slots(prd)
    _index(prd)
    return prd


def _check(settings: Mapping[str, Any]) -> None:
    errors = {name: [_("There is no such setting.")] for name in settings if name not in SETTINGS}
    level = settings.get("declared_level")
    if level is not None and level not in range(1, 6):
        errors["declared_level"] = [_("Choose a level from 1 to 5.")]
    if settings.get("horizon", Horizon.PLATFORM) not in Horizon.values:
        errors["horizon"] = [_("Choose one of the horizons.")]
    if errors:
        raise Invalid(errors=errors)


def _give_decision_maker(prd: Prd) -> None:
    things.end_standing(prd, reason="decision_maker")
    if prd.decision_maker is not None:
        things.give(prd, reason="decision_maker", grade=4, person=prd.decision_maker)


def _keep_slots(prd: Prd) -> None:
    """Open the review slots that its level and content need; slots that are there stay with their reviewers."""
    there = set(ReviewSlot.objects.unrestricted(content.WHY).filter(prd=prd).values_list("role", flat=True))
    for role in slots_needed(prd):
        if role not in there:
            ReviewSlot.objects.create(prd=prd, role=role, sections=scope_of(ReviewRole(role)))


def _index(prd: Prd) -> None:
    text = " ".join(section.own_body for section in content.sections_of(prd.current))
    put_document(prd.thing, text=text[:20_000])


@act("prd.submitted", who=WRITERS, subject="prd")
def submit_prd(*, by: Any, prd: Prd) -> Prd:
    """Hand it to its reviewers; what it names and could not be found before is looked for once more."""
    things.lock(prd)
    _look_again(Prd.objects.unrestricted(content.WHY).get(pk=prd.pk), by)
    perform(prd, "submit", by=by)
    return prd


@act("prd.moved", who=Who(anyone=True), subject="prd")
def move_prd(*, by: Any, prd: Prd, move: str, reason: str = "") -> Prd:
    """Hold, resume, reject, cancel or start building; the table of moves says who and from where.

    Raises:
        Denied: for moves that have a verb of their own.
    """
    if move in ("submit", "approve", "request-changes") or not move_of("prd", move).is_offered:
        raise Denied()
    perform(prd, move, by=by, reason=reason)
    return prd


@act("prd.loaded", who=Who(roles={Role.DATA_PM}), subject="prd")
def load_state(*, by: Any, prd: Prd, state: str) -> Prd:
    """Mark a PRD as history that was decided before the rules were here; only inside a load, and its page says so."""
    if clock.loaded_at() is None:
        raise Denied(_("History can only be loaded."))
    things.touch(prd, state=PrdState(state))
    prd.is_loaded_history, prd.approved = True, prd.current
    prd.save(update_fields=["is_loaded_history", "approved"])
    return prd
