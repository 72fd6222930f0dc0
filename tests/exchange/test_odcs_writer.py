"""Export and import with ourselves loses nothing, and the export says what others will miss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.odcs.columns import path_of
from exchange.odcs.mapping import level_of
from exchange.odcs.model import (
    ChainLink,
    Contract,
    ContractColumn,
    ContractDataset,
    ContractMember,
    ContractServer,
    ContractSla,
    ContractTeam,
)  # fmt: skip
from exchange.odcs.reader import read
from exchange.odcs.writer import write

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=10)
tricky = st.sampled_from(
    ["no", "1.10", "2024-01-31", "0123", "~", "", "null", "<<", "=", "1e5", "a: b", "#x", "- y", "中文"]
)
word = text | tricky
filled = word.filter(bool)
scalar = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | word
anything = st.recursive(
    scalar, lambda v: st.lists(v, max_size=2) | st.dictionaries(filled, v, max_size=2), max_leaves=4
)
flag = st.none() | st.booleans()
words = st.lists(word, max_size=2).map(tuple)
objects = st.lists(
    st.dictionaries(st.sampled_from(["id", "type", "url", "description"]), word, max_size=2), max_size=2
).map(tuple)
custom = st.lists(st.fixed_dictionaries({"property": filled, "value": anything}), max_size=2).map(tuple)
rest = st.dictionaries(st.sampled_from(["houseColour", "x y", "synonyms", "cost"]), anything, max_size=2)
classes = st.none() | st.sampled_from(["public", "confidential", "L5", "pinkish", "3"])


@st.composite
def columns(draw: Any) -> tuple[ContractColumn, ...]:
    made: list[ContractColumn] = []

    def one(parent: str, depth: int, is_item: bool) -> None:
        name = draw(word)
        path = f"{parent}[]" if is_item else path_of(parent, name)
        wordy = draw(classes)
        made.append(
            ContractColumn(
                path=path, name=name, position=len(made) + 1, parent=parent, is_item=is_item, id=draw(word),
                logical_type=draw(word), physical_name=draw(word), description=draw(word), classification=wordy,
                level=level_of(wordy), required=draw(flag), primary_key_position=draw(st.none() | st.integers(-9, 9)),
                tags=draw(words), examples=tuple(draw(st.lists(anything, max_size=2))), sources=draw(words),
                options=draw(st.dictionaries(filled, scalar, max_size=2)), quality=draw(objects), custom=draw(custom),
                rest=draw(rest),
            )
        )  # fmt: skip
        if depth < 2:
            for _ in range(draw(st.integers(0, 2))):
                one(path, depth + 1, False)
            if draw(st.booleans()):
                one(path, depth + 1, True)

    for _ in range(draw(st.integers(0, 2))):
        one("", 0, False)
    paths = [column.path for column in made]
    return tuple(made) if len(set(paths)) == len(paths) else ()


datasets = st.builds(
    ContractDataset, name=word, columns=columns(), physical_name=word, description=word, grain=word, tags=words,
    quality=objects, relationships=objects, custom=custom, rest=rest,
)  # fmt: skip
members = st.builds(
    ContractMember, username=word, role=word, date_in=word, date_out=word, replaced_by=word,
    rest=st.dictionaries(st.sampled_from(["tags", "houseColour"]), anything, max_size=2),
)  # fmt: skip
links = st.builds(
    ChainLink, kind=filled, key=word, title=word, relation=word, url=word, pinned=word,
    facts=st.dictionaries(filled, anything, max_size=2),
)  # fmt: skip
contracts = st.builds(
    Contract, id=word, standard=st.just("odcs"), standard_version=st.just("3.1.0"), name=word, version=word,
    status=word, domain=word, purpose=word, usage=word, tags=words, datasets=st.lists(datasets, max_size=2).map(tuple),
    servers=st.lists(
        st.builds(ContractServer, name=word, type=word, environment=word,
                  details=st.dictionaries(st.sampled_from(["host", "port"]), anything, max_size=2)), max_size=2,
    ).map(tuple),
    team=st.builds(ContractTeam, members=st.lists(members, max_size=2).map(tuple), name=word, rest=rest),
    sla=st.lists(st.builds(ContractSla, property=word, value=anything, unit=word, element=word,
                           rest=st.dictionaries(st.just("schedule"), anything, max_size=1)), max_size=2).map(tuple),
    support=objects, roles=objects, definitions=objects, custom=custom,
    price=st.dictionaries(filled, scalar, max_size=2),
    chain=st.lists(links, max_size=2).map(tuple), rest=rest,
    description_rest=st.dictionaries(st.just("houseColour"), anything, max_size=1),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(contracts, st.sampled_from(["3.1.0", "3.2.0"]))
def test_import_after_export_is_identity(contract: Contract, version: str) -> None:
    written = write(contract, version)
    expected = replace(contract, standard_version=version)
    assert read(written.to_yaml().encode()).contract == expected
    assert read(written.to_json().encode()).contract == expected


def test_the_chain_returns_and_the_export_says_that_only_we_read_it() -> None:
    chain = (
        ChainLink("prd", "PRD-1001", "Checkout funnel", "serves", "https://t.example/prds/PRD-1001/", "3"),
        ChainLink("decision", "DEC-1001", facts={"verdict": "held", "actual": 3.29}),
    )
    written = write(Contract("c", "odcs", "3.1.0", version="1", status="active", chain=chain))
    assert [loss.loss_id for loss in written.losses] == ["LOSS-1"]
    assert written.document["authoritativeDefinitions"] == [
        {"type": "throughline:prd", "url": "https://t.example/prds/PRD-1001/"}
    ]
    again = read(written.to_yaml().encode()).contract
    assert again is not None
    assert (again.chain, again.definitions, again.custom) == (chain, (), ())


def test_the_loss_report_names_each_key_that_the_standard_has_no_place_for() -> None:
    contract = Contract(
        "c", "odcs", "3.1.0", version="1", rest={"house": 1},
        sla=(ContractSla("latency", 4, rest={"house": 2, "schedule": "daily"}),),
        datasets=(ContractDataset("t", (ContractColumn("a", "a", 1, classification="public", level=1),)),),
    )  # fmt: skip
    assert [(loss.loss_id, loss.path) for loss in write(contract).losses] == [
        ("LOSS-4", "status"), ("LOSS-3", "slaProperties[0].house"), ("LOSS-2", "house"), ("LOSS-5", "schema"),
    ]  # fmt: skip
    assert "LOSS-4" not in [loss.loss_id for loss in write(contract, "3.2.0").losses]
    assert write(contract).document["status"] == "draft"


def test_it_writes_only_the_versions_it_promises() -> None:
    with pytest.raises(ValueError, match=r"3\.0\.2"):
        write(Contract("c"), "3.0.2")
