"""Markdown, rendered once at save: a linear look at the text, python-markdown, then nh3.

python-markdown is quadratic on hostile input (8,000 "[" took 14 s where measured), so what would hurt is refused
before it is parsed. The saved HTML stands beside its source with `RENDERER`; a page only reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import NoReturn

import markdown as python_markdown
import nh3
from django.utils.translation import gettext as _

#: Stored beside the HTML; text is rendered again when it differs.
RENDERER = f"markdown-{version('markdown')}+nh3-{version('nh3')}+house-1"
LIMIT = 100_000  # characters
OPEN_BRACKETS = 80  # unmatched "[" in one block
OPEN_IMAGES = 40  # unmatched "![" in one block
BACKTICKS = 24  # longest run
BACKTICK_KINDS = 16  # runs of different lengths
QUOTE_DEPTH = 12
LIST_DEPTH = 16  # of four columns each
MARKS = 1_500  # emphasis marks in one block
ANGLES = 400  # "<" in one block
OPEN_TARGETS = 60  # "](" without ")" in one block
HEADINGS = 300  # in one block, that is without an empty line between them

_BLOCK = re.compile(r"\n[ \t]*\n")
_QUOTE = re.compile(r"^[ \t]*((?:>[ \t]?)+)", re.M)
_HEADING = re.compile(r"^(?:#|=+[ \t]*$|-+[ \t]*$)", re.M)
_INDENT = re.compile(r"^([ \t]+)\S", re.M)

_ALLOWED = (
    "a abbr b blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre strong sub sup table tbody "
    "td th thead tr ul"
)
TAGS = frozenset(_ALLOWED.split())
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"align"},
    "th": {"align"},
    "ol": {"start"},
    "code": {"class"},
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML that may be shown as it is, and what made it."""

    html: str
    renderer: str = RENDERER


def render(text: str) -> str:
    """Return safe HTML of Markdown text. Call it at save, never at view.

    Args:
        text: as the person wrote it, at most `LIMIT` characters.

    Raises:
        Invalid: when the text is too long or built to be slow; the sentence says which.
    """
    refuse_hostile(text)
    parser = python_markdown.Markdown(
        extensions=["tables", "fenced_code", "sane_lists"],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    return clean(parser.convert(text))


def rendered(text: str) -> Rendered:
    """`render`, with the renderer's name to be stored beside it."""
    return Rendered(render(text))


def clean(html: str) -> str:
    """Return `html` with nothing left that runs, tracks or styles."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only from this house (another host would learn who reads); classes only name a language."""
    if tag == "img" and name == "src":
        return value if value.startswith("/") and not value.startswith("//") and "\\" not in value else None
    if tag == "code" and name == "class":
        return value if re.fullmatch(r"language-[\w+-]{1,24}", value) else None
    if tag in ("td", "th") and name == "align":
        return value if value in ("left", "right", "center") else None
    return value


def refuse_hostile(text: str) -> None:
    """Raise for what the parser would chew on for too long; itself linear in the length of the text."""
    if len(text) > LIMIT:
        _refuse(
            _("This text is longer than %(limit)s characters. Split it, or attach it as a file.") % {"limit": LIMIT}
        )
    if "\x00" in text:
        _refuse(_("This text contains a null character."))
    runs = {len(run) for run in re.findall(r"`+", text)}
    if runs and (max(runs) > BACKTICKS or len(runs) > BACKTICK_KINDS):
        _refuse(_("This text has backtick runs that are too long or too many."))
    if any(match.group(1).count(">") > QUOTE_DEPTH for match in _QUOTE.finditer(text)):
        _refuse(_("Quotes are nested too deeply."))
    deepest = max((len(match.group(1).expandtabs(4)) for match in _INDENT.finditer(text)), default=0)
    if deepest > LIST_DEPTH * 4 and _has_deep_list(text):
        _refuse(_("Lists are nested too deeply."))
    for block in _BLOCK.split(text):
        _refuse_block(block)


def _has_deep_list(text: str) -> bool:
    pattern = re.compile(r"^([ \t]+)(?:[*+-]|\d+\.)[ \t]", re.M)
    return any(len(found.group(1).expandtabs(4)) > LIST_DEPTH * 4 for found in pattern.finditer(text))


def _refuse_block(block: str) -> None:
    opened, closed = block.count("["), block.count("]")
    if opened - closed > OPEN_BRACKETS or _unmatched(block) > OPEN_BRACKETS:
        _refuse(_("A paragraph opens more square brackets than it closes."))
    if block.count("![") - closed > OPEN_IMAGES:
        _refuse(_("A paragraph opens more pictures than it closes."))
    if block.count("](") - block.count(")") > OPEN_TARGETS:
        _refuse(_("A paragraph opens more links than it closes."))
    if len(_HEADING.findall(block)) > HEADINGS:
        _refuse(_("There are too many headings without an empty line between them."))
    if block.count("*") + block.count("_") > MARKS and "|" not in block:
        _refuse(_("A paragraph has too many emphasis marks."))
    if block.count("<") > ANGLES:
        _refuse(_("A paragraph has too many angle brackets."))


def _unmatched(block: str) -> int:
    """The most brackets open at once, and what stays open at the end; a closing one first does not help."""
    depth = deepest = 0
    for mark in re.findall(r"[\[\]]", block):
        depth = depth + 1 if mark == "[" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _refuse(sentence: str) -> NoReturn:
    from guard.refusals import Invalid

    raise Invalid(sentence, code="text", errors={"text": [sentence]})
