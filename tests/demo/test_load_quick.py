from __future__ import annotations

import pytest

from demo import story
from guard import ledger
from guard.models import Thing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_story_can_be_told_and_its_record_holds() -> None:
    told = story.tell("a long walk home")
    assert ledger.verify().broken is None
    otto = told["a"].cast["otto"]
    assert Thing.objects.visible_to(otto, "exists").count() == 0
