"""From a text to a version: sections, hashes, references and the joints that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from guard import clock, levels, things
from guard.memory import rows_by
from guard.models import Thing
from guard.refusals import Invalid
from metrics.models import Metric
from prds.models import Prd, PrdReference, PrdSection, PrdVersion
from prds.references import Reference, references_of
from prds.template import Section, content_hash, section_hash
from web import markdown

RELATIONS = {"metric": "uses", "dataset": "reads", "insight": "cites", "request": "cites"}
WHY = "an act works on rows that it was handed"


def hashes_of(version: PrdVersion) -> dict[str, str]:
    """Section hash by slug of one version."""
    return {row.slug: row.section_sha256 for row in rows_by("version", version.pk, _sections)}


def sections_of(version: PrdVersion | None) -> list[Section]:
    """The sections of a version in hand, as the pure modules take them; none before the first version."""
    found, line = [], 3
    for row in rows_by("version", version.pk, _sections) if version is not None else ():
        found.append(Section(row.slug, row.heading, row.body_md, row.order, line))
        line += row.body_md.count("\n") + 4
    return found


def _sections(version_ids: list[int]) -> list[tuple[int, PrdSection]]:
    rows = PrdSection.objects.unrestricted("the sections of a version that the caller was shown")
    return [(row.version_id, row) for row in rows.filter(version__in=version_ids).order_by("version", "order")]


def write_version(prd: Prd, sections: Sequence[Section], *, by: Any, change_note: str = "") -> PrdVersion | None:
    """Save a version and join what it refers to; None when nothing changed.

    Args:
        prd: in hand, inside an act.
        sections: the whole text.
        by: who wrote; a reference resolves only to what this person may see.
        change_note: why.

    Raises:
        Invalid: a malformed reference or text that cannot be rendered, by section.
    """
    digest = content_hash(sections)
    if prd.current is not None and prd.current.content_sha256 == digest:
        return None
    parsed = references_of(sections)
    if parsed.malformed:
        raise Invalid(
            errors={
                fault.section or "body": [
                    _("%(text)s: %(why)s (line %(line)d)")
                    % {"text": fault.text, "why": fault.sentence, "line": fault.line}
                ]
                for fault in parsed.malformed
            }
        )
    number = prd.current.number + 1 if prd.current else 1
    version = PrdVersion.objects.create(
        prd=prd, number=number, author=by, change_note=change_note[:300], content_sha256=digest, created_at=clock.now()
    )
    kept = _rendered(prd.current)
    PrdSection.objects.bulk_create(_section(version, section, kept) for section in sections)
    resolved = [(reference, resolve(reference, by)) for reference in parsed.references]
    PrdReference.objects.bulk_create(
        PrdReference(
            version=version, section=ref.section, kind=ref.kind, target=ref.target, thing=thing, role=ref.role,
            pinned=ref.pinned_version, columns=list(ref.columns), line=ref.line,
        )
        for ref, thing in resolved
    )  # fmt: skip
    prd.current = version
    prd.save(update_fields=["current"])
    join(prd, resolved)
    return version


def _rendered(version: PrdVersion | None) -> dict[tuple[str, str], str]:
    """HTML by slug and body of the version before: an untouched section is not rendered again."""
    if version is None:
        return {}
    rows = PrdSection.objects.unrestricted(WHY).filter(version=version)
    return {(slug, body): html for slug, body, html in rows.values_list("slug", "body_md", "body_html")}


def _section(version: PrdVersion, section: Section, kept: dict[tuple[str, str], str]) -> PrdSection:
    html = kept.get((section.slug, section.body))
    if html is None:
        try:
            html = str(markdown.render(section.own_body))
        except Invalid as problem:
            said = [sentence for lines in problem.errors.values() for sentence in lines] or [problem.sentence]
            raise Invalid(errors={section.slug: said}) from None
    return PrdSection(
        version=version, slug=section.slug, order=section.order, heading=section.heading, body_md=section.body,
        body_html=html, section_sha256=section_hash(section.body),
    )  # fmt: skip


def resolve(reference: Reference, actor: Any) -> Thing | None:
    """The thing that a reference means, among those that the actor may see."""
    target = reference.target
    if reference.kind == "metric":
        metric = (
            Metric.objects.visible_to(actor).filter(Q(code=target.lower()) | Q(thing__key=target.upper())).first()
            or Metric.objects.visible_to(actor).filter(synonyms__contains=[target]).first()
        )
        return metric.thing if metric else None
    if reference.kind == "dataset":
        named = Dataset.objects.visible_to(actor).filter(
            Q(qualified_name__iexact=target) | Q(thing__key__iexact=target) | Q(aliases__contains=[target])
        )
        dataset = named.first() or _by_tail(target, actor)
        return dataset.thing if dataset else None
    if reference.kind in ("insight", "request"):
        return Thing.objects.visible_to(actor).filter(kind=reference.kind, key__iexact=target).first()
    return None


def _by_tail(target: str, actor: Any) -> Dataset | None:
    """A dataset by its last name parts, when exactly one visible one ends so."""
    found = Dataset.objects.visible_to(actor).filter(qualified_name__iendswith="." + target)[:2]
    return found[0] if len(found) == 1 else None


def join(prd: Prd, resolved: Sequence[tuple[Reference, Thing | None]]) -> None:
    """Make the thread say what the current version refers to, no more and no less."""
    wanted: dict[tuple[str, int, str], tuple[Thing, list[Reference]]] = {}
    for reference, thing in resolved:
        if thing is not None and reference.kind in RELATIONS:
            key = (RELATIONS[reference.kind], thing.pk, reference.role)
            wanted.setdefault(key, (thing, []))[1].append(reference)
    for relation, target_id, role in _joined(prd) - set(wanted):
        things.unlink(prd, relation, Thing.objects.unrestricted(WHY).get(pk=target_id), role=role)
    for (relation, _pk, role), (thing, references) in wanted.items():
        columns = _columns(references)
        rank = _rank_of(thing, columns) if columns else None
        things.link(
            prd, relation, thing, role=role, pinned=references[0].pinned_version, columns=columns, carried_rank=rank
        )


def look_again(prd: Prd, by: Any) -> int:
    """Join what the current version names and `by` could not see when it was written, such as a table since reviewed.

    Args:
        prd: in hand, inside an act.
        by: who saves or submits it.

    Returns:
        How many references were found now.
    """
    rows = list(
        PrdReference.objects.unrestricted(WHY).filter(version_id=prd.current_id).select_related("thing__domain")
    )
    named = [Reference(row.kind, row.target, row.pinned, row.role, tuple(row.columns)) for row in rows]
    found = 0
    for row, reference in zip(rows, named, strict=True):
        if row.thing_id is None and (thing := resolve(reference, by)) is not None:
            row.thing = thing
            row.save(update_fields=["thing"])
            found += 1
    if found:
        join(prd, [(reference, row.thing) for row, reference in zip(rows, named, strict=True)])
    return found


def _joined(prd: Prd) -> set[tuple[str, int, str]]:
    from guard.models import Link

    rows = Link.objects.unrestricted(WHY).filter(source=prd.thing, relation__in=set(RELATIONS.values()))
    return set(rows.values_list("relation", "target_id", "role"))


def _columns(references: Sequence[Reference]) -> list[str]:
    """The columns read, over all references to one dataset; any reference to the whole makes it whole."""
    if any(not reference.columns for reference in references):
        return []
    return sorted({column for reference in references for column in reference.columns})


def _rank_of(dataset: Thing, columns: Sequence[str]) -> int:
    """The highest level among named columns; one that is not there counts as unclassified."""
    rows = Column.objects.unrestricted(WHY).filter(dataset_id=dataset.pk, name__in=columns)
    ranks = dict(rows.values_list("name", "rank"))
    return levels.high_water(ranks.get(name) for name in columns)
