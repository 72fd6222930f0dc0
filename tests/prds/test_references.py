"""What a PRD refers to is read from its text, and what cannot be read is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prds.references import Reference, mask_references, parse_references, references_of
from prds.template import parse_sections


def only(text):
    parsed = parse_references(text)
    assert parsed.malformed == ()
    assert len(parsed.references) == 1
    return parsed.references[0]


def fault(text):
    parsed = parse_references(text)
    assert parsed.references == ()
    assert len(parsed.malformed) == 1
    return parsed.malformed[0].sentence


def test_a_metric_with_its_pinned_version_and_role():
    text = "Raise {{metric:visit_to_pay_cr_1d_app@2.0.0 role=success}} by October."
    reference = only(text)
    assert (reference.kind, reference.target) == ("metric", "visit_to_pay_cr_1d_app")
    assert (reference.pinned_version, reference.pinned_model, reference.role) == ("2.0.0", 2, "success")
    assert text[reference.start : reference.end] == "{{metric:visit_to_pay_cr_1d_app@2.0.0 role=success}}"


@pytest.mark.parametrize(
    ("text", "kind", "target", "role"),
    [
        ("{{metric:refund_rate_7d}}", "metric", "refund_rate_7d", "input"),
        ("{{metric:MET-1001}}", "metric", "MET-1001", "input"),
        ("{{ metric : 转化率 }}", "metric", "转化率", "input"),
        ("{{dataset:dwd.trade_order_detail}}", "dataset", "dwd.trade_order_detail", "source"),
        ('{{dataset:"Shop"."Order-Lines"}}', "dataset", '"Shop"."Order-Lines"', "source"),
        ("{{insight:INS-1001}}", "insight", "INS-1001", "evidence"),
        ("{{insight:INS-A1}}", "insight", "INS-A1", "evidence"),
        ("{{request:REQ-1001}}", "request", "REQ-1001", "evidence"),
        ("{{event:payout_held}}", "event", "payout_held", "source"),
        ("{{experiment:EXP-1001}}", "experiment", "EXP-1001", "evidence"),
    ],
)
def test_each_kind_has_its_target_and_its_usual_role(text, kind, target, role):
    reference = only(text)
    assert (reference.kind, reference.target, reference.role) == (kind, target, role)


def test_a_dataset_may_name_the_columns_that_are_read():
    assert only("{{dataset:dwd.x columns=a,b}}").columns == ("a", "b")
    assert only("{{dataset:dwd.x columns = a , b, a}}").columns == ("a", "b")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{metric:a@1.0}}", "not a version"),
        ("{{dataset:a.b@1.0.0}}", "Only a metric"),
        ("{{metric:a role=hero}}", "not a role"),
        ("{{metric:a columns=b}}", "Only a dataset"),
        ("{{dataset:a.b columns=a,,b}}", "not the name of a column"),
        ("{{metric:a role=success role=input}}", "twice"),
        ("{{metric:a colour=red}}", "no option"),
        ("{{metric:a success}}", "not an option"),
        ("{{metric:}}", "names nothing"),
        ("{{insight:the third one}}", "cannot be the name"),
        ("{{insight:INS1}}", "cannot be the name"),
        ("{{ user.name }}", "starts with one of"),
        ("{{metric:a", "no closing"),
        ("{{metric:a\n\n" + "x" * 500 + "}}", "no closing"),
    ],
)
def test_it_says_what_is_wrong_with_a_malformed_one(text, says):
    assert says in fault(text)


@pytest.mark.parametrize(
    "text",
    [
        "`{{metric:a}}`",
        "``a ` {{metric:a}} ``",
        "```\n{{metric:a}}\n```",
        "~~~~ sql\n{{metric:a}}\n~~~\n{{metric:a}}\n~~~~",
        "```\nnever closed {{metric:a}}",
        "`{{ jinja }}`",
    ],
)
def test_code_refers_to_nothing(text):
    parsed = parse_references(text)
    assert (parsed.references, parsed.malformed) == ((), ())


@pytest.mark.parametrize(
    "text", ["` {{metric:a}}", "` {{metric:a}}\n\n`", "`` {{metric:a}} `", "```\nx\n```\n{{metric:a}}"]
)
def test_a_lonely_backtick_hides_nothing(text):
    assert only(text).target == "a"


def test_it_finds_several_and_goes_on_after_a_fault():
    parsed = parse_references("a {{metric:a}} {{oops}} {{metric:b}}\nc {{dataset:x.y}}")
    assert [reference.target for reference in parsed.references] == ["a", "b", "x.y"]
    assert [fault.text for fault in parsed.malformed] == ["{{oops}}"]
    assert [reference.line for reference in parsed.references] == [1, 1, 2]


def test_references_of_sections_know_section_and_line():
    text = "# T\n\n## Sources [sources]\n\nOne.\n{{dataset:dwd.x}}\n\n## Metrics [metrics]\n{{metric:a}} {{oops}}\n"
    parsed = references_of(parse_sections(text))
    assert [(r.section, r.line) for r in parsed.references] == [("sources", 6), ("metrics", 9)]
    assert (parsed.malformed[0].section, parsed.malformed[0].line) == ("metrics", 9)


def test_masking_keeps_length_and_lines():
    text = "rate {{metric:a@1.0.0}} 3.1 %\n{{dataset:x.y}} {{open"
    masked = mask_references(text)
    assert len(masked) == len(text)
    assert masked.split() == ["rate", "3.1", "%", "{{open"]


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)


@given(NAMES, st.tuples(*[st.integers(0, 99)] * 3), st.sampled_from(["success", "guardrail", "input"]))
def test_what_is_written_is_what_is_read(name, version, role):
    written = Reference("metric", name, ".".join(map(str, version)), role)
    read = only(str(written))
    assert (read.target, read.pinned_version, read.role) == (written.target, written.pinned_version, written.role)


@given(st.text(alphabet="{}:`@ =a\nm", max_size=200))
def test_it_reads_any_text(text):
    parse_references(text)


@pytest.mark.parametrize("piece", ["{{", "`", "``` ", "{{metric:a ", "}}", "~~~\n", "> `{{", "``a`"])
def test_hostile_text_costs_little(piece):
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    parse_references(text)
    assert time.process_time() - start < 2
