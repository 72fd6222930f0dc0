"""STR: is the document there at all? REF: can what it refers to be read?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.case import Case, find_dates, has_number
from prds.lint.registry import ERROR, INFO, WARNING, Found, at, at_section, rule
from prds.prose import count_words
from prds.template import REQUIRED, spec_of

_LONGEST, _LONGEST_SUMMARY = 800, 120


@rule(
    "STR-001",
    ERROR,
    title=gettext_lazy("A required section is missing or empty"),
    why=gettext_lazy("Empty headings pass as documents."),
    hint=gettext_lazy("Write the section in your own words; the template's hint says what belongs there."),
)
def required_sections(case: Case) -> Iterator[Found]:
    for slug in REQUIRED:
        spec = spec_of(slug)
        name = {"name": spec.heading() if spec else slug, "slug": slug}
        if slug not in case.sections:
            yield Found(_("The section “%(name)s” [%(slug)s] is missing.") % name, slug)
        elif not case.says_something(slug):
            yield at_section(case, slug, _("The section “%(name)s” [%(slug)s] says nothing yet.") % name)


@rule(
    "STR-002",
    ERROR,
    title=gettext_lazy("A hole is left in the text"),
    why=gettext_lazy("Hidden holes are found after approval."),
    hint=gettext_lazy("Fill it, or move it to the open questions with an owner and a date."),
)
def no_placeholders(case: Case) -> Iterator[Found]:
    for one in case.said(*(slug for slug in case.slugs if slug != "open")):
        hit = next(case.words.find("placeholders", one.text), None)
        if hit:
            yield at(one, _("“%(word)s” stands outside the open questions.") % {"word": hit.word})


@rule(
    "STR-003",
    WARNING,
    title=gettext_lazy("An open question has no owner or no date"),
    why=gettext_lazy("Such questions are never answered."),
    hint=gettext_lazy("Add who answers it and by when: “@tom, 2026-10-01”."),
)
def open_questions_have_owner_and_date(case: Case) -> Iterator[Found]:
    for one in case.items("open"):
        bare = one.text.strip(" .。-")
        if not any(letter.isalnum() for letter in bare) or _is_nothing(case, bare):
            continue
        missing = [] if _names_somebody(case, one.text) else [_("an owner")]
        missing += [] if find_dates(one.text) else [_("a date")]
        if missing:
            yield at(one, _("This question lacks %(what)s.") % {"what": _(" and ").join(missing)})


def _is_nothing(case: Case, text: str) -> bool:
    return len(text) < 24 and "?" not in text and case.words.has("nothing_open", text)


def _names_somebody(case: Case, text: str) -> bool:
    """An @name, a word such as "owner", or two names with capitals such as "Tom Okafor"."""
    if "@" in text or case.words.has("owner_words", text):
        return True
    words = text.replace("(", " ( ").replace(",", " , ").replace(")", " ) ").split()
    capital = [word[:1].isupper() and word[1:2].islower() for word in words]
    after_bracket = any(word == "(" and capital[at + 1 : at + 2] == [True] for at, word in enumerate(words))
    return after_bracket or any(capital[at] and capital[at + 1] for at in range(1, len(words) - 1))


@rule(
    "STR-004",
    WARNING,
    title=gettext_lazy("A vague word stands without a number"),
    why=gettext_lazy("What is not measured cannot be tested."),
    hint=gettext_lazy("Say how much: a number with its unit in the same sentence."),
)
def no_vague_words(case: Case) -> Iterator[Found]:
    for one in case.said(*(slug for slug in case.slugs if slug != "open"), quotes=False):
        hit = next(case.words.meant("vague", one.text), None)
        if hit and not has_number(one.text):
            yield at(one, _("“%(word)s” says nothing that can be tested.") % {"word": hit.word})


@rule(
    "STR-005",
    INFO,
    title=gettext_lazy("A section is very long"),
    why=gettext_lazy("Nobody reads it."),
    hint=gettext_lazy("Cut it, or move the detail to an attachment."),
)
def no_long_sections(case: Case) -> Iterator[Found]:
    for slug in case.slugs:
        count, longest = count_words(case.own(slug)), _LONGEST_SUMMARY if slug == "summary" else _LONGEST
        if count > longest:
            facts = {"count": count, "longest": longest}
            yield at_section(case, slug, _("%(count)d words; more than %(longest)d are not read.") % facts)


@rule(
    "REF-001",
    ERROR,
    title=gettext_lazy("A reference cannot be read"),
    why=gettext_lazy("A misspelt reference links nothing, and every later check would pass over it."),
    hint=gettext_lazy("Write it as {{metric:code@1.0.0 role=success}}, or put examples in backticks."),
)
def references_can_be_read(case: Case) -> Iterator[Found]:
    for one in case.document.malformed:
        yield Found(one.sentence, one.section, one.text, one.line)
