"""TOOL: tool obsession made visible (product.md "Two traps of the trade")."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from demand.similarity import SAME_PURPOSE, similarity
from prds.lint.cadence import DAY, asked_freshness, decision_cadence, step_of
from prds.lint.case import Case, Said, has_number
from prds.lint.facts import NeighbourFacts
from prds.lint.registry import ERROR, WARNING, Found, at, at_section, rule


@rule(
    "TOOL-001",
    ERROR,
    title=gettext_lazy("A technology is named before the problem"),
    why=gettext_lazy("A solution that comes before the problem decides what the problem may be."),
    hint=gettext_lazy(
        "Say what the person needs and by when; technology may be named in the model or the deliverable."
    ),
)
def no_technology_before_the_problem(case: Case) -> Iterator[Found]:
    for one in case.said("summary", "problem", "goals", quotes=False):
        for name in dict.fromkeys(hit.word for hit in case.words.find("technologies", one.text)):
            yield at(one, _("“%(name)s” is a technology: what is it needed for?") % {"name": name})


@rule(
    "TOOL-002",
    WARNING,
    title=gettext_lazy("Reuse or not building is not considered"),
    why=gettext_lazy("The default is to build."),
    hint=gettext_lazy("Name what could be reused and what happens without building, and why that is not enough."),
)
def alternatives_are_considered(case: Case) -> Iterator[Found]:
    missing = [] if case.says("reuse", "deliverable") else [_("reuse")]
    missing += [] if case.says("no_build", "deliverable") else [_("not building")]
    if missing:
        what = _(" and ").join(missing)
        yield at_section(case, "deliverable", _("The alternatives do not speak of %(what)s.") % {"what": what})


@rule(
    "TOOL-003",
    WARNING,
    title=gettext_lazy("Fresher data is asked for than the decision needs"),
    why=gettext_lazy("It is paying for speed that nobody uses."),
    hint=gettext_lazy("Ask for data as fresh as the decision is frequent, or say which decision is taken sooner."),
)
def freshness_fits_the_decision(case: Case) -> Iterator[Found]:
    asked, cadence = asked_freshness(case), decision_cadence(case)
    # A nightly load is the cheapest there is: asking for it is never asking for speed.
    if asked and cadence is not None and asked[0] < DAY and step_of(asked[0]) < step_of(cadence):
        yield at(asked[1], _("The data is asked to be fresher than the decision is frequent."))


@rule(
    "TOOL-004",
    WARNING,
    title=gettext_lazy("Something alike exists and is not discussed"),
    why=gettext_lazy("It would be built twice."),
    hint=gettext_lazy("Look at it, and say in the alternatives why it does not fit."),
    needs_facts=True,
)
def look_alikes_are_discussed(case: Case) -> Iterator[Found]:
    own = {
        case.facts.metrics[one.target].fingerprint: one.target
        for one in case.refers("metric")
        if one.target in case.facts.metrics
    }
    own.pop("", None)
    purpose = " ".join(one.text for one in case.said("summary"))
    everything = " ".join(
        [*(one.raw for one in case.said(*case.slugs)), *(str(one) for one in case.document.references)]
    )
    for neighbour in case.facts.neighbours:
        if not _is_alike(case, neighbour, own, purpose) or _is_discussed(neighbour, everything, own):
            continue
        name = {"name": neighbour.name or neighbour.key}
        yield at_section(
            case, "deliverable", _("“%(name)s” does nearly the same.") % name, f"neighbour:{neighbour.key}"
        )


def _is_alike(case: Case, neighbour: NeighbourFacts, own: dict[str, str], purpose: str) -> bool:
    if neighbour.fingerprint and neighbour.fingerprint in own:
        return own[neighbour.fingerprint] not in {neighbour.name, neighbour.key}
    close = max(similarity(case.document.title, neighbour.name), similarity(purpose, neighbour.purpose))
    return close >= SAME_PURPOSE


def _is_discussed(neighbour: NeighbourFacts, everything: str, own: dict[str, str]) -> bool:
    text = everything.casefold()
    return any(word and word.casefold() in text for word in (neighbour.key, neighbour.name))


@rule(
    "TOOL-005",
    WARNING,
    title=gettext_lazy("A goal is an output"),
    why=gettext_lazy("Activity passes as success."),
    hint=gettext_lazy("Say what will be better for whom: from a baseline to a target by a date."),
)
def goals_are_outcomes(case: Case) -> Iterator[Found]:
    for one in _goals(case):
        hit = next(case.words.meant("output_verbs", one.text), None)
        is_outcome = case.words.has("outcome_words", one.text) and has_number(one.text)
        if hit and not is_outcome and "{{metric:" not in one.raw.replace(" ", ""):
            yield at(one, _("“%(word)s” is what will be done, not what will be better.") % {"word": hit.word})


def _goals(case: Case) -> Iterator[Said]:
    """The sentences of the goals up to where the non-goals begin."""
    for one in case.said("goals"):
        if case.words.has("non_goals", one.text):
            return
        yield one


@rule(
    "TOOL-006",
    WARNING,
    title=gettext_lazy("A model has no simple rule to beat"),
    why=gettext_lazy("It is complexity for its own sake."),
    hint=gettext_lazy("Name a simple rule as the baseline, and by how much the model must beat it."),
)
def models_beat_a_simple_rule(case: Case) -> Iterator[Found]:
    said = case.first("model_words", "deliverable")
    if not said and case.facts.product_kind != "model":
        return
    if not case.says("simple_rule", "deliverable", "goals", "metrics", "acceptance", "experiment", "summary"):
        message = _("It is not said which simple rule the model has to beat.")
        yield at(said, message) if said else at_section(case, "deliverable", message)
