"""The 85 negative cases of the design (governance.md, section 5), and the tests that try each of them.

A test claims a case by its name (`test_case_48_…`, `test_56_…` in the data plane) or by its docstring ("Case 38: …").
Older tests are named in `ALSO`. `python -m tests.house.negative` writes docs/reference/negative-cases.md.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "negative-cases.md"

#: What somebody tries, in our words.
CASES: dict[int, str] = {
    1: "an address is guessed, by number and by name: forbidden answers like absent",
    2: "something of others is reached through something of one's own",
    3: "parameters that expand, order, filter or choose fields reach into what is hidden",
    4: "totals, numbers of pages and links to the next page count what is hidden",
    5: "facets count what is hidden",
    6: "completion and mended spelling offer hidden words",
    7: "a search for a hidden column hits, or changes the order",
    8: "sorting by a hidden field lets one halve one's way to it",
    9: "lineage names a restricted dataset, or counts it",
    10: "queries that others asked show SQL or literals",
    11: "profiles show least, greatest or most frequent values",
    12: "rows come out as samples, attachments or pictures",
    13: "history, differences or old titles of what is restricted by now",
    14: "deleted, archived or drafted things by their address",
    15: "exports and evidence packs of a lesser reader hold more than their reader may see",
    16: "a notice arrives after the right was lost",
    17: "feeds, calendars, shared links, embedding",
    18: "agents ask through a protocol of their own",
    19: "forms and described options offer hidden choices",
    20: "an admin site beside the product",
    21: 'errors and "is taken already" tell that something exists',
    22: "a cache serves the page of one person to another",
    23: "a decision is remembered after role, level or policy changed",
    24: "examples of the API's description hold real data",
    25: "formulas and texts quote a restricted column",
    26: "small groups are counted out",
    27: "similar things and recommendations name hidden ones",
    28: "arguments of tasks, results and logs hold values",
    29: "somebody approves their own proposal, directly or on the way round",
    30: "who edited last approves",
    31: "an approval of an old version counts, or races with an edit",
    32: "a decision is sent twice, replayed, or comes late",
    33: "a level is lowered by any door but the review",
    34: "a level is lowered through lineage",
    35: "a dataset is milder than its columns, or a column comes after the approval",
    36: "fields that nobody may set are sent along",
    37: "who asks chooses an easier way to a friend",
    38: "a grant is too long, renewed for ever, overlaps, or plays with clocks",
    39: "a grant outlives its reason: leaver, retired PRD, risen level",
    40: "an exception without end, or for an exception",
    41: "a rule that widens its author's access, knows no such attribute, or is too large",
    42: "somebody acts for another after the last day",
    43: "one strict item hides among two hundred in a batch",
    44: "a token reaches farther than its owner, or outlives them",
    45: "another site lets a browser change something; reading changes something",
    46: "cells of a sheet run as formulas",
    47: "Markdown runs, tracks or disguises",
    48: "names run, hide signs or borrow letters",
    49: "the server fetches an address of a person's choosing",
    50: "SQL is smuggled into previews and identifiers",
    51: "templates in words of people are computed",
    52: "files that explode: aliases, archives, depth, patterns without end",
    53: "words in descriptions give orders to agents",
    54: "headers, logs and e-mails get lines of others",
    55: "a grade selects everything",
    56: "a column is added to a protected table",
    57: "a cheap function looks below a view",
    58: "a filter on a masked column sees the raw value",
    59: "a copy or a materialised view is made",
    60: "statistics of the planner show values",
    61: "catalogue and estimates show names and sizes",
    62: "a partition is read past its table",
    63: "the owner of a table reads past its policies",
    64: "a duplicate key tells what exists",
    65: "a view with the rights of its caller",
    66: "members of predefined roles, roles that pass by policies",
    67: "a function runs with the rights of its owner",
    68: "a reader passes a right on",
    69: "a table is swapped by renaming",
    70: "an open cursor goes on after a right was taken",
    71: "a change that no event trigger sees",
    72: "default privileges, PUBLIC, nested and administrated memberships",
    73: "an apply is interrupted midway",
    74: "two applies at once",
    75: "a plan that the world has left behind",
    76: "drift by hand, wider and narrower",
    77: "a revert that is not exact",
    78: "system schemas and names of others",
    79: "the record is changed by the app's own role",
    80: "the record is edited, rewritten, cut, turned back or forked by a superuser",
    81: "the record and what it tells of part ways",
    82: "one byte of an evidence pack is changed",
    83: "a header makes somebody else the actor",
    84: "the record shows what is restricted",
    85: "an auditor writes",
}

#: Tests that try a case without naming its number.
ALSO: dict[int, tuple[str, ...]] = {
    1: ("house/test_routes.py::test_objects_are_there_for_readers_and_absent_for_all_others",
        "web/test_errors.py::test_absent_forbidden_and_never_there_are_one_page"),
    4: ("catalog/test_pages.py::test_what_is_stricter_is_in_no_list_count_or_export",),
    5: ("catalog/test_search.py::test_a_hidden_thing_is_in_no_hit_count_or_facet",),
    6: ("trace/test_suggestions.py::test_a_misspelt_hidden_word_is_never_offered",
        "catalog/test_search.py::test_a_hidden_word_is_never_offered"),
    7: ("catalog/test_search.py::test_columns_are_found_by_readers_of_columns_only",),
    9: ("catalog/test_pages.py::test_lineage_says_that_something_is_restricted_and_not_what",),
    10: ("usage/test_loading.py::test_no_literal_of_a_query_is_stored_anywhere",),
    15: ("governance/test_evidence_pack.py::test_a_lesser_readers_pack_leaves_hidden_things_out",
         "exchange/test_import.py::test_an_exported_contract_comes_back_equal_and_names_nothing_hidden"),
    21: ("catalog/test_api.py::test_a_hidden_name_refuses_like_any_other_taken_one",),
    23: ("properties/test_policy_equals_sql.py::test_the_text_of_the_policy_follows_the_person_as_they_are_now",),
    25: ("metrics/test_pages.py::test_formulas_are_kept_from_readers_who_may_not_see_the_columns",
         "metrics/test_met_5_columns.py::test_column_names_are_told_only_to_readers_of_columns"),
    26: ("usage/test_rates.py::test_few_people_are_counted_out_only_to_those_with_a_duty",
         "metrics/test_values.py::test_a_group_that_is_too_small_is_not_shown"),
    27: ("demand/test_requests.py::test_what_the_asker_may_not_see_is_not_named_and_does_not_block",),
    28: ("governance/scanner/test_nothing_leaks.py::test_the_worker_leaves_no_value_in_job_outbox_or_log",
         "web/test_frame.py::test_logs_are_json_with_the_request_id_and_without_secrets"),
    29: ("governance/test_level_reviews.py::test_nobody_approves_their_own_proposal_in_whatever_capacity",),
    30: ("governance/test_level_reviews.py::test_who_edits_a_proposal_decides_on_it_no_more",),
    31: ("governance/test_categories_in_reviews.py::test_an_edit_voids_the_votes_given_before",),
    32: ("governance/test_level_reviews.py::test_deciding_twice_the_same_way_is_harmless_and_differently_is_refused",),
    33: ("governance/test_level_reviews.py::test_no_other_verb_lowers_a_level",
         "governance/test_pages_and_api.py::test_no_door_of_the_api_lowers_a_level",
         "exchange/test_import.py::test_an_import_never_lowers_an_approved_level",
         "governance/scanner/test_scans_propose.py::test_it_never_lowers_what_counts"),
    34: ("governance/test_attestations.py::test_a_transformation_lowers_only_when_two_others_agreed",
         "governance/test_attestations.py::test_editing_the_sql_snaps_the_level_back_and_layout_does_not",
         "governance/test_attestations.py::test_what_is_taken_back_counts_until_others_agreed_that_it_is_no_more",
         "catalog/test_column_lineage.py::test_a_circle_ends_and_does_not_hold_itself_up"),
    35: ("catalog/test_levels_of_datasets.py::test_direct_sql_cannot_make_a_dataset_less_strict_than_its_columns",
         "governance/test_level_reviews.py::test_a_column_added_between_two_agreements_stops_the_second"),
    40: ("governance/test_waivers.py::test_it_ends_within_ninety_days_and_has_a_reason",
         "governance/test_waivers.py::test_rules_of_the_law_are_never_set_aside"),
    44: ("people/test_leavers.py::test_tokens_of_a_leaver_end_at_once_and_stay_ended",
         "people/test_my_page.py::test_a_reading_token_writes_nothing"),
    45: ("web/test_frame.py::test_a_page_that_writes_on_get_is_refused_by_the_database",),
    47: ("web/test_markdown.py::test_nothing_runs_tracks_or_styles",),
    50: ("catalog/test_warehouse.py::test_it_refuses_what_does_not_read_or_is_more_than_one",),
    52: ("exchange/test_strict_loader.py::test_it_refuses_aliases_that_multiply",
         "governance/scanner/test_hostile_input.py::test_a_pattern_that_could_run_away_cannot_be_made",
         "exchange/gate/test_hostile.py::test_fifty_megabytes_are_a_finding"),
    54: ("web/test_frame.py::test_any_other_request_id_is_replaced",),
    79: ("guard/test_doors_writing.py::test_the_app_role_can_append_to_the_ledger_and_nothing_else",),
    80: ("guard/test_ledger_tampering.py::test_it_finds_a_superuser_against_the_outside_checkpoint",
         "guard/test_checkpoints.py::test_entries_dated_before_the_checkpoint_that_they_follow_are_found",
         "guard/test_checkpoints.py::test_two_checkpoints_of_one_count_with_different_heads_are_a_fork"),
    82: ("governance/test_evidence_pack.py::test_one_changed_byte_in_any_file_is_found",),
    83: ("governance/test_audit_abuse.py::test_no_header_makes_somebody_else_the_actor",),
    84: ("governance/test_level_reviews.py::test_the_record_says_who_when_and_what_without_names_of_columns",
         "demand/test_api.py::test_only_names_of_states_and_counts_are_left_in_the_ledger"),
    85: ("governance/test_audit_abuse.py::test_the_role_of_auditor_opens_no_verb_that_writes",
         "governance/test_audit_abuse.py::test_an_auditor_cleared_for_everything_is_refused_and_the_refusal_kept"),
}  # fmt: skip

#: Cases that section 5 calls out of scope: the words of THREAT_MODEL.md that name them. At most five.
NAMED: dict[int, str] = {}

_IN_NAME = re.compile(r"^test_(?:cases?_)?(\d+)(?:_and_(\d+))?_")
_IN_WORDS = re.compile(r"\b[Cc]ases? (\d+)((?:(?:, | and |, and | to )\d+)*)")


def tests() -> Iterator[tuple[str, str, str]]:
    """(file below tests/, name, docstring) of every test."""
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield str(file.relative_to(ROOT / "tests")), node.name, ast.get_docstring(node) or ""


def numbers_of(name: str, words: str) -> set[int]:
    """The cases that a test claims."""
    found = {int(number) for match in _IN_NAME.findall(name) for number in match if number}
    for first, more in _IN_WORDS.findall(words):
        last = int(first)
        found.add(last)
        for how, number in re.findall(r"(, and | and |, | to )(\d+)", more):
            found |= set(range(last, int(number) + 1)) if how == " to " else {int(number)}
            last = int(number)
    return found & set(CASES)


def claims() -> dict[int, list[str]]:
    """Tests by case, those of `ALSO` too."""
    found: dict[int, list[str]] = defaultdict(list)
    for file, name, words in tests():
        for number in numbers_of(name, words):
            found[number].append(f"{file}::{name}")
    for number, several in ALSO.items():
        found[number] += several
    return {number: sorted(set(found[number])) for number in CASES}


def page() -> str:
    """The generated page."""
    lines = [
        "# Negative cases", "",
        "What somebody may try, and the tests that try it first (threat model of the design, section 5).",
        "Generated by `python -m tests.house.negative`; the suite fails when it is out of date or a case has no test.",
        "", "| case | what is tried | tests |", "|---|---|---|",
    ]  # fmt: skip
    for number, several in claims().items():
        shown = ", ".join(f"`{one}`" for one in several[:4])
        more = f" and {len(several) - 4} more" if len(several) > 4 else ""
        named = f"named in THREAT_MODEL.md: {NAMED[number]}" if number in NAMED else ""
        lines.append(f"| {number} | {CASES[number]} | {shown}{more}{named} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
