"""An evidence pack proves itself with Python alone, and holds nothing that its reader may not see."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Dataset
from governance import actions
from governance.evidence import verifier
from governance.evidence.pack import VERIFIER, zipped
from guard import signing
from guard.models import Domain, Entry
from people.models import Role, User
from tests.cast import make_person
from tests.governance import make

CANARY = "zq_canary_column"
SECRET_NAME = "vault.zq_canary_table"
FILES = {"README.txt", "checkpoint.json", "ledger.jsonl", "labels.json", "reviews.json", "grants.json", "waivers.json",
         "enforcement.json", "manifest.json", "manifest.sig", "verifier.py"}  # fmt: skip


@pytest.fixture(autouse=True)
def own_key(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR, settings.CHECKPOINT_KEY = tmp_path / "state", ""


@pytest.fixture
def secret(growth: Domain, cast: dict[str, User]) -> Dataset:
    """One open dataset; one at L5 with a review, a grant and a waiver."""
    omar, grace, gus, sol = cast["omar"], cast["grace"], cast["gus"], cast["sol"]
    open_one = make.orders(omar, growth, grace, {"order_id": 2}, owner=cast["tom"])
    make.reviewed(open_one, cast["ravi"], grace, {"order_id": 2})
    found = make.orders(
        gus, growth, grace, {CANARY: 3}, name=SECRET_NAME, owner=sol, allowed_purposes=["service quality"]
    )
    found = make.reviewed(found, gus, grace, {CANARY: 5})
    actions.ask_access(by=gus, dataset=found, purpose="service quality", columns=[CANARY], ends_on=make.in_days(20))
    asked = actions.ask_waiver(
        by=gus, thing=found.thing, rule_id="TOOL-001", reason="A trial of the rules.", expires_on=make.in_days(9)
    )
    actions.grant_waiver(by=grace, request=asked)
    return found


def pack_of(reader: User) -> dict[str, bytes]:
    today = timezone.now().date()
    made, _facts = actions.pack_evidence(by=reader, first=today - timedelta(days=1), last=today)
    with zipfile.ZipFile(io.BytesIO(made)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def checked(file: Path, *key: str) -> subprocess.CompletedProcess[str]:
    """The verifier as an auditor runs it: bare Python, nothing of ours, no packages."""
    words = [sys.executable, "-I", "-S", str(VERIFIER), str(file), *key]
    return subprocess.run(words, capture_output=True, text=True, check=False, env={}, cwd="/")


def test_it_is_sound_and_says_so_without_anything_of_ours(secret: Dataset, grace: User, tmp_path: Path) -> None:
    files = pack_of(grace)
    assert set(files) == FILES
    (tmp_path / "pack.zip").write_bytes(zipped(files))
    said = checked(tmp_path / "pack.zip", signing.public_key())
    assert (said.stdout, said.stderr, said.returncode) == ("ok\n", "", 0)
    assert "compare the key" in checked(tmp_path / "pack.zip").stdout
    assert checked(tmp_path / "pack.zip", "0" * 64).returncode == 1


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_changed_byte_in_any_file_is_found(secret: Dataset, grace: User, tmp_path: Path, name: str) -> None:
    """82: first, middle and last byte of each file."""
    files = pack_of(grace)
    for at in {0, len(files[name]) // 2, len(files[name]) - 1}:
        changed = bytearray(files[name])
        changed[at] ^= 1
        (tmp_path / "pack.zip").write_bytes(zipped(files | {name: bytes(changed)}))
        said = checked(tmp_path / "pack.zip", signing.public_key())
        assert said.returncode == 1
        assert "NOT OK" in said.stdout


def test_no_bit_of_the_seal_can_be_changed(secret: Dataset, grace: User, tmp_path: Path) -> None:
    """82: without a trusted key too, and in ways that read the same (letters of a number in hexadecimal)."""
    files = pack_of(grace)
    for at, byte in enumerate(files["manifest.sig"]):
        changed = bytearray(files["manifest.sig"])
        changed[at] = byte ^ 0x20
        (tmp_path / "pack.zip").write_bytes(zipped(files | {"manifest.sig": bytes(changed)}))
        assert verifier.main([str(tmp_path / "pack.zip")]) == 1


def test_a_missing_or_an_added_file_is_found(secret: Dataset, grace: User, tmp_path: Path) -> None:
    files = pack_of(grace)
    without = {name: content for name, content in files.items() if name != "waivers.json"}
    for wrong in (without, files | {"more.json": b"[]"}):
        (tmp_path / "pack.zip").write_bytes(zipped(wrong))
        assert checked(tmp_path / "pack.zip", signing.public_key()).returncode == 1


def test_it_holds_labels_reviews_with_votes_grants_waivers_and_the_ledger(secret: Dataset, grace: User) -> None:
    files = {name: content.decode() for name, content in pack_of(grace).items()}
    (review,) = [one for one in json.loads(files["reviews.json"]) if one["dataset"] == secret.key]
    assert [(vote["person"], vote["verdict"]) for vote in review["votes"]][-1] == ("grace", "approve")
    assert any(one["column"] == CANARY and one["review"] == review["key"] for one in json.loads(files["labels.json"]))
    assert [one["dataset"] for one in json.loads(files["grants.json"])] == [secret.key]
    assert [one["granted_by"] for one in json.loads(files["waivers.json"])] == ["grace"]
    verbs = {json.loads(line)["verb"] for line in files["ledger.jsonl"].splitlines()}
    assert verbs >= {"access.asked", "waiver.asked"}
    assert Entry.objects.unrestricted("a test reads every line").filter(verb="evidence.packed", actor=grace).exists()


@pytest.mark.parametrize("who", ["priya", "otto", "omar", "august"])
def test_a_lesser_readers_pack_leaves_hidden_things_out(
    secret: Dataset, growth: Domain, cast: dict[str, User], tmp_path: Path, who: str
) -> None:
    """15, 84: an auditor with a low clearance too; no name, no key, no number of what is hidden."""
    august = make_person("august", growth, (Role.AUDITOR,), 2)
    files = pack_of(august if who == "august" else cast[who])
    everything = b"".join(files.values()).decode()
    assert "zq_canary" not in everything
    assert f'"{secret.key}"' not in everything and f"{secret.key}\\" not in everything
    (tmp_path / "pack.zip").write_bytes(zipped(files))
    assert checked(tmp_path / "pack.zip", signing.public_key()).stdout == "ok\n"


def test_no_secret_of_the_installation_is_in_a_pack(secret: Dataset, grace: User, settings: Any) -> None:
    """84: neither the signing key nor the installation's own secret, to whom sees everything."""
    everything = b"".join(pack_of(grace).values())
    assert CANARY.encode() in everything  # the positive control
    pem = (settings.STATE_DIR / signing.NAME).read_bytes().splitlines()[1]
    assert pem not in everything
    assert b"PRIVATE KEY" not in everything
    assert settings.SECRET_KEY.encode() not in everything


