"""Verbs that bring a metric into being and say who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.prohibited import refuse_in_published
from guard import levels, things
from guard.doors import act, acting, grade_of
from guard.models import Domain
from guard.policy import RAW, READ, Who
from guard.refusals import Absent, Denied, Invalid
from metrics import formula, inputs, marks
from metrics.models import BusinessLimit, Metric, MetricKind, Tier
from metrics.models.metric import CODE
from metrics.names import plain_names, too_long
from metrics.states import MetricState
from people.models import Role, User
from web import markdown

_WHY = "a code is taken whoever asks; the answer names nothing"
PROPOSED_GRADE = READ
KEEPERS = Who(roles={Role.DATA_PM, Role.GOVERNANCE_LEAD}, standings={"owner"})
NAMERS = Who(roles={Role.DATA_PM, Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD})  # of conditions that metrics share


@act("metric.proposed", who=Who(anyone=True))
def propose_metric(
    *, by: Any, domain: Domain, code: str, title: str, metric_kind: str = "atomic", tier: str = "input",
    synonyms: Iterable[str] = (), caliber_md: str = "", unit: str = "", purposes: Iterable[str] = (),
    business_process: str = "", level: int = 2, reason: str = "",
) -> Metric:  # fmt: skip
    """Propose a metric; what it computes is said by `define_metric`.

    Args:
        by: anybody cleared in the domain.
        domain: where it belongs.
        code: small letters, digits and underscores; one metric's alone, as code and as synonym.
        title: its name for people.
        metric_kind: atomic, derived or composite.
        tier: its part in the tree.
        synonyms: other names that people use.
        caliber_md: Markdown; what is counted and what is left out.
        unit: such as people, percent, CNY.
        purposes: what it may be used for.
        business_process: such as checkout.
        level: what it declares of itself; what it is measured from may raise it.
        reason: why it is wanted.

    Returns:
        The metric, in `proposed`.

    Raises:
        Denied: not cleared in the domain.
        Invalid: a code that is taken or no code, no title, unknown words.
    """
    if not by.principal.clearance(domain.pk):
        raise Denied(_("Only people who are cleared in this domain propose metrics in it."))
    synonyms, purposes = ([name.strip() for name in names if name.strip()] for names in (synonyms, purposes))
    words = {"unit": unit, "synonyms": synonyms, "purposes": purposes, "business_process": business_process}
    _check(code, title, {"metric_kind": metric_kind, "tier": tier} | words, level)
    thing = things.new_thing(kind="metric", title=title.strip(), domain=domain, level=level, state=MetricState.PROPOSED)
    metric: Metric = Metric.objects.create(
        thing=thing, code=code, synonyms=synonyms, names=plain_names(code, title, synonyms), metric_kind=metric_kind,
        tier=tier, caliber_md=caliber_md, caliber_html=markdown.render(caliber_md), unit=unit.strip(),
        purposes=purposes, business_process=business_process.strip(),
    )  # fmt: skip
    things.give(thing, reason="proposer", grade=PROPOSED_GRADE, person=by)
    marks.index(metric)
    return metric


@act("metric.owner_appointed", who=KEEPERS, subject="metric")
def appoint_owner(*, by: Any, metric: Metric, person: User, reason: str = "") -> Metric:
    """Make somebody the one business owner of a metric.

    Raises:
        Denied: oneself.
        Invalid: somebody who is not cleared in its domain, or no person.
    """
    return _appoint(by, metric, person, "owner")


@act("metric.steward_appointed", who=KEEPERS, subject="metric")
def appoint_steward(*, by: Any, metric: Metric, person: User, reason: str = "") -> Metric:
    """Make somebody the one technical steward of a metric.

    Raises:
        Denied: oneself.
        Invalid: somebody who is not cleared in its domain, or no person.
    """
    return _appoint(by, metric, person, "steward")


@act("limit.named", who=NAMERS)
def name_limit(*, by: Any, domain: Domain, code: str, name: str, predicate: str) -> BusinessLimit:
    """Name a condition so that many metrics share it. It is never changed: metrics keep the words that they took.

    Raises:
        Denied: who acts is not cleared in the domain.
        Invalid: a taken or unfit code, no name, or a text that is not one condition.
    """
    if not by.principal.clearance(domain.pk):
        raise Denied(_("Only people who are cleared in this domain name conditions in it."))
    errors: dict[str, list[str]] = {}
    if not _is_code(code) or BusinessLimit.objects.filter(code=code).exists():
        errors["code"] = [_("Choose another code: small letters, digits and underscores, not taken.")]
    if not name.strip():
        errors["name"] = [_("Give it a name.")]
    try:
        if not formula.names_in(predicate):
            errors["predicate"] = [_("A condition speaks of at least one column.")]
    except formula.UnreadableFormula:
        errors["predicate"] = [_("This is not one SQL condition.")]
    if errors:
        raise Invalid(errors=errors)
    acting().note(limit=code)
    return BusinessLimit.objects.create(code=code, name=name.strip(), predicate=predicate.strip(), domain=domain)


@act("product.metric_offered", who=Who(standings={"pm", "owner"}), subject="product")
def offer_metric(*, by: Any, product: Product, metric: Metric) -> None:
    """Say that a product offers a metric; from now on it is at least as strict.

    Raises:
        Absent: a metric that who acts may not read.
        Blocked: a product that is built or used, and a metric that reads what must not be kept.
    """
    if grade_of(by, metric.thing) < READ:
        raise Absent()
    refuse_in_published(product, [source.dataset for source in inputs.sources_of(metric)], by)
    things.link(product, "offers", metric)
    acting().note(metric=metric.key)


def _appoint(by: Any, metric: Metric, person: User, reason: str) -> Metric:
    if person.pk == by.pk:
        raise Denied(_("Nobody appoints themself. Another data PM or a governance lead can."))
    if not person.is_active or person.is_service or not person.principal.clearance(metric.thing.domain_id):
        raise Invalid(errors={"person": [_("Choose a person who works here and is cleared in this domain.")]})
    before = things.standing_people(metric, reason)
    for former in before:
        things.end_standing(metric, reason=reason, person=former)
    things.give(metric, reason=reason, grade=RAW, person=person)
    things.touch(metric)
    acting().note(diff={reason: [[p.username for p in before], person.username]})
    return metric


def _check(code: str, title: str, words: dict[str, Any], level: int) -> None:
    errors: dict[str, list[str]] = too_long(words)
    if not _is_code(code):
        errors["code"] = [_("Use small letters, digits and single underscores, such as pay_buyer_cnt.")]
    elif Metric.objects.unrestricted(_WHY).filter(Q(code=code) | Q(synonyms__contains=[code])).exists():
        errors["code"] = [_("This code is taken. Choose another.")]
    if not title.strip() or len(title) > 300:
        errors["title"] = [_("Give it a name of at most 300 characters.")]
    if words["metric_kind"] not in MetricKind.values:
        errors["metric_kind"] = [_("Choose one of those offered.")]
    if words["tier"] not in Tier.values:
        errors["tier"] = [_("Choose one of those offered.")]
    if level not in range(levels.LOWEST, levels.HIGHEST + 1):
        errors["level"] = [_("Levels go from L1 to L5.")]
    if errors:
        raise Invalid(errors=errors)


def _is_code(text: str) -> bool:
    try:
        CODE(text)
    except ValidationError:
        return False
    return len(text) <= 80
