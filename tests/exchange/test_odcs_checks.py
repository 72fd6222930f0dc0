"""Each rule about a contract: what breaks it, where it points, and that the sound form is left in peace."""

from __future__ import annotations

import pytest

from exchange.odcs.reader import read
from exchange.odcs.rules import RULES

HEAD = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "c-1", "version": "1.0.0", "status": "active"}
TABLE = "schema: [{name: t, properties: [{name: a}, {name: b}]}]\n"


def found(text: str, **head: str | None) -> list[tuple[str, str]]:
    lines = [f"{key}: {value}" for key, value in {**HEAD, **head}.items() if value is not None]
    return [(f.rule_id, f.path) for f in read(("\n".join(lines) + "\n" + text).encode()).findings]


def quality(rule: str, version: str = "v3.1.0") -> list[tuple[str, str]]:
    return found(f"schema: [{{name: t, quality: [{rule}]}}]", apiVersion=version)


def prop(text: str, version: str = "v3.1.0") -> list[tuple[str, str]]:
    return found(f"schema: [{{name: t, properties: [{{name: a, {text}}}]}}]", apiVersion=version)


def related(text: str) -> list[tuple[str, str]]:
    return found(f"schema: [{{name: t, properties: [{{name: a}}, {{name: b}}], relationships: [{text}]}}]")


