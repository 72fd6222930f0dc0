"""The rules of attestations on lineage, LIN-1 to LIN-4. LIN-5 and on are findings (governance.streaming)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance import approvers, attesting
from governance.models import Attestation
from guard import clock
from guard.gates import Finding, gate
from guard.kinds import url_of

Facts = Mapping[str, Any]


@gate("LIN-1", kind="attestation", title=lazy("Somebody else decides"), law=True)
def another_person_decides(attestation: Attestation, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Neither who proposed it nor who said the lineage by hand agrees to it."""
    out = attesting.barred_from(attestation)
    if actor.pk in out:
        names = approvers.names_for(attesting.slots_of(attestation), attestation.source_dataset, out)
        yield Finding("LIN-1", _("You proposed this or said the lineage, so others decide."), who=names)


@gate("LIN-2", kind="attestation", title=lazy("Enough people agreed"), law=True)
def enough_people_agreed(attestation: Attestation, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Whom the level of the data asks for; a transformation takes two people at least."""
    tally = attesting.tally_of(attestation)
    if tally.open:
        out = attesting.barred_from(attestation) | {person.pk for person in tally.filled.values()}
        yield Finding(
            "LIN-2",
            _("Agreements still missing: %(missing)d of %(all)d.")
            % {"missing": len(tally.open), "all": len(tally.slots)},
            who=approvers.names_for(tally.open, attestation.source_dataset, out),
        )


@gate("LIN-3", kind="attestation", title=lazy("It has evidence and an end"), law=True)
def it_has_evidence_and_an_end(attestation: Attestation, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Nothing is held back for ever, or on somebody's word alone."""
    days = attesting.MOST_DAYS.get(attestation.what)
    is_ended = attestation.ends_on is not None and attestation.ends_on < clock.now().date()
    if len(attestation.evidence.strip()) < 10 or (days is not None and (attestation.ends_on is None or is_ended)):
        yield Finding(
            "LIN-3", _("Propose it again, with evidence and a last day that is to come."),
            who=[str(attestation.proposer)],
        )  # fmt: skip


@gate("LIN-4", kind="attestation", title=lazy("It speaks of the lineage as it is"), law=True)
def it_speaks_of_what_is(attestation: Attestation, actor: Any, facts: Facts) -> Iterator[Finding]:
    """The same SQL, a source no stricter than it was, conditions that hold; of a removal: it is no longer said."""
    for fault in attesting.faults_of(attestation):
        if fault != "ended":
            yield Finding(
                "LIN-4", attesting.fault_words(fault), who=[str(attestation.proposer)],
                link=url_of(attestation.target_dataset), subject=attestation.target_dataset.thing,
            )  # fmt: skip
