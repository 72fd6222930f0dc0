"""What several verbs of metrics leave behind: the search document, words to people, signatures made void."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.search import put_document
from guard import clock, things
from guard.doors import consequence
from guard.models import Thing
from metrics import inputs
from metrics.models import Metric, Signoff
from metrics.names import plain_names
from metrics.states import MetricState
from people.actions import tell

_WHY = "an act works on rows that it was handed"
CONSUMERS = ("owner", "author", "pm", "decision_maker", "steward")


def keep(metric: Metric, **fields: Any) -> None:
    """Write some of a metric's own fields and have them in hand."""
    Metric.objects.unrestricted(_WHY).filter(pk=metric.pk).update(**fields)
    for name, value in fields.items():
        setattr(metric, name, value)


def rename(metric: Metric, synonyms: Iterable[str]) -> None:
    """Set the synonyms and what homonyms are found by."""
    kept = list(dict.fromkeys(name.strip() for name in synonyms if name.strip() and name.strip() != metric.code))
    keep(metric, synonyms=kept, names=plain_names(metric.code, metric.title, kept))


def index(metric: Metric) -> None:
    """Bring the search document up to date. Formulas stay out: they may name columns."""
    tags = [metric.get_metric_kind_display(), metric.get_tier_display(), metric.business_process, metric.unit]
    put_document(
        metric.thing, names=[metric.code, *metric.synonyms], tags=[str(tag) for tag in tags if tag],
        text=metric.caliber_md,
    )  # fmt: skip


def tell_consumers(metric: Metric, code: str, sentence: str, *, but: Any = None) -> int:
    """A word to those who answer for what uses a metric, about their own thing; returns how many words."""
    users = [*inputs.users_of(metric), *(other.thing for other in inputs.outputs_of(metric))]
    return _tell_each(things.people_standing_on(users, *CONSUMERS), users, code, sentence, but)


def tell_keepers(metric: Metric, code: str, sentence: str, *, but: Any = None) -> int:
    """A word to the owner and the steward."""
    people = things.people_standing_on([metric], "owner", "steward")
    return _tell_each(people, [metric.thing], code, sentence, but)


def _tell_each(people: Mapping[int, list[Any]], about: Iterable[Thing], code: str, sentence: str, but: Any) -> int:
    count = 0
    for thing in about:
        for person in people.get(thing.pk, []):
            if but is None or person.pk != but.pk:
                tell(person, thing, code, sentence)
                count += 1
    return count


def void_signatures(metric: Metric) -> None:
    """End the signatures that stand: what was signed is not what is."""
    rows = Signoff.objects.unrestricted(_WHY).filter(metric=metric, voided_at=None)
    rows.update(voided_at=clock.now())


def by_rule(metric: Metric, state: str, code: str, because: str, **body: Any) -> None:
    """Move a metric because a rule says so, with a ledger line of its own."""
    before = metric.state
    things.touch(metric, state=state)
    consequence(code, metric, because=because, diff={"state": [str(before), str(state)]}, **body)


def lapse(metric: Metric, reason: str, because: str = "MET-6") -> None:
    """End a certification by rule: signatures void, reason kept, keepers and users told (MET-6)."""
    from django.utils.translation import gettext as _

    void_signatures(metric)
    keep(metric, drift_reason=reason[:300])
    by_rule(metric, MetricState.LAPSED, "metric.lapsed", because)
    tell_keepers(metric, "metric.lapsed", _("Its certification has lapsed. Have it reviewed again."))
    tell_consumers(metric, "metric.lapsed", _("A metric that this uses is no longer certified."))
