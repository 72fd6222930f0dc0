"""Why a thing has its level: the path to where it comes from, and no more than the reader may know."""

from __future__ import annotations

import pytest

from catalog.actions import contain, label_column
from guard.models import Thing
from guard.witness import because, steps_of
from tests.catalog import make

pytestmark = pytest.mark.django_db


def said(actor, obj):
    thing = Thing.objects.unrestricted("a test looks at what is there").select_related("domain").get(pk=obj.pk)
    return [reason.sentence for reason in because(actor, thing)]


def test_it_names_the_column_whose_approved_level_decides(omar, growth):
    dataset = make.dataset(omar, growth, levels={"card": 4, "amount": 2})
    assert said(omar, dataset) == ["card: approved as L4."]


def test_it_says_that_nobody_classified_a_column(omar, growth):
    dataset = make.dataset(omar, growth, levels={"card": None, "amount": 2})
    assert said(omar, dataset) == ["card: nobody has classified it, so it counts as L4."]


def test_it_names_the_category_and_its_scheme(omar, growth):
    dataset = make.dataset(omar, growth, levels={"diagnosis": 2})
    label_column(by=omar, column=make.column(dataset, "diagnosis"), category="gdpr:health")
    (sentence,) = said(omar, dataset)
    assert "Data concerning health (General Data Protection Regulation), which asks for L4; not reviewed" in sentence


def test_it_says_what_columns_mean_together(omar, growth):
    dataset = make.dataset(omar, growth, levels={"born": 2, "sex": 1, "zip": 2})
    for name, category in (("born", "birth-date"), ("sex", "sex"), ("zip", "postcode")):
        label_column(by=omar, column=make.column(dataset, name), category=category)
    assert said(omar, dataset) == [
        "Its columns together: Date of birth, sex and postcode together single a person out."
    ]


def test_it_leads_from_the_product_to_the_column(omar, priya, growth):
    dataset = make.dataset(omar, growth, levels={"card": 3})
    product = make.product(priya, growth)
    contain(by=priya, product=product, dataset=dataset)
    joint, column = said(priya, product)
    assert joint.startswith(f"{product.key} ") and f"{dataset.key}, dwd_order, and carries L3" in joint
    assert column == "card: approved as L3."


def test_what_the_reader_may_not_see_is_one_restricted_item(omar, priya, growth):
    dataset = make.dataset(omar, growth, levels={"card": 3})
    product = make.product(priya, growth)
    contain(by=priya, product=product, dataset=dataset)
    make.approve_levels(by=omar, dataset=dataset, levels={"card": 4})
    text = " ".join(said(priya, product))
    assert text == "It rests on 1 restricted item."


def test_who_sees_no_columns_reads_no_names_of_them(omar, mei, growth):
    from guard import things
    from guard.doors import act
    from guard.policy import Who

    @act("test.shown", who=Who(anyone=True), subject="dataset")
    def show(*, by, dataset):
        things.give(dataset, reason="reviewer", grade=2, person=mei)

    dataset = make.dataset(omar, growth, levels={"card": 4, "amount": 2})
    show(by=omar, dataset=dataset)
    assert said(mei, dataset) == ["A column of it needs L4."]


def test_the_way_ends_on_a_thing_that_has_the_level_in_itself(omar, priya, growth):
    product = make.product(priya, growth)
    thing = Thing.objects.unrestricted("a test looks at what is there").get(pk=product.pk)
    assert [step.thing.pk for step in steps_of(thing)] == [product.pk]
