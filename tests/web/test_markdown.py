"""Markdown is rendered safely and never slowly (performance.md section 7, bar B17)."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from guard.refusals import Invalid
from web import markdown

N = 50_000
#: Lines of the parser that one sign of a text may cost; the dearest of what is let through costs 960, on any machine.
STEPS = 2_000
HOSTILE = {
    "open brackets": "[" * N,
    "open pictures": "![" * (N // 2),
    "closing bracket first": "][" * (N // 2),
    "bracket pairs": "[]" * (N // 2),
    "links": "[a](b)" * (N // 6),
    "open link targets": "[a](" * (N // 4),
    "parentheses": "[a](" + "(" * N,
    "references": "[a][b]" * (N // 6),
    "brackets just under the limit": ("[" * 79 + "\n\n") * (N // 81),
    "pictures just under the limit": ("![" * 39 + "\n\n") * (N // 80),
    "quotes": ">" * N,
    "quotes up and down": "\n".join(">" * (i % 13) + " a" for i in range(6000)),
    "lengthening backticks": "".join("`" * i + " " for i in range(1, 316)),
    "lonely backticks": "`a " * (N // 3),
    "backticks over blocks": "`a\n\n" * (N // 4),
    "nested lists": "\n".join(" " * (4 * i) + "- a" for i in range(150)),
    "many nested lists": "\n".join(" " * (4 * (i % 16)) + "- a" for i in range(1300)),
    "quoted lists": "\n".join("> " * (i % 12) + "- a" for i in range(4000)),
    "emphasis": "*a **b " * (N // 7),
    "emphasis over blocks": ("*a **b " * 200 + "\n\n") * 36,
    "stars": "*" * N,
    "underscores": "_a " * (N // 3),
    "angles": "<" * N,
    "comments": "<!--" * (N // 4),
    "open tags": "<a " * (N // 3),
    "divisions": "<div>\n" * (N // 6),
    "cdata": "<![CDATA[" * (N // 9),
    "processing": "<?" * (N // 2),
    "automatic links": "<http://" * (N // 8),
    "backslashes": "\\" * N,
    "ampersands": "&" * N,
    "wide table": "|a" * 200 + "\n" + "|-" * 200 + "\n" + ("|b" * 200 + "\n") * 110,
    "fences": "```\n" * (N // 4),
    "headings": "# a\n" * (N // 4),
    "underlined headings": "a\n=\n" * (N // 4),
    "hashes": "#" * N,
    "rulers": "- - " * (N // 4),
    "spaces": " " * N + "a",
    "empty lines": "\n" * N,
    "definitions": "\n".join(f"[a{i}]: http://x/{i}" for i in range(2500)),
    "open definitions": "[a]: <" * (N // 6),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_or_costs_steps_in_proportion_to_its_length(name: str) -> None:
    text = HOSTILE[name]
    try:
        within(STEPS * len(text), lambda: markdown.render(text))
    except Invalid as refusal:
        assert refusal.errors["text"]


def within(most: int, work: Callable[[], object]) -> None:
    """Do `work`; fail as soon as it runs more than `most` lines of a Markdown module.

    Lines are counted and not seconds: the same text costs the same on a machine that does ten other things.
    """
    left, before = most, sys.gettrace()

    def line(_frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            sys.settrace(before)
            raise AssertionError(f"more than {most} lines of the parser")
        return line

    sys.settrace(lambda frame, _event, _arg: line if "markdown" in frame.f_code.co_filename else None)
    try:
        work()
    finally:
        sys.settrace(before)


def test_it_refuses_what_is_longer_than_the_limit() -> None:
    with pytest.raises(Invalid):
        markdown.render("a " * markdown.LIMIT)


def test_an_ordinary_long_text_is_rendered() -> None:
    part = "## Heading\n\nA *word*, a [link](https://example.org/) and `code`.\n\n- one\n    - two\n\n"
    part += "| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
    html = markdown.render(part * 300)
    assert html.count("<h2>") == 300
    assert 'align="right"' in html


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "javascript:"),
        ('<a href="/" onclick="alert(1)">x</a>', "onclick"),
        ('<p style="color:red">x</p>', "style"),
        ("![x](https://tracker.example/a.png)", "tracker"),
        ("![x](//tracker.example/a.png)", "tracker"),
        ("<iframe src='/'></iframe>", "<iframe"),
        ("<svg onload=alert(1)>", "<svg"),
        ("<!-- note -->", "note"),
        ('<div id="main">x</div>', "id="),
    ],
)
def test_nothing_runs_tracks_or_styles(text: str, absent: str) -> None:
    assert absent not in markdown.render(text)


def test_links_to_others_do_not_tell_where_they_were_followed() -> None:
    assert 'rel="noopener noreferrer nofollow"' in markdown.render("[x](https://example.org/)")


def test_the_renderer_is_named_beside_the_html() -> None:
    made = markdown.rendered("*a*")
    assert made.html == "<p><em>a</em></p>"
    assert "markdown-" in made.renderer
    assert "nh3-" in made.renderer
