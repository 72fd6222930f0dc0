"""Two PRDs against which no rule has anything to say, and one change at a time to each."""

import datetime
from dataclasses import replace
from pathlib import Path

from prds.lint import DatasetFacts, Document, Facts, InsightFacts, MetricFacts, RequestFacts, lint
from prds.template import Section, parse_sections, spec_of


def _read(name):
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return {section.slug: section.body.strip() for section in parse_sections(text)}


GOOD, GOOD_ZH = _read("good.en.md"), _read("good.zh.md")
TODAY = datetime.date(2026, 8, 1)


def metric(code, **changes):
    facts = MetricFacts(
        code, code.replace("_", " "), "tom", "certified", "1.3.0", ("category", "client"), "UTC+8", "1d", unit="%"
    )
    return replace(facts, **changes)


def dataset(name, **changes):
    facts = DatasetFacts(
        name, "omar", "mei", True, datetime.date(2027, 1, 1), columns={"hour": 2, "category": 2, "uv": 2}, layer="DWS",
        upstream_layers=("DWD",), row_count=100_000, cardinalities={"category": 40, "client": 3}, freshness_minutes=60,
    )  # fmt: skip
    return replace(facts, **changes)


def facts(**changes):
    known = Facts(
        today=TODAY,
        metrics={
            "visit_to_pay_cr_1d_app": metric("visit_to_pay_cr_1d_app", version="2.0.1"),
            "refund_rate_7d": metric("refund_rate_7d"),
            "step_loss_1h": metric("step_loss_1h"),
        },
        datasets={"dws.trade_funnel_1h": dataset("dws.trade_funnel_1h")},
        insights={
            "INS-1001": InsightFacts(
                "INS-1001", "supported", frozenset({"p1", "p2"}), frozenset({"payments", "support"})
            )
        },
        requests={"REQ-1001": RequestFacts("REQ-1001", "accepted")},
        high_water=2,
    )
    return replace(known, **changes)


def document(base=None, *, declared_level=2, title="Checkout funnel", **sections):
    """A good document with some sections written anew; ``None`` leaves a section out."""
    texts = {**(base or GOOD), **sections}
    parts = [
        Section(slug, spec_of(slug).heading() if spec_of(slug) else slug, text, place, place * 100)
        for place, (slug, text) in enumerate(texts.items(), start=1)
        if text is not None
    ]
    return Document.of_sections(parts, title=title, declared_level=declared_level)


def fired(base=None, known=None, *, level=2, title="Checkout funnel", words=None, **sections):
    """The ids of the rules that fire, sorted, each once."""
    found = lint(document(base, declared_level=level, title=title, **sections), known or facts(), words=words)
    return sorted({one.rule_id for one in found})


def fired_zh(known=None, **sections):
    return fired(GOOD_ZH, known, **sections)