Q, P, R = "schema[0].quality[0]", "schema[0].properties[0]", "schema[0].relationships[0]"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (found(TABLE), []),
        (found("", status=None), [("ODCS-1", "")]),
        (found("", status=None, apiVersion="v3.2.0"), []),
        (found("", version=None), [("ODCS-1", "")]),
        (found("idd: x", id=None), [("ODCS-7", "idd"), ("ODCS-10", "idd")]),
        (found("", kind="Contract"), [("ODCS-2", "kind")]),
        (found("", apiVersion="v9.0.0"), [("ODCS-3", "apiVersion")]),
        (found("", id='""'), [("ODCS-4", "id")]),
        (found("", id="x" * 256), [("ODCS-40", "id")]),
        (found("", id='"bad/id!"'), [("ODCS-13", "id")]),
        (found("", id="urn:datacontract:checkout/orders"), []),
        (found("stauts: x"), [("ODCS-7", "stauts")]),
        (found("colour: x"), [("ODCS-6", "colour")]),
        (found("domain:"), [("ODCS-25", "domain")]),
        (found("schema: {}"), [("ODCS-5", "schema")]),
        (found("schema: [{properties: []}]"), [("ODCS-1", "schema[0]")]),
        (found("schema: [{name: t}, {name: t}]"), [("ODCS-9", "schema[1].name")]),
        (found("schema: [{name: t}, {name: T}]"), []),
        (found("schema: [{name: t, properties: [{name: a}, {name: a}]}]"),
         [("ODCS-9", "schema[0].properties[1].name")]),
        (found("schema: [{name: t, id: 'a b'}]"), [("ODCS-13", "schema[0].id")]),
        (found("schema: [{name: t, id: x}, {name: u, id: x}]"), [("ODCS-9", "schema[1].id")]),
    ],
)  # fmt: skip
def test_heads_names_and_ids(given: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert sorted(given) == sorted(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (quality("{type: text, description: x}"), []),
        (quality("{metric: rowCount, mustBe: 0}"), []),
        (quality("{type: guess}"), [("ODCS-14", f"{Q}.type")]),
        (quality("{type: text, dimension: beauty}"), [("ODCS-14", f"{Q}.dimension")]),
        (quality("{metric: not_null, mustBe: 0}"), [("ODCS-14", f"{Q}.metric")]),
        (quality("{rule: anything, mustBe: 0}", "v3.0.2"), []),
        (quality("{mustBe: 0}"), [("ODCS-27", Q)]),
        (quality("{metric: rowCount, mustBeBetween: [1]}"), [("ODCS-26", f"{Q}.mustBeBetween")]),
        (quality("{metric: rowCount, mustBeBetween: [1, x]}"), [("ODCS-26", f"{Q}.mustBeBetween")]),
        (quality("{metric: rowCount, mustNotBeBetween: [1, 2]}"), []),
        (quality("{type: sql, query: ''}"), [("ODCS-4", f"{Q}.query")]),
        (quality("{type: sql}"), [("ODCS-1", Q)]),
        (quality("{type: custom, engine: soda}"), [("ODCS-1", Q)]),
        (prop("logicalType: array"), [("ODCS-15", P)]),
        (prop("logicalType: array, items: {logicalType: string}"), []),
        (prop("logicalType: colour"), [("ODCS-24", f"{P}.logicalType")]),
        (prop("required: maybe"), [("ODCS-5", f"{P}.required")]),
        (prop("logicalTypeOptions: {minLength: 5, maxLength: 3}"), [("ODCS-36", f"{P}.logicalTypeOptions.minLength")]),
        (prop("logicalTypeOptions: {exclusiveMinimum: true}"),
         [("ODCS-35", f"{P}.logicalTypeOptions.exclusiveMinimum")]),
        (prop("logicalTypeOptions: {exclusiveMinimum: true}", "v3.0.2"), []),
        (prop("customProperties: [{property: '', value: 1}]"), [("ODCS-4", f"{P}.customProperties[0].property")]),
    ],
)  # fmt: skip
def test_quality_and_properties(given: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert given == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (related("{from: t.a, to: t.b}"), []),
        (related("{from: [t.a, t.b], to: [t.b, t.a]}"), []),
        (related("{from: [t.a, t.b], to: [t.b]}"), [("ODCS-17", R)]),
        (related("{from: t.a, to: [t.b]}"), [("ODCS-37", R)]),
        (related("{from: t.a}"), [("ODCS-1", R)]),
        (related("{from: t.a, to: 'not!!!valid'}"), [("ODCS-16", f"{R}.to")]),
        (related("{from: [''], to: [t.a]}"), [("ODCS-16", f"{R}.from[0]")]),
        (related("{from: [], to: []}"), [("ODCS-4", f"{R}.from"), ("ODCS-4", f"{R}.to")]),
        (related("{from: t.zzz, to: t.a}"), [("ODCS-19", f"{R}.from")]),
        (related("{from: t.a, to: other.x}"), [("ODCS-18", f"{R}.to")]),
        (related("{from: t.a, to: /schema/nobody/properties/x}"), [("ODCS-18", f"{R}.to")]),
        (related("{from: t.a, to: 'https://x.example/o.yaml#/schema/y/properties/z'}"), []),
        (prop("relationships: [{from: t.a, to: t.a}]"), [("ODCS-34", f"{P}.relationships[0].from")]),
    ],
)
def test_relationships(given: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert given == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (found("servers: [{server: s, type: local, path: x, format: csv}]"), []),
        (found("servers: [{sever: s, type: custom}]"), [("ODCS-10", "servers[0].sever")]),
        (found("servers: [{server: s}]"), [("ODCS-1", "servers[0]")]),
        (found("servers: [{server: s, type: abacus}]"), [("ODCS-12", "servers[0].type")]),
        (found("servers: [{server: s, type: bigquery, project: p}]"), [("ODCS-11", "servers[0]")]),
        (found("servers: [{server: s, type: custom}, {server: s, type: custom}]"), [("ODCS-9", "servers[1].server")]),
        (found("team: {username: ada}"), [("ODCS-21", "team")]),
        (found("team: [{username: ada}]"), [("ODCS-22", "team")]),
        (found("team: {members: [{role: owner}]}"), [("ODCS-1", "team.members[0]")]),
        (found("team: {members: [{username: a, dateIn: 2024-02-01, dateOut: 2024-01-01}]}"),
         [("ODCS-31", "team.members[0].dateOut")]),
        (found("team: {members: [{username: a, dateIn: spring}]}"), [("ODCS-32", "team.members[0].dateIn")]),
        (found("team: {members: [{username: a, replacedByUsername: b}]}"),
         [("ODCS-33", "team.members[0].replacedByUsername")]),
        (found("roles: [{access: read}]"), [("ODCS-1", "roles[0]")]),
        (found("support: [{url: 'https://x.example'}]"), [("ODCS-1", "support[0]")]),
        (found("support: [{channel: c}]"), [("ODCS-28", "support[0]")]),
        (found("price: {priceAmount: -1, priceCurrency: EUR}"), [("ODCS-30", "price.priceAmount")]),
        (found("price: {priceAmount: 1}"), [("ODCS-29", "price.priceAmount")]),
        (found("slaProperties: [{property: latency}]"), [("ODCS-1", "slaProperties[0]")]),
        (found(TABLE + "slaDefaultElement: t.a"), []),
        (found(TABLE + "slaDefaultElement: t.a,t.q"), [("ODCS-20", "slaDefaultElement")]),
        (found(TABLE + "slaDefaultElement: u.q"), [("ODCS-18", "slaDefaultElement")]),
    ],
)  # fmt: skip
def test_servers_people_and_promises(given: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert given == expected


def test_every_sentence_can_be_filled_in_and_names_its_place() -> None:
    for rule_id, (severity, template) in RULES.items():
        assert rule_id.startswith("ODCS-") and severity in ("error", "warning", "info")
        assert template[-1] in ".?"
    finding = read(b"apiVersion: v3.1.0\nkind: Wrong\nid: x\nversion: '1'\nstatus: a\n").findings[0]
    assert finding.sentence == "The kind is “Wrong”; a data contract has the kind “DataContract”."
    assert finding.template % finding.facts == finding.sentence
