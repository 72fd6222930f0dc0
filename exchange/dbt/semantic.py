"""Metrics and semantic models, in the shape with measures and in the newer one without (interchange.md 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from exchange.dbt.model import DbtMetric

Decode = Callable[[msgspec.Raw, Any, tuple[str | int, ...]], Any]


class MetricNode(msgspec.Struct, gc=False):
    """A metric of the manifest or the semantic manifest."""

    name: str = ""
    type: str | None = None
    calculation_method: str | None = None
    label: str | None = None
    description: str | None = None
    expression: str | None = None
    model: str | None = None
    filter: Any = None
    type_params: Any = None


class SemanticModel(msgspec.Struct, gc=False):
    """A semantic model: only what a metric needs of it."""

    name: str = ""
    measures: Any = None


def read(
    metrics: Iterable[msgspec.Raw], models: Iterable[msgspec.Raw], decode: Decode
) -> tuple[tuple[DbtMetric, ...], tuple[str, ...]]:
    """Read metrics and the names of semantic models.

    Args:
        metrics, models: raw entries of either artifact.
        decode: decodes one entry or reports it and gives ``None``.

    Returns:
        The metrics, with aggregation and expression looked up in the measure they use; and the models' names.
    """
    names: list[str] = []
    measures: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for place, raw in enumerate(models):
        model = decode(raw, SemanticModel, ("semantic_models", place))
        if model is None:
            continue
        names.append(model.name)
        for measure in model.measures if isinstance(model.measures, list) else []:
            if isinstance(measure, dict) and measure.get("name"):
                measures[str(measure["name"])] = (model.name, measure)
    found = [decode(raw, MetricNode, ("metrics", place)) for place, raw in enumerate(metrics)]
    return tuple(_metric(metric, measures) for metric in found if metric is not None), tuple(names)


def _metric(node: MetricNode, measures: Mapping[str, tuple[str, Mapping[str, Any]]]) -> DbtMetric:
    params = node.type_params if isinstance(node.type_params, dict) else {}
    measure = _name(params.get("measure"))
    model, facts = measures.get(measure, ("", {}))
    aggregation = params.get("metric_aggregation_params")
    aggregation = aggregation if isinstance(aggregation, dict) else {}
    return DbtMetric(
        name=node.name, kind=node.type or ("simple" if node.calculation_method else ""), label=node.label or "",
        description=node.description or "", measure=measure, filter=_filter(node.filter), inputs=_inputs(params),
        semantic_model=str(aggregation.get("semantic_model") or model or node.model or ""),
        agg=str(aggregation.get("agg") or facts.get("agg") or node.calculation_method or ""),
        expression=str(params.get("expr") or facts.get("expr") or node.expression or (measure if facts else "")),
    )  # fmt: skip


def _inputs(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the metrics that a ratio, derived or conversion metric is made of."""
    found = [_name(params.get("numerator")), _name(params.get("denominator"))]
    found += [_name(entry) for entry in params.get("metrics") or []]
    conversion = params.get("conversion_type_params")
    if isinstance(conversion, dict):
        keys = ("base_measure", "conversion_measure", "base_metric", "conversion_metric")
        found += [_name(conversion.get(key)) for key in keys]
    cumulative = params.get("cumulative_type_params")
    if isinstance(cumulative, dict):
        found.append(_name(cumulative.get("metric")))
    return tuple(dict.fromkeys(name for name in found if name))


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or "")
    return value if isinstance(value, str) else ""


def _filter(value: Any) -> str:
    """The filter as text; Jinja in it is kept and never executed."""
    if isinstance(value, dict) and isinstance(value.get("where_filters"), list):
        texts = [str(part.get("where_sql_template") or "") for part in value["where_filters"] if isinstance(part, dict)]
        return " AND ".join(text for text in texts if text)
    if isinstance(value, str) or value is None:
        return value or ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
