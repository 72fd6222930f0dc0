"""The governance home after a real import: the 68 tables of the AdventureWorks contract, none of them classified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from guard.models import Domain
from people.models import User


@pytest.mark.corpus
def test_it_says_456_columns_unclassified(
    growth: Domain, omar: User, grace: User, otto: User, corpus: Path, manage: Callable[..., str]
) -> None:
    found = sorted(path for path in (corpus / "odcs").rglob("*.yaml") if "adventureworks" in path.name.lower())
    manage("import", "odcs", str(found[0]), "--domain", "growth", "--by", "omar")
    client = Client()
    client.force_login(grace)
    page = client.get("/governance/").content.decode()
    assert "456 columns unclassified" in page
    assert "68 datasets, 456 columns" in page
    assert "0.0 %" in page
    client.force_login(otto)
    assert "0 columns unclassified" in client.get("/governance/").content.decode()
