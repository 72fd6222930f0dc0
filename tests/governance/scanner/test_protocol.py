"""What is measured is what was committed before tuning; its judgement of public columns is whole sentences."""

from __future__ import annotations

import hashlib
import json

from bench import _scanner_faker, scanner_protocol
from bench._scanner_columns import positives
from bench._scanner_mimesis import Inventor, columns
from bench.scanner import JUDGED, kind_of, precision, recall


def test_the_measuring_columns_are_those_of_the_protocol() -> None:
    digest = hashlib.sha256(repr(list(columns())).encode()).hexdigest()
    assert digest.startswith(scanner_protocol.MEASURED)


def test_the_two_sides_share_no_name_of_a_column_beyond_the_plainest() -> None:
    tuning = {name.lower() for names in _scanner_faker.NAMES.values() for name in names}
    measuring = {name.lower() for names in scanner_protocol.NAMES.values() for name in names}
    assert len(tuning & measuring) <= 1  # "credit_code" is a word of both languages of business


def test_the_checksum_kinds_are_found_on_the_measuring_side() -> None:
    inventor = Inventor()
    kinds = inventor.kinds()
    for kind in ("cn_resident_id", "cn_uscc", "payment_card", "iban"):
        said = [(column, kind_of(column.name, column.values))
                for column in positives(inventor.rng, kind, kinds[kind]) if column.dirt == 0.5]  # fmt: skip
        assert recall(said, kind).point >= 0.95 and precision(said, kind).point >= 0.98


def test_public_columns_are_judged_one_by_one() -> None:
    judged = json.loads(JUDGED.read_text())
    assert all(key.count(":") == 2 and len(why) > 10 for key, why in judged.items())
