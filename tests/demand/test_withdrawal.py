"""INT-3: a withdrawn interview leaves no word anywhere; what is counted stays and is counted again."""

from datetime import timedelta

import pytest

from catalog.search import search
from demand import actions
from demand.models import Identity, Insight, Quote
from demand.tasks import purge_what_has_ended, wake_what_was_put_off
from guard import clock
from guard.refusals import Absent, Blocked, Denied
from people.models import User
from talk.actions import add_comment
from tests.demand import make
from tests.past_the_wall import past_the_wall

LOOK = "a test looks at what was written"
SAID = "Zanzibar quokkas frighten my marzipan"
TEXT = f"Lena: {SAID} every Friday.\nPriya: Really?\nLena: Xylophones too.\n"
WORDS = ("zanzibar", "quokka", "marzipan", "xylophon", "albrecht")


@pytest.fixture
def cli(db):
    return User.objects.create_user(username="cli", name="Command line", is_service=True)


@pytest.fixture
def heard(priya, growth):
    who = make.participant(priya, growth, "P-77", name="Lena Albrecht", contact="albrecht@example.test")
    interview = make.transcribed(priya, growth, text=TEXT, participant=who)
    quote = actions.code_quote(by=priya, interview=interview, exact=SAID, codes=["late"])
    add_comment(by=priya, on=quote, body=f"She said: {SAID}!", exact=SAID)
    add_comment(by=priya, on=interview, body="Xylophones are a matter of their own.")
    other = make.quote(priya, growth, alias="P-78", unit="Support")
    insight = actions.draft_insight(by=priya, domain=growth, statement="Fridays are bad", supporting=[quote, other])
    return {"interview": interview, "quote": quote, "insight": actions.support_insight(by=priya, insight=insight)}


def columns_with(word):
    """Every column of every table that holds the word, whatever its type."""
    found = []
    with past_the_wall() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND has_column_privilege(quote_ident(table_name), column_name, 'SELECT')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_before_the_withdrawal_the_words_are_where_they_should_be(heard, priya):
    assert {"demand_interview.transcript_md", "demand_quote.exact", "guard_thing.title"} <= set(
        columns_with("zanzibar")
    )
    assert [thing.pk for thing in search(priya, "zanzibar quokkas").things]
    assert "demand_identity.name" in columns_with("albrecht")
    assert not any("guard_entry" in place for word in WORDS for place in columns_with(word))


def test_no_word_is_left_in_any_column_of_any_table(heard, priya):
    actions.withdraw_interview(by=priya, interview=heard["interview"], reason="The person asked us to.")
    assert {word: columns_with(word) for word in WORDS} == {word: [] for word in WORDS}


def test_no_word_is_left_in_search_pages_exports_and_api(heard, priya, client):
    actions.withdraw_interview(by=priya, interview=heard["interview"], reason="The person asked us to.")
    client.force_login(priya)
    addresses = [
        "/demand/interviews/", "/demand/interviews/?format=csv", "/api/v1/quotes/", "/api/v1/interviews/",
        f"/demand/interviews/{heard['interview'].key}/", f"/demand/quotes/{heard['quote'].key}/",
        f"/demand/insights/{heard['insight'].key}/", f"/api/v1/interviews/{heard['interview'].key}/",
        f"/api/v1/quotes/{heard['quote'].key}/", f"/trace/{heard['insight'].key}/",
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode().lower()
        assert not [word for word in WORDS if word in text], address
    for word in WORDS:
        assert not search(priya, word).things


def test_counts_stay_and_insights_are_counted_again(heard, priya):
    actions.withdraw_interview(by=priya, interview=heard["interview"], reason="The person asked us to.")
    heard["interview"].refresh_from_db()
    assert (heard["interview"].quote_count, heard["interview"].state) == (1, "withdrawn")
    quote = Quote.objects.unrestricted(LOOK).get(pk=heard["quote"].pk)
    assert (quote.exact, quote.codes, quote.end_offset > quote.start_offset) == ("", ["late"], True)
    insight = Insight.objects.visible_to(priya).get(pk=heard["insight"].pk)
    assert (insight.state, insight.participants, insight.strength) == ("draft", 1, Insight.Strength.SINGLE)
    with pytest.raises(Blocked):
        actions.support_insight(by=priya, insight=insight)


def test_a_withdrawn_interview_takes_no_further_step(heard, priya):
    interview = heard["interview"]
    actions.withdraw_interview(by=priya, interview=interview, reason="The person asked us to.")
    for verb, more in (
        (actions.record_transcript, {"text": "again"}), (actions.code_quote, {"exact": "again"}),
        (actions.freeze_transcript, {}), (actions.archive_interview, {}),
        (actions.withdraw_interview, {"reason": "The person asked us to."}),
    ):  # fmt: skip
        with pytest.raises(Blocked):
            verb(by=priya, interview=interview, **more)


def test_who_it_was_is_forgotten_with_the_last_interview_only(priya, growth):
    who = make.participant(priya, growth, "P-79", name="Lena Albrecht")
    first, second = (make.transcribed(priya, growth, participant=who) for _n in range(2))
    actions.withdraw_interview(by=priya, interview=first, reason="The person asked us to.")
    assert Identity.objects.visible_to(priya).filter(participant=who).exists()
    actions.withdraw_interview(by=priya, interview=second, reason="The person asked us to.")
    assert not Identity.objects.unrestricted(LOOK).filter(participant=who).exists()


def test_a_recorded_withdrawal_stops_everything_and_is_honoured_by_night(heard, priya, cli):
    interview = heard["interview"]
    actions.record_consent(by=priya, interview=interview, status="withdrawn")
    with pytest.raises(Blocked) as caught:
        actions.code_quote(by=priya, interview=interview, exact="Xylophones too")
    assert {"INT-1", "INT-3"} <= {finding.id for finding in caught.value.findings}
    purge_what_has_ended()
    assert columns_with("zanzibar") == []
    purge_what_has_ended()


def test_a_text_past_its_time_is_purged_by_night_and_not_before(priya, growth, cli):
    interview = make.transcribed(priya, growth, text=TEXT, retention_until=make.soon(10))
    with pytest.raises(Denied):
        actions.end_retention(by=priya, interview=interview)
    purge_what_has_ended()
    assert columns_with("quokka")
    with clock.loading(clock.now() + timedelta(days=11)):
        purge_what_has_ended()
    assert columns_with("quokka") == []
    interview.refresh_from_db()
    assert interview.state == "archived"


def test_requests_put_off_come_back_on_their_day(priya, sam, growth, cli):
    request = make.ask(sam, growth)
    actions.snooze_request(by=priya, request=request, until=make.soon(3))
    wake_what_was_put_off()
    request.refresh_from_db()
    assert request.state == "snoozed"
    with clock.loading(clock.now() + timedelta(days=3)):
        wake_what_was_put_off()
    request.refresh_from_db()
    assert request.state == "triage"


def test_nobody_else_withdraws(heard, sam, otto):
    with pytest.raises(Denied):
        actions.withdraw_interview(by=sam, interview=heard["interview"], reason="I do not like it")
    with pytest.raises(Absent):
        actions.withdraw_interview(by=otto, interview=heard["interview"], reason="I do not like it")
    assert columns_with("zanzibar")
