"""What somebody may not read any more is gone from every record; what is over is not reached by its address either."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.core import mail
from django.urls import reverse

from guard import things
from guard.models import Domain, Thing
from people.actions import tell
from people.models import User
from tests.catalog import make
from tests.house import routes
from tests.house.doors import claims, readers, walking
from tests.house.doors.planting import FRESH, Planted, gardener
from tests.house.doors.readers import BELOW, Reader
from tests.house.doors.walking import Ask
from tests.house.test_routes import TABLE

MID = Reader("mid", 3, BELOW[3].roles, ((3, FRESH),))
REMEMBER = (claims.HISTORY, claims.NOTICES, claims.THREAD, claims.NESTED)
#: pages on which something passed by lately is named
FEEDS = ("/", "/me/", "/governance/", "/governance/audit/", "/api/v1/ledger/", "/api/v1/notices/", "/search/")


def remembered(person: User, at: Planted) -> Iterator[tuple[str, set[str]]]:
    """What every record says to somebody of one set: history, differences, notices, threads, what happened lately."""
    client = walking.signed_in(person)
    for ask in walking.asks([at], []):
        if ask.door in REMEMBER:
            yield ask.url, walking.answer(client, ask).words
    for url in FEEDS:
        yield url, walking.answer(client, Ask("", "", url)).words


def test_case_13_history_and_old_titles_of_what_rose_are_gone(growth: Domain) -> None:
    """Mid reads histories, versions and notices of a set; it becomes stricter; every record of it is silent to Mid."""
    mid, world, (at,) = readers.make(MID, growth)
    own = {one.word for one in world.secrets if (one.level, one.state) == (at.level, at.state) and one.needed <= 6}
    before = {url: words & own for url, words in remembered(mid, at)}
    told = [url for url, words in before.items() if words]
    assert len(told) >= 10 and any("compare" in url for url in told), told
    with gardener(world.keeper):
        for thing in at.things.values():
            things.set_level(Thing.objects.unrestricted("a test makes its ground").get(pk=thing.pk), 5)
            tell(mid, thing, "dataset.described", "Something happened.")
    after = {url: words & own for url, words in remembered(mid, at)}
    assert not {url: words for url, words in after.items() if words}
    kept = [url for url, words in remembered(world.keeper, at) if words & own]
    assert len(kept) >= len([url for url in told if url not in FEEDS])  # who is cleared reads them as before


def addresses(at: Planted, absent: bool) -> Iterator[tuple[str, str]]:
    """Every address of every object and row of a set; or the same addresses for what never was there."""
    for route, parts in walking.own_routes():
        row = routes.row_of(route, TABLE)
        if row is None or not {"key", "number", "pk", "uid"} & set(parts):
            continue
        for url in walking._addresses(route, parts, row, at):
            gone = re.sub(r"/\d+/", "/999999999/", re.sub(r"/[A-Z]{2,4}-\d+/", "/DS-99999/", url))
            yield route, gone if absent else url


def test_case_14_what_is_begun_approved_or_retired_is_absent_by_its_address(growth: Domain) -> None:
    """Three states of the strictest level, by key and by number: each answer is the one that nothing gets."""
    reader = Reader("low", 1, BELOW[2].roles, tuple((5, state) for state in ("fresh", "approved", "retired")))
    low, world, sets = readers.make(reader, growth)
    client, cleared, asked, good = walking.signed_in(low), walking.signed_in(world.keeper), 0, set()

    def plain(url: str) -> tuple[int, str]:
        answer = client.get(url)
        text = answer.content.decode().replace(url, "URL")
        return answer.status_code, re.sub(r"[0-9a-f]{32}|[0-9A-Za-z]{64}|[A-Z]{2,4}-\d+", "", text)

    for at in sets:
        pairs = zip(addresses(at, absent=False), addresses(at, absent=True), strict=True)
        for (route, url), (_route, nowhere) in pairs:
            status, text = plain(url)
            assert status in (404, 405, 403), (route, url, status)
            assert not set(walking.WORD.findall(text)), url
            if status == 404:
                assert (status, text) == plain(nowhere), url
            asked += 1
        for route in ("v1:dataset-detail", "v1:prd-detail", "v1:request-detail", "v1:metric-detail"):
            kind = route.split(":")[1].split("-")[0]
            good.add(cleared.get(reverse(route, kwargs={"key": at.things[kind].key})).status_code)
    assert asked > 300 and good == {200}


def test_case_16_a_notice_names_nothing_after_the_right_was_lost(
    growth: Domain, omar: User, grace: User, mei: User, run_outbox: Callable[[], int]
) -> None:
    """Written while Mei might read it, read afterwards: on her page, over the API, in the badge; nothing is mailed."""
    dataset = make.dataset(omar, growth, "shop.zebra", {"zebra_no": 3})
    with gardener(omar):
        tell(mei, dataset, "dataset.described", "Something happened.")
    client = walking.signed_in(mei)
    addresses_of_notices = ("/me/", "/api/v1/notices/", "/")
    assert [dataset.key in client.get(url).content.decode() for url in addresses_of_notices[:2]] == [True, True]
    assert "zebra" in client.get("/me/").content.decode()
    make.approve_levels(by=grace, dataset=make.fresh(dataset), levels={"zebra_no": 5})
    with gardener(omar):
        tell(mei, dataset, "levels.approved", "Levels were approved.")
    run_outbox()
    for url in addresses_of_notices:
        text = client.get(url).content.decode()
        assert "zebra" not in text and dataset.key not in text, url
    assert mail.outbox == []
    with gardener(omar):
        tell(grace, dataset, "levels.approved", "Levels were approved.")
    assert "zebra" in walking.signed_in(grace).get("/me/").content.decode()
