"""Where state and sockets lie, and what the locks and ports promise."""

from __future__ import annotations

import json
import socket

import pytest

from script.stack import places
from script.stack.locks import held
from script.stack.ports import first_free, healthy
from script.stack.postgres import Postgres
from script.stack.valkey import Valkey


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_secrets_are_made_once_and_readable_by_their_owner_only(state):
    first = places.made_secrets()
    assert places.made_secrets() == first
    assert (state / "secrets.json").stat().st_mode & 0o077 == 0
    assert len({value for name, value in first.items()}) == len(first)
    assert json.loads((state / "secrets.json").read_text()) == first


def test_two_states_have_two_socket_folders(state, monkeypatch, tmp_path):
    one = places.socket_dir("try")
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "other"))
    other = places.socket_dir("try")
    try:
        assert one != other
        assert one.stat().st_mode & 0o777 == 0o700
        assert len(str(one / ".s.PGSQL.5432")) < 107
    finally:
        one.rmdir()
        other.rmdir()


def test_it_refuses_a_socket_folder_that_is_a_link(state, tmp_path):
    real = places.socket_dir("link")
    real.rmdir()
    real.symlink_to(tmp_path)
    try:
        with pytest.raises(SystemExit, match="belongs to somebody else"):
            places.socket_dir("link")
    finally:
        real.unlink()


def test_a_lock_is_held_by_one_and_shared_by_many(tmp_path):
    path = tmp_path / "a.lock"
    with held(path) as mine:
        assert mine
        with held(path, wait=False) as second:
            assert not second
    with held(path, shared=True) as one, held(path, shared=True, wait=False) as two:
        assert one
        assert two


def test_the_next_free_port_is_taken():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert first_free(port) > port
        assert not healthy(first_free(port))


def test_django_reads_the_url_of_the_embedded_database(state, tmp_path):
    from config.databases import database

    postgres = Postgres(tmp_path / "pg", tmp_path / "sockets")
    found = database(postgres.urls()["DATABASE_URL"])
    assert found["HOST"] == str(tmp_path / "sockets")
    assert (found["USER"], found["NAME"]) == ("throughline_app", "throughline")
    valkey = Valkey(tmp_path / "valkey", tmp_path / "sockets")
    assert valkey.url(3) == f"redis+socket://{tmp_path}/sockets/valkey.sock?virtual_host=3"
