"""SEC-104: literal personal data never stands in a document, and no order number is called a card."""

import datetime
import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prds.lint import RULES, lint
from prds.lint.formats import FORMATS, fingerprint_of, render
from prds.lint.personal import find_personal, has_luhn, is_resident_id, resident_id_check
from tests.prds.documents import GOOD, document, facts, fired

PERSON = "11010519491231002X"  # the worked example of GB 11643-1999
CARD = "4111 1111 1111 1111"  # the networks' own test number


def kinds(text):
    return [one.kind for one in find_personal(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to jo.doe@lumio-market.io today", "email"), ("联系jo@lumio.cn。", "email"),
        ("call 13812345678", "phone"), ("电话138 1234 5678。", "phone"), ("+86 138-1234-5678", "phone"),
        ("+44 20 7946 0958", "phone"), ("(212) 736-5000", "phone"), ("0755-12345678", "phone"),
        (f"card {CARD}", "card"), ("4111111111111111", "card"), ("5555-5555-5555-4444", "card"),
        ("3782 822463 10005", "card"), (PERSON, "resident_id"), (f"身份证{PERSON}，", "resident_id"),
        ("110105 19491231 002x", "resident_id"), ("`13812345678`", "phone"),
    ],
)  # fmt: skip
def test_it_finds_personal_data(text, kind):
    assert kinds(text) == [kind]
    assert fired(effort=text) == ["SEC-104"]


@pytest.mark.parametrize(
    "text",
    [
        "write to jo@example.com", "jo@shop.example", "support@lumio-market.io", "@tom owns it", "a@b",
        "order 1234567890123456", "4111 1111 1111 1112", "0000 0000 0000 0000", "epoch 1700000000000",
        "2026-10-31 10:00", "2026-10-31", "{{metric:a@1.0.0}}", "1,234,567,890", "110105194912310021",
        "990105194912310029", "v13812345678", "138123456789", "12345678901", "15 20 25 30 350", "212-555-0142",
        "10.0.0.13812345678", "uuid 4111-1111-1111-1111-aaaa", "REQ-13812345678", "3.1 % -> 3.3 %", "60-80 90-120 40",
    ],
)  # fmt: skip
def test_it_leaves_other_numbers_alone(text):
    assert kinds(text) == []


def test_two_numbers_beside_each_other_are_both_found():
    assert kinds("13812345678 13912345678") == ["phone", "phone"]


def test_the_finding_does_not_repeat_what_leaked():
    text = f"jo.doe@lumio-market.io 13812345678 {CARD} {PERSON}"
    found = [one for one in lint(document(effort=text), facts()) if one.rule_id == "SEC-104"]
    assert len(found) == 4
    shown = render(found, "json")
    for secret in ("jo.doe", "lumio-market", "1381234", "1111 1111", PERSON[:10]):
        assert secret not in shown


def test_it_looks_into_code_quotes_and_the_title():
    assert fired(effort="```\n13812345678\n```") == ["SEC-104"]
    assert fired(problem=GOOD["problem"] + "\n\n> ask jo@lumio.cn") == ["SEC-104"]
    assert fired(title="Mail jo@lumio.cn") == ["SEC-104"]


def test_the_line_of_a_finding_is_the_line_in_the_document():
    found = lint(document(effort="one\ntwo\n13812345678"), facts())
    section = next(part for part in document(effort="").sections if part.slug == "effort")
    assert [one.line for one in found] == [section.line + 2]


def test_every_id_made_by_the_standard_is_accepted_and_few_others():
    rng = random.Random(7)  # noqa: S311
    for _turn in range(200):
        born = datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(20_000))
        first = f"{rng.choice([11, 31, 44, 51, 65])}{rng.randrange(10_000):04}{born:%Y%m%d}{rng.randrange(1_000):03}"
        assert is_resident_id(first + resident_id_check(first))
    accepted = sum(is_resident_id(f"{rng.randrange(10**18):018}") for _turn in range(20_000))
    assert accepted < 20


def test_luhn_of_the_standard():
    assert has_luhn("79927398713")
    assert not any(has_luhn(f"7992739871{last}") for last in "012456789")


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "a@", "a.", "(1", "1-", "4111 ", "@a.", "a@b.", "11010519491231", "+", "％"]
)
def test_hostile_text_costs_little(piece):
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    find_personal(text)
    assert time.process_time() - start < 2


HOSTILE = [
    "[",
    "> ",
    "`",
    "{{",
    "- ",
    "#",
    "|",
    "re ",
    "real-",
    "not ",
    "if ",
    "12 ",
    "2026-",
    "a" * 50,
    "率",
    "不",
    "每",
    "data lake",
    "from ",
    "\n\n- a",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_whole_lint_is_linear_on_hostile_text(piece):
    text = piece * (20_000 // len(piece))
    whole = document(**dict.fromkeys(("goals", "open"), text), metrics=GOOD["metrics"])
    start = time.process_time()
    lint(whole, facts())
    assert time.process_time() - start < 4


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_linted_without_a_fault(text):
    found = lint(document(goals=text, open=text, acceptance=text), facts())
    assert all(render(found, style) for style in FORMATS)


BAD = {"summary": "We want a real-time Flink wallboard.", "effort": "TBD"}


def test_text_names_the_place_like_a_compiler():
    lines = render(lint(document(**BAD), facts()), "text", "prd.md").splitlines()
    assert lines[0].startswith("prd.md:100: E TOOL-001 [summary]")
    assert lines[-1].endswith("notes")


def test_json_holds_every_field_and_the_counts():
    body = json.loads(render(lint(document(**BAD), facts()), "json", "prd.md"))
    assert body["source"] == "prd.md"
    assert body["counts"]["error"] == sum(one["severity"] == "error" for one in body["findings"])
    assert {"rule_id", "severity", "section", "excerpt", "message", "hint", "line"} <= set(body["findings"][0])


def test_sarif_is_a_log_with_every_rule_and_stable_fingerprints():
    found = lint(document(**BAD), facts())
    log = json.loads(render(found, "sarif", "prds/a.md"))
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert (log["version"], len(log["runs"]), len(rules)) == ("2.1.0", 1, len(RULES))
    for result, one in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == one.rule_id
        assert result["level"] in {"error", "warning", "note"}
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "prds/a.md"
        assert place["region"]["startLine"] >= 1
        assert result["partialFingerprints"] == {"throughline/v1": fingerprint_of(one)}
    moved = lint(document(problem=GOOD["problem"] + "\n\nMore.", **BAD), facts())
    assert {fingerprint_of(one) for one in found} == {fingerprint_of(one) for one in moved}


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="yaml"):
        render([], "yaml")


def test_every_rule_says_why_and_how_to_mend_it():
    for one in RULES.values():
        assert str(one.title) and str(one.why).endswith(".") and str(one.hint).endswith(".")
