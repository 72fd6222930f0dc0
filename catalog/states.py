"""Stages of a data product (domain.md 1.2)."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves


class Stage(TextChoices):
    DISCOVER = "discover", _("Discover")
    DEFINE = "define", _("Define")
    DESIGN = "design", _("Design")
    BUILD = "build", _("Build")
    TRIAL = "trial", _("Trial")
    LIVE = "live", _("Live")
    ITERATE = "iterate", _("Iterate")
    SUNSET = "sunset", _("Sunset")
    RETIRED = "retired", _("Retired")


#: Stages in which a product is built or used: what it contains counts as published.
PUBLISHED = frozenset({Stage.BUILD, Stage.TRIAL, Stage.LIVE, Stage.ITERATE, Stage.SUNSET})


class DatasetState(TextChoices):
    ACTIVE = "active", _("Active")
    GONE = "gone", _("Gone from the warehouse")


PM = Who(standings={"pm", "owner"})
PM_SENTENCE = _("The product manager or the owner of this product can.")


def stage_move(name: str, frm: str, to: str, label: str | Promise, *gates: str) -> Move:
    """One step along the product's path, made by its product manager."""
    return Move(name, frozenset({frm}), to, label, PM, gates, PM_SENTENCE, style="go")


register_moves(
    "product",
    Stage.DISCOVER,
    Stage,
    [
        stage_move("define", Stage.DISCOVER, Stage.DEFINE, _("Move to define"), "DP-G1"),
        stage_move("design", Stage.DEFINE, Stage.DESIGN, _("Move to design"), "DP-G2"),
        stage_move("build", Stage.DESIGN, Stage.BUILD, _("Move to build"), "DP-G3", "DP-G4"),
    ],
)
register_moves("dataset", DatasetState.ACTIVE, DatasetState, [])