def test_the_command_writes_a_new_file_only(
    secret: Dataset, grace: User, manage: Callable[..., str], tmp_path: Path
) -> None:
    today, file = str(timezone.now().date()), tmp_path / "pack.zip"
    words = ("govern", "evidence", "--from", today, "--to", today, "--output", str(file), "--by", "grace")
    assert "ledger " in manage(*words)
    assert checked(file, signing.public_key()).stdout == "ok\n"
    with pytest.raises(Exception, match="is there already"):
        manage(*words)
    with pytest.raises(Exception, match="end before they begin"):
        manage(*words[:4], "--to", "2020-01-01", "--output", str(tmp_path / "other.zip"), "--by", "grace")


# RFC 8032, 7.1: tests 1 to 3 (public key, message, signature)
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_its_own_ed25519_agrees_with_the_vectors_of_the_standard(key: str, message: str, signature: str) -> None:
    raw = bytes.fromhex(signature)
    assert verifier.signed(bytes.fromhex(message), raw, bytes.fromhex(key))
    assert not verifier.signed(bytes.fromhex(message) + b"x", raw, bytes.fromhex(key))
    beyond = (int.from_bytes(raw[32:], "little") + verifier.Q).to_bytes(32, "little")
    assert not verifier.signed(bytes.fromhex(message), raw[:32] + beyond, bytes.fromhex(key))  # malleable: refused
    with pytest.raises(ValueError):
        verifier.point_of((2).to_bytes(32, "little"))


def test_its_own_ed25519_agrees_with_the_library() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for number in range(20):
        secret, message = Ed25519PrivateKey.generate(), str(number).encode()
        key, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
        assert verifier.signed(message, signature, key)
        assert not verifier.signed(message, signature, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
