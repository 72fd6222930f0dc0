"""The verbs of the metrics room."""

from metrics.actions.certify import certify_metric, lapse_metrics, send_back_metric, submit_metric
from metrics.actions.define import define_metric
from metrics.actions.end import deprecate_metric, merge_metric, reject_metric, retire_metric
from metrics.actions.propose import appoint_owner, appoint_steward, name_limit, offer_metric, propose_metric

__all__ = [
    "appoint_owner",
    "appoint_steward",
    "certify_metric",
    "define_metric",
    "deprecate_metric",
    "lapse_metrics",
    "merge_metric",
    "name_limit",
    "offer_metric",
    "propose_metric",
    "reject_metric",
    "retire_metric",
    "send_back_metric",
    "submit_metric",
]
