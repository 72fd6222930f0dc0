"""What a contract says arrives in the records, in every version of the standard."""

from __future__ import annotations

from exchange.odcs.mapping import level_of
from exchange.odcs.model import Contract, Reading
from exchange.odcs.reader import read
from exchange.odcs.sniff import sniff
from exchange.odcs.strict import load

HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: c-1\nversion: 1.10\nstatus: active\n"


def contract(text: str, **words: int) -> Contract:
    reading = read((HEAD + text).encode(), words=words or None)
    assert reading.contract is not None
    return reading.contract


def test_it_keeps_the_version_as_it_was_written() -> None:
    assert contract("").version == "1.10"


def test_it_flattens_nested_properties_and_items_with_dotted_paths() -> None:
    found = contract("""
schema:
  - name: orders
    properties:
      - name: address
        logicalType: object
        properties: [{name: street}, {name: "a.b"}]
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties: [{name: sku, classification: internal}]
""")
    columns = found.datasets[0].columns
    assert [column.path for column in columns] == [
        "address", "address.street", 'address."a.b"', "lines", "lines[]", "lines[].sku",
    ]  # fmt: skip
    assert [column.position for column in columns] == [1, 2, 3, 4, 5, 6]
    assert columns[5].parent == "lines[]" and columns[4].is_item
    assert columns[5].level == 2


def test_an_unknown_classification_is_unclassified_and_reported_never_the_lowest() -> None:
    reading = read((HEAD + "schema: [{name: t, properties: [{name: a, classification: pinkish}, {name: b}]}]").encode())
    assert reading.contract is not None
    assert [column.level for column in reading.contract.columns] == [None, None]
    assert [column.classification for column in reading.contract.columns] == ["pinkish", None]
    assert [(f.rule_id, f.path) for f in reading.findings] == [("ODCS-23", "schema[0].properties[0].classification")]


def test_the_words_of_the_organisation_come_first_and_bare_numbers_are_not_guessed() -> None:
    text = "schema: [{name: t, properties: [{name: a, classification: Pinkish}, {name: b, classification: 1}]}]"
    assert [column.level for column in contract(text, pinkish=4).columns] == [4, None]
    assert level_of("1", {"1": 5}) == 5
    assert level_of("L3") == level_of("confidential") == level_of(" Confidential ") == 3
    assert level_of("") is None and level_of(None) is None and level_of("9") is None


def test_it_reads_the_team_of_3_0_and_of_3_1_alike() -> None:
    member = "{username: ada, role: Owner, dateIn: 2024-01-01, dateOut: 2024-06-30, replacedByUsername: bo}"
    old = read(f"{HEAD.replace('3.1.0', '3.0.2')}team: [{member}, {{username: bo, role: owner}}]".encode()).contract
    new = contract(f"team: {{name: Shop, members: [{member}, {{username: bo, role: owner}}]}}")
    assert old is not None and old.team.members == new.team.members
    assert new.team.name == "Shop"
    assert [m.username for m in new.team.holders("owner", "2024-03-01")] == ["ada", "bo"]
    assert [m.username for m in new.team.holders("owner", "2024-06-30")] == ["bo"]


def test_it_reads_2_2_with_its_own_names() -> None:
    found = read(b"""
apiVersion: v2.2.2
kind: DataContract
uuid: 53581432-6c55
version: 1.0.0
status: production
type: tables
quantumName: Sales
datasetName: orders
datasetDomain: shop
dataset:
  - table: orders
    columns:
      - {column: id, logicalType: integer, physicalType: int, isNullable: false, isPrimaryKey: true}
      - {column: mail, logicalType: string, physicalType: text, classification: restricted}
stakeholders: [{username: ada, role: owner}]
slaProperties: [{property: latency, value: 4, unit: d, column: orders.id}]
""")
    made = found.contract
    assert made is not None and found.errors == ()
    assert (made.id, made.data_product, made.domain, made.standard_version) == (
        "53581432-6c55",
        "Sales",
        "shop",
        "2.2.2",
    )
    assert [(c.name, c.required, c.primary_key, c.level) for c in made.columns] == [
        ("id", True, True, None), ("mail", None, None, 4),
    ]  # fmt: skip
    assert made.team.members[0].username == "ada"
    assert made.sla[0].element == "orders.id"
    assert made.rest["type"] == "tables"


def test_it_reads_the_older_specification_and_fills_in_definitions() -> None:
    found = read(b"""
dataContractSpecification: 1.1.0
id: urn:shop:orders
info: {title: Orders, version: 0.0.10, owner: shop-team}
servers: {prod: {type: postgres, host: h, port: 5432, database: d, schema: s}}
models:
  orders:
    type: table
    fields:
      buyer: {$ref: '#/definitions/person', required: true}
      ghost: {$ref: '#/definitions/nobody'}
      address: {type: struct, fields: {street: {type: string}}}
definitions:
  person: {type: text, classification: confidential, pii: true}
servicelevels: {freshness: {threshold: PT1H, timestampField: orders.at}}
""")
    made = found.contract
    assert found.kind == "dcs" and made is not None
    assert (made.version, made.team.members[0].username, made.servers[0].type) == ("0.0.10", "shop-team", "postgres")
    assert [(c.path, c.level, c.required) for c in made.columns] == [
        ("buyer", 3, True), ("ghost", None, None), ("address", None, None), ("address.street", None, None),
    ]  # fmt: skip
    assert [f.rule_id for f in found.findings] == ["ODCS-39", "ODCS-38"]
    assert made.sla[0].value == "PT1H"


def test_it_keeps_what_it_does_not_know() -> None:
    found = contract("house: {colour: red}\nservers: [{server: s, type: custom, odd: 1}]")
    assert found.rest == {"house": {"colour": "red"}}
    assert found.servers[0].details == {"odd": 1}


def test_it_says_which_standard_another_file_belongs_to() -> None:
    def kind(text: str) -> str:
        return sniff(load(text).value).kind

    assert kind("apiVersion: v1.0.0\nkind: DataProduct\nid: x") == "odps-bitol"
    assert kind("schema: https://x\nversion: 4.1\nproduct: {en: {name: x}}") == "odps-lf"
    assert kind("dataProductSpecification: 0.0.1") == "dps"
    assert kind("dataContractSpecification: 1.1.0") == "dcs"
    assert kind("apiVersion: v3.0.2\nid: x") == "odcs"
    assert kind("uuid: x\ndatasetName: y\nquantumName: z") == "odcs"
    assert kind("hello: world") == "unknown"
    refused = read(b"apiVersion: v1.0.0\nkind: DataProduct\nid: x\nstatus: active\n")
    assert refused.contract is None
    assert "Open Data Product Standard" in refused.errors[0].sentence


def test_wrong_shapes_are_named_and_kept_instead_of_stopping_the_reading() -> None:
    reading: Reading = read(
        (HEAD + "tags: one\nschema:\n  - name: t\n    properties: nope\n  - 7\nprice: 12\n").encode()
    )
    assert reading.contract is not None
    assert reading.contract.tags == ("one",)
    assert reading.contract.rest == {"price": 12}
    assert {(f.path, f.severity) for f in reading.findings} == {
        ("tags", "warning"), ("schema[0].properties", "error"), ("schema[1]", "error"), ("price", "error"),
    }  # fmt: skip
