"""DEC, ACC, QLT, ROL, REV, EFF: will it be used, can it be accepted, undone, reviewed and ended?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prds.lint.cadence import decision_cadence
from prds.lint.case import Case, Said, find_dates, has_number
from prds.lint.registry import ERROR, WARNING, Found, at, at_reference, at_section, rule

_TABLE = re.compile(r"(?<![\w.])(?:ods|dwd|dws|ads|dim)[._][a-z0-9_]{2,80}", re.IGNORECASE)
_ROW_NUMBER = re.compile(r"\|?\s*[A-Za-z-]{0,4}\d{1,3}\s*\|")
_SIGNS = re.compile(r"[<>≤≥=±]")
_STRICT = 3  # from L3 on a trial group is compulsory


@rule(
    "DEC-101",
    ERROR,
    title=gettext_lazy("Nobody decides, or never"),
    why=gettext_lazy("Without a decision there is no use."),
    hint=gettext_lazy("Name who decides, and how often or by when."),
)
def decision_has_maker_and_time(case: Case) -> Iterator[Found]:
    has_maker = bool(case.facts.decision_maker) or case.says("deciders", "decision")
    lines = list(case.said("decision"))
    has_time = decision_cadence(case) is not None or any(
        find_dates(one.text) or case.words.has("deadlines", one.text) for one in lines
    )
    missing = [] if has_maker else [_("a decision maker")]
    missing += [] if has_time else [_("a rhythm or a deadline")]
    if missing:
        yield at_section(case, "decision", _("The decision lacks %(what)s.") % {"what": _(" and ").join(missing)})


@rule(
    "DEC-102",
    WARNING,
    title=gettext_lazy("It is not said what the number would change"),
    why=gettext_lazy("A number that changes nothing is nice to know."),
    hint=gettext_lazy("Write: if the metric is above x, we will …; otherwise …."),
)
def decision_has_an_action_rule(case: Case) -> Iterator[Found]:
    for one in case.said("decision"):
        start = next(case.words.find("action_if", one.text), None)
        if start and case.words.has("action_then", one.text[start.end :]):
            return
    if "decision" in case.sections:
        yield at_section(case, "decision", _("There is no rule of the form “if …, then …”."))


@rule(
    "ACC-101",
    ERROR,
    title=gettext_lazy("An acceptance criterion cannot be tested"),
    why=gettext_lazy("“Looks good” is no criterion."),
    hint=gettext_lazy("Give a number, a comparison, or given / when / then."),
)
def criteria_can_be_tested(case: Case) -> Iterator[Found]:
    for one in case.items("acceptance"):
        if (
            any(letter.isalnum() for letter in one.text)
            and not one.text.rstrip().endswith((":", "："))
            and not _is_testable(case, one)
        ):
            yield at(one, _("There is nothing in this criterion that could fail."))


def _is_testable(case: Case, one: Said) -> bool:
    words, text = case.words, _ROW_NUMBER.sub("", one.text, count=1)
    is_story = words.has("then", one.text) and (words.has("given", one.text) or words.has("when", one.text))
    return is_story or has_number(text) or bool(_SIGNS.search(one.text)) or words.has("comparisons", one.text)


@rule(
    "ACC-102",
    WARNING,
    title=gettext_lazy("Nothing is reconciled"),
    why=gettext_lazy("Without it nobody trusts the number."),
    hint=gettext_lazy("Name the source to compare with, and the tolerance."),
)
def numbers_are_reconciled(case: Case) -> Iterator[Found]:
    if not case.says_something("acceptance"):
        return
    for one in case.items("acceptance"):
        if case.words.has("reconcile", one.text) and case.words.has("tolerance", one.text):
            return
    yield at_section(case, "acceptance", _("No source to reconcile with, or no tolerance, is named."))


@rule(
    "QLT-101",
    WARNING,
    title=gettext_lazy("A new table is not checked"),
    why=gettext_lazy("Faults would be silent."),
    hint=gettext_lazy("Check freshness, completeness and uniqueness of each new table."),
)
def new_tables_are_checked(case: Case) -> Iterator[Found]:
    for name in _new_tables(case):
        short = name.casefold().split(".")[-1]
        about = [
            one.raw
            for one in case.items("quality")
            if short in one.raw.casefold() or case.words.has("all_tables", one.raw)
        ]
        text = " ".join(about)
        checks = {
            _("freshness"): "freshness_check",
            _("completeness"): "completeness_check",
            _("uniqueness"): "uniqueness_check",
        }
        missing = [word for word, words in checks.items() if not case.words.has(words, text)]
        if missing:
            what = {"name": name, "what": ", ".join(missing)}
            yield at_section(case, "quality", _("“%(name)s” has no check of %(what)s.") % what)


def _new_tables(case: Case) -> list[str]:
    """The tables that the model section names and the PRD does not refer to as existing ones."""
    existing = {one.target.casefold() for one in case.refers("dataset")}
    existing |= {name.split(".")[-1] for name in existing}
    named = dict.fromkeys(found.group().casefold() for found in _TABLE.finditer(case.own("model")))
    return [name for name in named if name not in existing and name.split(".")[-1] not in existing]


@rule(
    "ROL-101",
    ERROR,
    title=gettext_lazy("There is no way back, or no trial"),
    why=gettext_lazy("It limits how many a fault can hurt."),
    hint=gettext_lazy("Name the rollback; for confidential data or external users name the trial group too."),
)
def rollout_can_be_undone(case: Case) -> Iterator[Found]:
    if not case.says_something("rollout"):
        return
    missing = [] if case.first("rollback", "rollout") else [_("a rollback")]
    missing += [_("a trial group")] if _needs_trial(case) and not case.first("trial", "rollout") else []
    if missing:
        yield at_section(case, "rollout", _("The roll-out lacks %(what)s.") % {"what": _(" and ").join(missing)})


def _needs_trial(case: Case) -> bool:
    level = max(case.level or 0, case.document.declared_level or 0)
    return level >= _STRICT or case.first("external_users", "users") is not None


@rule(
    "ROL-102",
    WARNING,
    title=gettext_lazy("Something is replaced and nothing is retired"),
    why=gettext_lazy("Old and new stay side by side for ever."),
    hint=gettext_lazy("Name what will be retired, and when."),
)
def replaced_things_are_retired(case: Case) -> Iterator[Found]:
    said = case.first("replaces", "summary", "problem", "goals", "deliverable", "rollout")
    if said and not case.first("sunset", "rollout"):
        yield at(said, _("Something is replaced, and the roll-out retires nothing."))


@rule(
    "REV-101",
    ERROR,
    title=gettext_lazy("There is no review date, usage target or stop condition"),
    why=gettext_lazy("The product would live on unused."),
    hint=gettext_lazy("Say when it is reviewed, how much use is enough, and when it is retired."),
)
def product_has_an_end(case: Case) -> Iterator[Found]:
    if not case.says_something("review"):
        return
    lines = list(case.said("review"))
    has_date = case.facts.review_on is not None or any(find_dates(one.text) for one in lines)
    has_target = case.facts.usage_target is not None or any(
        case.words.has("usage_target", one.text) and has_number(one.text) for one in lines
    )
    has_stop = any(case.words.means("stop_conditions", one.text) for one in lines)
    missing = [] if has_date else [_("a review date")]
    missing += [] if has_target else [_("a usage target")]
    missing += [] if has_stop else [_("a stop condition")]
    if missing:
        yield at_section(case, "review", _("The review lacks %(what)s.") % {"what": ", ".join(missing)})


@rule(
    "EFF-101",
    WARNING,
    title=gettext_lazy("The ranking rests on wishes"),
    why=gettext_lazy("Wishful ranking pushes others aside."),
    hint=gettext_lazy("Lower the confidence to what the evidence allows, or name where the fixed date comes from."),
)
def ranking_rests_on_evidence(case: Case) -> Iterator[Found]:
    for one in case.refers("request"):
        facts = case.facts.requests.get(one.target)
        if not facts:
            continue
        if (
            facts.confidence is not None
            and facts.confidence_cap is not None
            and facts.confidence > facts.confidence_cap
        ):
            numbers = {"confidence": facts.confidence, "cap": facts.confidence_cap}
            yield at_reference(
                one, _("A confidence of %(confidence)g %% is claimed; the evidence allows %(cap)g %%.") % numbers
            )
        if facts.cost_of_delay_profile == "fixed_date" and not facts.date_source.strip():
            yield at_reference(one, _("The request claims a fixed date and does not say where it comes from."))
    said = case.first("fixed_date", "effort", "summary", "decision")
    if said and not case.words.has("date_sources", said.text):
        yield at(said, _("A fixed date is claimed without its source."))
