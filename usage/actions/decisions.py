"""Verbs of decisions: draft, revise, pin evidence, attest, look back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalog.documents import put_document
from demand.actions.asking import LEVEL, draft_request
from demand.models import Request
from guard import clock, things
from guard.doors import act, acting, consequence, grade_of
from guard.models import Domain
from guard.policy import READ, Who
from guard.refusals import Absent, Blocked, Denied, Invalid
from guard.states import move_of, perform
from people.actions import tell
from people.models import Notice, User
from usage.models import DataRole, Decision, Evidence, Reversibility, Verdict
from usage.states import DRAFTERS, MAKERS, DecisionState
from web import markdown

WHY = "an act works on rows that it was handed"
FIELDS = (
    "question", "context_md", "options", "chosen_option", "data_role", "reversibility", "counter_evidence", "dissent",
    "affected_people", "has_person_consequence", "purpose", "expected_metric", "expected_baseline", "expected_target",
    "expected_by", "review_on", "value_estimate", "value_method",
)  # fmt: skip
REVIEW_DUE = "decision.review_due"
EVIDENCE_KINDS = ("metric", "dataset", "insight")


@act("decision.drafted", who=Who(anyone=True))
def draft_decision(
    *, by: Any, title: str, domain: Domain, question: str, decision_makers: Sequence[User], product: Any = None,
    supersedes: Decision | None = None, **fields: Any,
) -> Decision:  # fmt: skip
    """Draft a decision for its makers to attest; anyone may.

    Args:
        by: who drafts.
        title: what is decided, in one line.
        domain: where it belongs.
        question: what had to be decided.
        decision_makers: who may attest it; at least one active person.
        product: the data product that it was made with.
        supersedes: an earlier decision that this one replaces once attested.
        fields: of `FIELDS`.

    Raises:
        Absent: a product or an earlier decision that who acts may not read.
        Invalid: by field.
    """
    for other in (product, supersedes):
        _seen(by, other)
    errors = _faults(fields) | _unsaid(by, title, domain, question, decision_makers)
    if errors:
        raise Invalid(errors=errors)
    thing = things.new_thing(kind="decision", title=title.strip(), domain=domain, level=2, state=DecisionState.PROPOSED)
    decision: Decision = Decision.objects.create(
        thing=thing, question=question, drafted_by=by, supersedes=supersedes, **_ready(fields)
    )
    things.give(decision, reason="author", grade=4, person=by)
    for maker in decision_makers:
        things.give(decision, reason="decision_maker", grade=4, person=maker)
        if maker.pk != by.pk:
            tell(maker, decision, "decision.drafted", _("A decision waits for your word."))
    if product is not None:
        things.link(decision, "uses", product)
    if supersedes is not None:
        things.link(decision, "replaces", supersedes)
    _index(decision)
    return decision


@act("decision.revised", who=DRAFTERS, subject="decision")
def revise_decision(
    *, by: Any, decision: Decision, expected_version: int | None = None, title: str = "", **fields: Any
) -> Decision:
    """Change a decision that nobody has attested yet.

    Raises:
        Blocked: it was attested; draft one that supersedes it.
        Stale: somebody was faster.
        Invalid: by field.
    """
    thing = things.lock(decision)
    _still_open(thing)
    errors = _faults(fields)
    if errors:
        raise Invalid(errors=errors)
    ready = _ready(fields)
    acting().note(changed=sorted(name for name, value in ready.items() if getattr(decision, name) != value))
    for name, value in ready.items():
        setattr(decision, name, value)
    if ready:
        decision.save(update_fields=list(ready))
    things.touch(decision, expected_version=expected_version, **({"title": title.strip()} if title.strip() else {}))
    _index(decision)
    return decision


@act("decision.evidence_pinned", who=DRAFTERS, subject="decision")
def pin_evidence(
    *,
    by: Any,
    decision: Decision,
    on: Any,
    pinned: str = "",
    value: str = "",
    as_of: date | None = None,
    note: str = "",
) -> Evidence:
    """Pin what the decision rests on, as it was known then.

    Args:
        by: the drafter or a decision maker.
        decision: not attested yet.
        on: a metric, dataset or insight that `by` may see.
        pinned: version of the metric; its current one when empty.
        value: of the metric, as it was read.
        as_of: the day of that value.
        note: what it says.

    Raises:
        Absent: something that who acts may not read.
        Blocked: it was attested.
        Invalid: another kind of thing, or a metric without a version.
    """
    _seen(by, on)
    thing = things.thing_of(on)
    _still_open(things.lock(decision))
    if thing.kind not in EVIDENCE_KINDS:
        raise Invalid(errors={"on": [_("A decision rests on metrics, datasets and insights.")]})
    if thing.kind == "metric":
        current = getattr(on, "current", None)
        pinned = pinned or (str(current) if current else "")
        if not pinned:
            raise Invalid(errors={"pinned": [_("This metric has no version yet that could be pinned.")]})
    evidence, _made = Evidence.objects.unrestricted(WHY).update_or_create(
        decision=decision, thing=thing, defaults={"pinned": pinned, "value": value, "as_of": as_of, "note": note}
    )
    things.link(decision, "rests_on", thing, pinned=pinned)
    acting().note(evidence=thing.key, pinned=pinned)
    return evidence


@act("decision.attested", who=MAKERS, subject="decision")
def attest_decision(*, by: Any, decision: Decision) -> Decision:
    """Attest as a named decision maker: yes, we decided this, on this (DEC-1 to DEC-7).

    Raises:
        Denied: anybody else, also who may not speak for the earlier decision that this one replaces.
        Blocked: with every finding.
    """
    things.lock(decision)
    fresh: Decision = Decision.objects.unrestricted(WHY).get(pk=decision.pk)
    perform(fresh, "attest", by=by, attester=by)
    if fresh.supersedes is not None and by not in things.standing_people(fresh.supersedes, "decision_maker"):
        raise Denied(_("Only a decision maker of the earlier decision can replace it."))
    fresh.attested_by, fresh.attested_at = by, clock.now()
    fresh.save(update_fields=["attested_by", "attested_at"])
    if fresh.supersedes is not None:
        _supersede(fresh.supersedes)
    return fresh


def _supersede(earlier: Decision) -> None:
    rows = Decision.objects.unrestricted(WHY).filter(pk=earlier.pk, superseded_at=None)
    if rows.update(superseded_at=clock.now()):
        things.touch(earlier, state=DecisionState.SUPERSEDED)
        consequence("decision.superseded", earlier)


@act("decision.looked_back_on", who=MAKERS, subject="decision")
def look_back(*, by: Any, decision: Decision, verdict: str, actual_value: str = "", lesson: str = "") -> Decision:
    """Say what came of it.

    Raises:
        Invalid: no such verdict, or none of value and lesson.
    """
    if verdict not in Verdict.values:
        raise Invalid(errors={"verdict": [_("Choose one of the verdicts.")]})
    if not actual_value.strip() and not lesson.strip():
        raise Invalid(errors={"actual_value": [_("Say what the number is now, or what was learnt.")]})
    perform(decision, "look-back", by=by)
    decision.verdict, decision.actual_value, decision.lesson = verdict, actual_value.strip(), lesson.strip()
    decision.save(update_fields=["verdict", "actual_value", "lesson"])
    acting().note(verdict=verdict)
    return decision


@act("decision.moved", who=Who(anyone=True), subject="decision")
def move_decision(*, by: Any, decision: Decision, move: str, reason: str = "") -> Decision:
    """Reject, or mark as carried out."""
    if move == "attest" or not move_of("decision", move).is_offered:
        raise Denied()
    perform(decision, move, by=by, reason=reason)
    return decision


@act("decision.raised_request", who=DRAFTERS, subject="decision")
def raise_request(
    *, by: Any, decision: Decision, request: Request | None = None, business_question: str = "",
    decision_to_make: str = "", kind: str = Request.Sort.QUESTION,
) -> Request:  # fmt: skip
    """Join the request that this decision leads to, or draft it: the next turn of the thread. Twice is once.

    Args:
        by: who acts; becomes the requester of a new one.
        decision: not rejected.
        request: one that is there already and that `by` may read; None drafts one.
        business_question: what one wants to know next, for a new one.
        decision_to_make: which decision comes next, for a new one.
        kind: Request.Sort of a new one.

    Returns:
        The request; a new one is a draft in the decision's domain, as strict as the decision.

    Raises:
        Absent: a request that who acts may not read.
        Blocked: the decision was rejected.
        Invalid: neither a request nor words for one.
    """
    _seen(by, request)
    if things.lock(decision).state == DecisionState.REJECTED:
        raise Blocked(_("It was rejected, so nothing follows from it."), code="state")
    if request is None:
        if not business_question.strip() and not decision_to_make.strip():
            raise Invalid(errors={"request": [_("Choose a request, or say what you want to know next.")]})
        request = draft_request(
            by=by, domain=decision.domain, business_question=business_question, decision_to_make=decision_to_make,
            kind=kind, level=max(LEVEL, decision.level),
        )  # fmt: skip
    things.link(decision, "raises", request)
    acting().note(request=request.pk)  # by number: who reads the decision may not know of the request
    return request


@act("decision.reviews_called", who=Who(anyone=True))
def call_reviews(*, by: Any) -> int:
    """Tell decision makers, once, that the day to look back has come; returns how many decisions that were."""
    told = Notice.objects.unrestricted(WHY).filter(code=REVIEW_DUE).values("thing_id")
    due = Decision.objects.unrestricted(WHY).filter(
        review_on__lte=clock.now().date(), thing__state__in=[DecisionState.ACCEPTED, DecisionState.IMPLEMENTED]
    )
    rows = list(due.exclude(thing_id__in=told))
    makers = things.people_standing_on(rows, "decision_maker")
    for decision in rows:
        consequence(REVIEW_DUE, decision, because="DEC-5")
        for maker in makers.get(decision.pk, []):
            tell(maker, decision, REVIEW_DUE, _("The day to look back on this decision has come."))
    return len(rows)


def _seen(by: Any, other: Any) -> None:
    if other is not None and grade_of(by, things.thing_of(other)) < READ:
        raise Absent()


def _still_open(thing: Any) -> None:
    if thing.state != DecisionState.PROPOSED:
        raise Blocked(_("It was attested. Draft a decision that replaces it."), code="state")


def _unsaid(by: Any, title: str, domain: Domain, question: str, makers: Sequence[User]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not (by.principal.clearances.get(None) or by.principal.clearances.get(domain.pk)):
        errors["domain"] = [_("Choose one of the domains in which you work.")]
    if not title.strip():
        errors["title"] = [_("Say in one line what is decided.")]
    if not question.strip():
        errors["question"] = [_("Say what had to be decided.")]
    if not [maker for maker in makers if maker.is_active]:
        errors["decision_makers"] = [_("Name at least one person who decides.")]
    return errors


def _faults(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    errors = {name: [_("There is no such field.")] for name in fields if name not in FIELDS}
    if fields.get("data_role", DataRole.JUDGEMENT) not in DataRole.values:
        errors["data_role"] = [_("Choose what part data had.")]
    if fields.get("reversibility", Reversibility.TWO_WAY) not in Reversibility.values:
        errors["reversibility"] = [_("Choose whether it can be undone.")]
    chosen, options = fields.get("chosen_option"), _distinct(fields.get("options") or ())
    if chosen and options and chosen.strip() not in options:
        errors["chosen_option"] = [_("Choose one of the options.")]
    return errors


def _ready(fields: Mapping[str, Any]) -> dict[str, Any]:
    ready = dict(fields)
    if "options" in ready:
        ready["options"] = _distinct(ready["options"] or ())
    if "context_md" in ready:
        ready["context_html"] = str(markdown.render(ready["context_md"])) if ready["context_md"] else ""
    return ready


def _distinct(options: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(option.strip() for option in options if option.strip()))


def _index(decision: Decision) -> None:
    put_document(decision.thing, text=f"{decision.question} {decision.chosen_option}")
