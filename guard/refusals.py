"""What a rule says when it says no: one small family that carries code, sentence, findings and status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from guard.gates import Finding


class Refusal(Exception):
    """A rule refused. Page, fragment, API and command line print the same code and sentence.

    Args:
        sentence: what is refused and who can help, in the reader's language.
        code: public id, such as ``blocked`` or ``INT-1``.
        findings: what stands in the way.
        errors: messages by field name.
    """

    status = 400
    code = "refused"

    def __init__(
        self,
        sentence: str = "",
        *,
        code: str = "",
        findings: Sequence[Finding] = (),
        errors: Mapping[str, list[str]] | None = None,
        **facts: Any,
    ) -> None:
        self.sentence = str(sentence) or self.default_sentence()
        self.code = code or self.code
        self.findings = list(findings)
        self.errors = dict(errors or {})
        self.facts = facts
        super().__init__(self.sentence)

    def default_sentence(self) -> str:
        return _("This cannot be done.")


class Absent(Refusal):
    """Absent and forbidden look alike."""

    status = 404
    code = "absent"

    def default_sentence(self) -> str:
        return _("There is nothing here that you may see.")


class Denied(Refusal):
    """The person sees the thing and may not do this to it."""

    status = 403
    code = "denied"

    def default_sentence(self) -> str:
        return _("You may not do this. The owner of the item or a governance lead can.")


class Blocked(Refusal):
    """Gates stand in the way; `findings` names each."""

    status = 409
    code = "blocked"

    def default_sentence(self) -> str:
        return _("Something stands in the way.")


class Invalid(Refusal):
    """The input is wrong; `errors` says where."""

    status = 422
    code = "invalid"

    def default_sentence(self) -> str:
        return _("Some of what was entered cannot be used.")


class Stale(Refusal):
    """Somebody else changed it in between."""

    status = 412
    code = "stale"

    def default_sentence(self) -> str:
        return _("Somebody changed this while you were working. Look at their change, then try again.")


class DoorError(RuntimeError):
    """A write of a governed row outside an act: a fault of ours, never a refusal."""


class SealedError(RuntimeError):
    """A read of governed rows without saying who reads: a fault of ours (500), never a 403."""
