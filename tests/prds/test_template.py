"""A PRD is cut into sections that keep their identity, and a hash that only meaning changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prds import template
from prds.references import references_of
from prds.template import Section, content_hash, parse_sections, section_hash

MUST = ["summary", "problem", "users", "decision", "goals", "metrics", "sources", "quality", "security", "acceptance"]


def test_the_template_has_twenty_sections_and_requires_what_the_lint_requires():
    assert len(template.SECTIONS) == 20
    assert [spec.number for spec in template.SECTIONS] == list(range(1, 21))
    assert list(template.REQUIRED) == [*MUST, "rollout", "review"]


@pytest.mark.parametrize("language", ["en", "zh", "zh-Hans", "fr"])
def test_an_empty_template_reads_back_as_itself_and_says_nothing_of_its_own(language):
    sections = parse_sections(template.template_markdown("Late lanes", language))
    assert [section.slug for section in sections] == list(template.SLUGS)
    assert [section.heading for section in sections] == [spec.heading(language) for spec in template.SECTIONS]
    assert not any(section.own_body.strip() for section in sections)
    assert references_of(sections).references == ()
    assert references_of(sections).malformed == ()


def test_a_heading_may_be_reworded_or_translated_while_its_slug_stays():
    sections = parse_sections(
        "# T\n\n## 谁会用 [users]\n\n64 people\n\n## 3. Users\nagain\n\n## 安全\nx\n\n## Our own part\ny"
    )
    assert [section.slug for section in sections] == ["users", "users-2", "security", "our-own-part"]
    assert sections[0].heading == "谁会用"


def test_headings_in_code_are_code():
    text = "## Summary [summary]\n\n```md\n## Users [users]\n```\n\n~~~\n## Goals\n~~~\nend"
    assert [section.slug for section in parse_sections(text)] == ["summary"]


def test_text_before_the_first_heading_is_kept():
    sections = parse_sections("# Title\n\nA word first.\n\n## Summary [summary]\nx")
    assert (sections[0].slug, sections[0].body) == (template.PREAMBLE, "A word first.\n")
    assert template.title_of("```\n# no\n```\n# Title\n") == "Title"


def test_a_section_knows_the_line_where_its_body_starts():
    text = "# T\n\n## Summary [summary]\n\nfirst\n\n## Users [users]\nsecond\n"
    lines = text.split("\n")
    for section in parse_sections(text):
        assert lines[section.line - 1] == section.body.split("\n")[0]


def test_windows_line_breaks_change_nothing():
    text = template.template_markdown("T")
    assert parse_sections(text.replace("\n", "\r\n")) == parse_sections(text)


def test_a_hash_ignores_white_space_and_nothing_else():
    assert section_hash("raise  to\n3.3 %\n\n") == section_hash("raise to 3.3 %")
    assert section_hash("raise to 3.3 %") != section_hash("raise to 3.4 %")
    assert section_hash("ab") != section_hash("a b")
    assert section_hash("Café") == section_hash("Cafe\u0301")


def test_the_content_hash_sees_heading_order_and_slug():
    one = [Section("a", "A", "x", 1), Section("b", "B", "y", 2)]
    assert content_hash(one) == content_hash([Section("a", " A ", "x\n", 1), Section("b", "B", "y", 2)])
    assert content_hash(one) != content_hash(one[::-1])
    assert content_hash(one) != content_hash([Section("a", "Z", "x", 1), one[1]])
    assert content_hash(one) != content_hash([Section("a", "A", "x y", 1)])


BODIES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="#`~"), max_size=80)


@given(st.dictionaries(st.sampled_from(template.SLUGS), BODIES, max_size=6))
def test_rendering_and_reading_are_inverse(bodies):
    written = [Section(slug, template.spec_of(slug).heading(), body, 1) for slug, body in bodies.items()]
    read = parse_sections(template.render_sections("T", written))
    assert [(s.slug, s.heading, section_hash(s.body)) for s in read] == [
        (s.slug, s.heading, section_hash(s.body)) for s in written
    ]


@given(st.text(max_size=400))
def test_it_reads_any_text_and_repeats_itself(text):
    sections = parse_sections(text)
    assert len({section.slug for section in sections}) == len(sections) or "-" in text
    assert content_hash(sections) == content_hash(parse_sections(text))
