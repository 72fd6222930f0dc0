"""Verbs about data products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Dataset, Product
from catalog.models.product import ProductKind
from catalog.prohibited import refuse_in_published
from catalog.prose import html_of
from catalog.search import put_document
from catalog.states import Stage
from guard import clock, things
from guard.doors import act, acting, grade_of
from guard.models import Domain
from guard.policy import READ, Who
from guard.refusals import Absent, Denied, Invalid
from guard.states import perform
from people.models import Role, User

MAKERS = Who(roles={Role.DATA_PM, Role.GOVERNANCE_LEAD})
PM = Who(roles={Role.GOVERNANCE_LEAD}, standings={"pm", "owner"})
FIELDS = (
    "product_kind", "purpose", "usage_target", "audience_team", "eligible_count", "review_on", "sla", "extra",
)  # fmt: skip
_WHY = "an act works on rows that it was handed"


@act("product.added", who=MAKERS)
def add_product(
    *, by: Any, title: str, domain: Domain, pm: User | None = None, key: str | None = None, **fields: Any
) -> Product:
    """Begin a data product in the stage “discover”.

    Args:
        by: who acts.
        title: its name for people.
        domain: where it belongs.
        pm: its product manager; who acts when None.
        key: only in a load that keeps its keys.
        fields: of FIELDS.

    Raises:
        Invalid: no title, an unknown kind, a usage target that is no percentage.
    """
    errors = _faults(fields)
    if not title.strip():
        errors["title"] = [_("Give the product a name.")]
    if errors:
        raise Invalid(errors=errors)
    thing = things.new_thing(
        kind=Product.KIND, title=title.strip(), domain=domain, state=Stage.DISCOVER,
        key=key if clock.loaded_at() else None,
    )  # fmt: skip
    product: Product = Product.objects.create(thing=thing, purpose_html=html_of(fields.get("purpose", "")), **fields)
    things.give(thing, reason="pm", grade=4, person=pm or by)
    _index(product)
    return product


@act("product.changed", who=PM, subject="product")
def change_product(
    *, by: Any, product: Product, expected_version: int | None = None, reason: str = "", **fields: Any
) -> Product:
    """Change what is said of a product; what stays as it was changes nothing.

    Raises:
        Invalid: an unknown field or value.
        Stale: somebody else changed it in between.
    """
    title = str(fields.pop("title", product.title)).strip() or product.title
    errors = _faults(fields)
    if errors:
        raise Invalid(errors=errors)
    # by column name, so that a team in hand and a team by number compare without a query
    news = {name: value for name, value in fields.items() if _present(product, name) != getattr(value, "pk", value)}
    if not news and title == product.title:
        return product
    things.touch(product, expected_version=expected_version, title=title)
    acting().note(fields=sorted(news))
    if "purpose" in news:
        news["purpose_html"] = html_of(news["purpose"])
    if news:
        Product.objects.unrestricted(_WHY).filter(pk=product.pk).update(**news)
        for name, value in news.items():
            setattr(product, name, value)
    _index(product)
    return product


@act("product.dataset_contained", who=PM, subject="product")
def contain(*, by: Any, product: Product, dataset: Dataset) -> None:
    """Say that a product contains a dataset; the product is from now on at least as strict.

    Raises:
        Absent: a dataset that who acts may not read.
        Blocked: a product that is built or used, and a dataset with a column that must not be kept.
    """
    if grade_of(by, dataset.thing) < READ:
        raise Absent()
    refuse_in_published(product, [dataset], by)
    things.link(product, "contains", dataset)
    acting().note(dataset=dataset.pk)


@act("product.dataset_released", who=PM, subject="product")
def release(*, by: Any, product: Product, dataset: Dataset, reason: str = "") -> int:
    """Say that a product contains a dataset no longer; returns how many joints went."""
    acting().note(dataset=dataset.pk)
    return things.unlink(product, "contains", dataset)


@act("product.moved", who=Who(anyone=True), subject="product")
def move_product(*, by: Any, product: Product, move: str, reason: str = "") -> Product:
    """Make a move of `catalog.states`; who may and what must hold stands there.

    Raises:
        Blocked: wrong stage, or gates with their findings.
        Denied: neither its product manager nor its owner.
    """
    perform(product, move, by=by, reason=reason)
    return product


@act("product.stage_loaded", who=MAKERS, subject="product")
def load_stage(*, by: Any, product: Product, stage: str) -> Product:
    """Set a stage as history that was loaded, and mark the product as such; only inside `clock.loading`.

    Raises:
        Denied: outside a load.
        Invalid: no such stage.
    """
    if clock.loaded_at() is None:
        raise Denied(_("A stage is reached by its moves; only loaded history says otherwise."))
    if stage not in Stage.values:
        raise Invalid(errors={"stage": [_("There is no such stage.")]})
    things.touch(product, state=stage)
    Product.objects.unrestricted(_WHY).filter(pk=product.pk).update(is_loaded_history=True)
    product.is_loaded_history = True
    return product


def _present(product: Product, name: str) -> Any:
    return product.audience_team_id if name == "audience_team" else getattr(product, name)


def _faults(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {name: [_("There is no such field.")] for name in fields if name not in FIELDS}
    if "product_kind" in fields and fields["product_kind"] not in ProductKind.values:
        errors["product_kind"] = [_("There is no such kind of product.")]
    target = fields.get("usage_target")
    if target is not None and (not isinstance(target, int) or not 1 <= target <= 100):
        errors["usage_target"] = [_("A usage target is a percentage from 1 to 100.")]
    count = fields.get("eligible_count")
    if count is not None and (not isinstance(count, int) or count < 1):
        errors["eligible_count"] = [_("Enter how many people are eligible, at least 1.")]
    return errors


def _index(product: Product) -> None:
    put_document(product.thing, tags=[product.product_kind, product.domain.name], body=product.purpose)
