"""PRB, USR: is there a need, whose is it, and how many have it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.case import Case, has_number, without_dates
from prds.lint.registry import ERROR, WARNING, Found, at_reference, at_section, rule

ACCEPTED = frozenset({"accepted", "planned", "in_progress", "delivered", "confirmed", "reopened"})
_POPULATION = re.compile(r"(?<![A-Za-z0-9_.:/-])\d[\d,]*(?![\d:%.‰/-]|\s?%|\s?(?:am|pm)\b)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_QUERY = re.compile(r"\bselect\b", re.IGNORECASE)


@rule(
    "PRB-001",
    ERROR,
    title=gettext_lazy("Nothing shows that anybody needs it"),
    why=gettext_lazy("There is no evidence of need."),
    hint=gettext_lazy("Refer to a supported insight or an accepted request: {{insight:INS-1001}}."),
)
def need_is_shown(case: Case) -> Iterator[Found]:
    insights, requests = case.refers("insight"), case.refers("request")
    if not insights and not requests:
        yield at_section(case, "problem", _("No insight and no request is referred to."))
    elif case.facts.is_known:
        supported = any(_state(case.facts.insights, one.target) == "supported" for one in insights)
        accepted = any(_state(case.facts.requests, one.target) in ACCEPTED for one in requests)
        if not supported and not accepted:
            yield at_section(case, "problem", _("No insight referred to is supported and no request is accepted."))


def _state(known: object, key: str) -> str:
    facts = known.get(key) if hasattr(known, "get") else None
    return facts.state if facts else ""


@rule(
    "PRB-002",
    WARNING,
    title=gettext_lazy("All evidence comes from one voice"),
    why=gettext_lazy("One voice makes a product for one."),
    hint=gettext_lazy("Hear somebody from another team, or say why one voice is enough."),
    needs_facts=True,
)
def more_than_one_voice(case: Case) -> Iterator[Found]:
    known = [case.facts.insights[one.target] for one in case.refers("insight") if one.target in case.facts.insights]
    people = frozenset().union(*(one.participants for one in known))
    units = frozenset().union(*(one.org_units for one in known))
    if len(people) == 1:
        yield at_section(case, "problem", _("All insights come from one participant."))
    elif len(units) == 1:
        yield at_section(case, "problem", _("All insights come from one part of the organisation."))


@rule(
    "PRB-003",
    WARNING,
    title=gettext_lazy("A contradiction is passed over"),
    why=gettext_lazy("Leaving out what speaks against is cherry-picking."),
    hint=gettext_lazy("Answer the contradicting quote in the insight's text."),
    needs_facts=True,
)
def contradictions_are_answered(case: Case) -> Iterator[Found]:
    for one in case.refers("insight"):
        facts = case.facts.insights.get(one.target)
        if facts and facts.has_unanswered_dispute:
            yield at_reference(one, _("This insight is disputed, and the contradicting quote is not answered."))


@rule(
    "PRB-004",
    WARNING,
    title=gettext_lazy("The cost of doing nothing is not stated"),
    why=gettext_lazy("Without it the work cannot be ranked."),
    hint=gettext_lazy("Say what it costs today, or what happens if nothing is done, with a number."),
)
def doing_nothing_has_a_cost(case: Case) -> Iterator[Found]:
    if not case.says_something("problem"):
        return
    lines = list(case.said("problem"))
    for place, one in enumerate(lines):
        near = " ".join(other.text for other in lines[place : place + 2])
        if case.words.has("do_nothing", one.text) and has_number(near):
            return
    if any(facts.has_cost_of_delay for key, facts in case.facts.requests.items() if key in _targets(case)):
        return
    yield at_section(case, "problem", _("It is not said what doing nothing costs."))


def _targets(case: Case) -> set[str]:
    return {one.target for one in case.refers("request")}


@rule(
    "USR-001",
    ERROR,
    title=gettext_lazy("The eligible population is not stated"),
    why=gettext_lazy("Without it there is no usage rate."),
    hint=gettext_lazy("Say how many people could use it, or give the query that counts them."),
)
def population_is_stated(case: Case) -> Iterator[Found]:
    if case.facts.eligible_population or _QUERY.search(case.own("users")):
        return
    for one in case.said("users"):
        if _POPULATION.search(_CLOCK.sub(" ", without_dates(one.text))) or _counts_in_words(one.text):
            return
    yield at_section(case, "users", _("There is no number and no query of the people who could use it."))


def _counts_in_words(text: str) -> bool:
    words = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred)"
    return bool(re.search(rf"(?i)\b{words}\s{{1,3}}(?!(?:am|pm|percent|days?|hours?|weeks?|months?)\b)[a-z]", text))
