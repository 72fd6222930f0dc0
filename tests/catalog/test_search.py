"""Search finds by words, names and keys, and only what the reader may see."""

from __future__ import annotations

import pytest

from catalog import actions, words
from catalog.search import search, similar
from guard.refusals import Invalid
from tests.catalog import make


def titles(results):
    return [thing.title for thing in results.things]


@pytest.fixture
def shop(omar, priya, growth):
    make.dataset(
        omar, growth, "shop.dwd_trade_order", {"order_id": 2}, description="Orders after payment.", layer="DWD"
    )
    make.dataset(omar, growth, "shop.ods_app_event", {"device_id": 2}, description="Raw events, about orders too.")
    make.dataset(omar, growth, "shop.secret_plan", {"victim_name": 5}, title="Quarantine zebra list")
    make.product(priya, growth, "Checkout Funnel Monitor", purpose="See where people leave.")


def test_a_name_weighs_more_than_a_text(shop, priya):
    assert titles(search(priya, "orders")) == ["dwd_trade_order", "ods_app_event"]


def test_the_beginning_of_a_word_is_enough(shop, priya):
    assert titles(search(priya, "check fun")) == ["Checkout Funnel Monitor"]


def test_a_key_and_a_qualified_name_are_found_exactly(shop, priya):
    first = search(priya, "shop.dwd_trade_order").things[0]
    assert titles(search(priya, first.key.lower())) == ["dwd_trade_order"]


def test_a_misspelt_word_is_mended_and_said_so(shop, priya):
    results = search(priya, "chekcout")
    assert (titles(results), results.mended) == (["Checkout Funnel Monitor"], "checkout")


def test_a_hidden_word_is_never_offered(shop, priya, grace):
    assert search(grace, "zebar").mended == "zebra"
    results = search(priya, "zebar")
    assert (results.mended, results.things, results.count) == ("", [], 0)


def test_a_hidden_thing_is_in_no_hit_count_or_facet(shop, priya, otto, grace):
    everything = search(grace, "")
    assert everything.count == 5
    assert search(priya, "").count == 4
    assert [(f.value, f.count) for f in search(priya, "").facets["level"]] == [("1", 2), ("2", 2)]
    nothing = search(otto, "")
    assert (nothing.count, list(nothing.things), nothing.next) == (0, [], "")
    assert not any(nothing.facets.values())


def test_columns_are_found_by_readers_of_columns_only(shop, priya, omar, tom, growth):
    from tests.cast import make_person

    assert titles(search(priya, "device_id")) == ["ods_app_event"]
    reader = make_person("rita", growth, (), 0)
    made = make.dataset(omar, growth, "shop.dim_shop", {"landlord": 4})
    _give(by=omar, dataset=made, person=reader, grade=2)
    assert titles(search(reader, "dim_shop")) == ["dim_shop"]
    assert titles(search(reader, "landlord")) == []
    assert search(reader, "landlrd").mended == ""
    assert titles(search(reader, "shop landlord")) == []
    _give(by=omar, dataset=made, person=reader, grade=3)
    assert titles(search(reader, "shop landlord")) == ["dim_shop"]


def _give(*, by, dataset, person, grade):
    from guard import things
    from guard.doors import act
    from guard.policy import Who

    @act("test.given", who=Who(anyone=True))
    def give(*, by):
        things.give(dataset, reason="grant", grade=grade, person=person)

    give(by=by)


def test_a_level_that_rises_hides_in_the_same_transaction(shop, priya, omar):
    found = search(priya, "dwd_trade_order").things[0]
    from catalog.models import Dataset

    made = Dataset.objects.visible_to(omar).get(pk=found.pk)
    actions.propose_column_level(by=omar, column=make.column(made, "order_id"), rank=5)
    assert search(priya, "dwd_trade_order").count == 0


def test_filters_and_facets_agree(shop, grace):
    results = search(grace, "", kinds=["dataset"])
    assert {f.value: f.count for f in results.facets["kind"]} == {"dataset": 3}
    assert search(grace, "", level=5).count == 1
    assert search(grace, "", domain="growth", kinds=["product"], state="discover").count == 1


def test_pages_follow_each_other_without_repetition(grace, omar, growth):
    make.load(omar, growth, make.rows(30))
    seen, cursor = [], ""
    while True:
        page = search(grace, "orders", limit=7, cursor=cursor)
        seen += titles(page)
        cursor = page.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 30 == page.count


def test_a_made_up_cursor_is_refused(grace):
    with pytest.raises(Invalid):
        search(grace, "x", cursor="-1; DROP TABLE")


@pytest.mark.parametrize("q", ["'", "\\", "a:*|b", "!!", "(((", "%", "\x00x", "复购率 (", '"; --', "ñandú" * 50])
def test_no_text_breaks_it(shop, grace, q):
    search(grace, q)


def test_chinese_is_found_by_two_signs(priya, growth):
    make.product(priya, growth, "用户复购率看板")
    assert titles(search(priya, "复购率")) == ["用户复购率看板"]
    assert titles(search(priya, "率看")) == ["用户复购率看板"]
    assert titles(search(priya, "活跃")) == []


def test_accents_plurals_and_humps_do_not_matter():
    assert words.words_of("CaféOrders café_orders") == ["cafe", "order", "cafe", "order"]


def test_similar_things_share_telling_words(shop, priya, otto):
    found = similar(priya, "Where do people leave the checkout funnel?", ["product"])
    assert [s.thing.title for s in found] == ["Checkout Funnel Monitor"]
    assert similar(priya, "What should we have for lunch?") == []
    assert similar(otto, "Where do people leave the checkout funnel?") == []


def test_the_vocabulary_forgets_what_nothing_says_any_more(priya, growth):
    from catalog.documents import forget_unused_words
    from catalog.models import SearchWord

    product = make.product(priya, growth, purpose="Mentions a chrysanthemum.")
    actions.change_product(by=priya, product=product, purpose="Says nothing.")
    assert SearchWord.objects.filter(word="chrysanthemum").exists()
    forget_unused_words()
    assert not SearchWord.objects.filter(word="chrysanthemum").exists()
    assert SearchWord.objects.filter(word="checkout").exists()
