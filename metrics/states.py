"""States of a metric and the moves between them (domain.md 1.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves


class MetricState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DEFINED = "defined", _("Defined")
    IN_REVIEW = "in_review", _("In review")
    CERTIFIED = "certified", _("Certified")
    LAPSED = "lapsed", _("Lapsed")
    DEPRECATED = "deprecated", _("Deprecated")
    RETIRED = "retired", _("Retired")
    MERGED = "merged", _("Merged")
    REJECTED = "rejected", _("Rejected")


S = MetricState
MEANT = frozenset({S.DEFINED, S.IN_REVIEW, S.CERTIFIED, S.LAPSED})  # has a meaning that others may rely on
LIVE = MEANT | {S.PROPOSED}
BELOW_DEFINED = frozenset({S.PROPOSED, S.RETIRED, S.MERGED, S.REJECTED})

DEFINERS = Who(roles={"data_pm"}, standings={"owner"})
SIGNERS = Who(roles={"governance_lead"}, standings={"steward"})
KEEPERS = Who(roles={"data_pm", "governance_lead"}, standings={"owner"})
READERS = Who(roles={"data_pm", "governance_lead"}, standings={"owner", "steward"})
ONLY_RULES = Who()

KEEPERS_SENTENCE = _("The business owner, a data PM or a governance lead can.")

register_moves(
    "metric",
    S.PROPOSED,
    S,
    [
        Move(
            "define", frozenset({S.PROPOSED}), S.DEFINED, _("Define"), DEFINERS, ("MET-2",),
            _("The business owner or a data PM can define it."), style="go", is_offered=False,
        ),
        Move(
            "redefine", MEANT, "", _("Change the definition"), DEFINERS, ("MET-2", "MET-7"),
            _("The business owner or a data PM can change the definition."), is_offered=False,
        ),
        Move(
            "submit", frozenset({S.DEFINED, S.LAPSED}), S.IN_REVIEW, _("Submit for certification"), READERS,
            ("MET-1", "MET-2", "MET-3", "MET-4", "MET-5", "MET-9"),
            _("The owner, the steward, a data PM or a governance lead can submit it."), style="go",
        ),
        Move(
            "certify", frozenset({S.IN_REVIEW}), "", _("Sign the certification"), SIGNERS,
            ("MET-1", "MET-2", "MET-3", "MET-4", "MET-5", "MET-9"),
            _("The technical steward and a governance lead sign, two people, neither of them who defined it."),
            style="go",
        ),
        Move("complete", frozenset({S.IN_REVIEW}), S.CERTIFIED, _("Certify"), SIGNERS, is_offered=False),
        Move(
            "send-back", frozenset({S.IN_REVIEW}), S.DEFINED, _("Send back"), SIGNERS, (),
            _("The technical steward or a governance lead can send it back."), needs=("reason",),
        ),
        Move(
            "reset", frozenset({S.IN_REVIEW, S.CERTIFIED, S.LAPSED}), S.DEFINED, _("Back to defined"), ONLY_RULES,
            is_offered=False,
        ),
        Move("lapse", frozenset({S.CERTIFIED}), S.LAPSED, _("Lapse"), ONLY_RULES, is_offered=False),
        Move(
            "deprecate", frozenset({S.DEFINED, S.CERTIFIED, S.LAPSED}), S.DEPRECATED, _("Deprecate"), KEEPERS, (),
            KEEPERS_SENTENCE, needs=("reason",),
        ),
        Move(
            "retire", frozenset({S.DEPRECATED}), S.RETIRED, _("Retire"), KEEPERS, ("MET-8",), KEEPERS_SENTENCE,
            style="danger", needs=("reason",),
        ),
        Move(
            "merge", LIVE | {S.DEPRECATED}, S.MERGED, _("Merge into another metric"), KEEPERS, (), KEEPERS_SENTENCE,
            style="danger", needs=("reason",), is_offered=False,
        ),
        Move(
            "reject", frozenset({S.PROPOSED, S.DEFINED, S.IN_REVIEW}), S.REJECTED, _("Reject"),
            Who(roles={"data_pm", "governance_lead"}), (), _("A data PM or a governance lead can reject it."),
            style="danger", needs=("reason",),
        ),
    ],
)  # fmt: skip
