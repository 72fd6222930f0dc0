"""What of a dataset can be found, and by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog import bulk, words
from catalog.documents import exact_names, learn, put_document
from catalog.models import Column, Dataset, SearchDocument
from guard.doors import in_act

_WHY = "column words are stored apart and matched only for readers of columns"


def index_dataset(dataset: Dataset) -> None:
    """Bring a dataset's search document up to date, inside the act that changed it."""
    columns = Column.objects.unrestricted(_WHY).filter(dataset=dataset).values_list("name", "description")
    put_document(
        dataset.thing,
        names=_names(dataset),
        tags=_tags(dataset),
        body=_text(dataset),
        column_text=" ".join(f"{name} {description}" for name, description in columns),
    )


def index_many(ids: Sequence[int]) -> int:
    """Bring many datasets' search documents up to date by COPY and one statement; returns how many."""
    in_act(SearchDocument)
    rows = Dataset.objects.unrestricted("search documents are written for every dataset and read under the policy")
    said: dict[int, list[str]] = defaultdict(list)
    columns = Column.objects.unrestricted(_WHY).filter(dataset__in=list(ids)).order_by("dataset_id", "position")
    for number, name, description in columns.values_list("dataset_id", "name", "description"):
        said[number].append(f"{name} {description}")
    texts: list[str] = []
    # read before COPY begins: one connection does one thing at a time
    documents = list(_documents(list(rows.filter(pk__in=list(ids))), said, texts))
    bulk.stage("stage_document", "thing_id bigint, exact text[], words text, columns text")
    count = bulk.copy_into("stage_document", ("thing_id", "exact", "words", "columns"), documents)
    bulk.run(
        "INSERT INTO catalog_searchdocument (thing_id, exact_names, words, column_words, popularity)"
        " SELECT thing_id, exact, words::tsvector, nullif(columns, '')::tsvector, 0 FROM stage_document"
        " ON CONFLICT (thing_id) DO UPDATE SET exact_names = excluded.exact_names, words = excluded.words,"
        " column_words = excluded.column_words"
    )
    learn(texts)
    return count


def _documents(
    rows: Iterable[Dataset], said: Mapping[int, Sequence[str]], texts: list[str]
) -> Iterable[tuple[Any, ...]]:
    for dataset in rows:
        names, tags, text = [dataset.key, dataset.title, *_names(dataset)], _tags(dataset), _text(dataset)
        column_text = " ".join(said.get(dataset.pk, ()))
        texts += [*names, *tags, text, column_text]
        yield (
            dataset.pk,
            exact_names(names),
            words.vector({"A": names, "B": tags, "D": [text]}),
            words.vector({"D": [column_text]}),
        )


def _names(dataset: Dataset) -> list[str]:
    return [dataset.qualified_name, dataset.name, *dataset.aliases]


def _tags(dataset: Dataset) -> list[str]:
    return [dataset.layer, dataset.domain.name, *dataset.allowed_purposes]


def _text(dataset: Dataset) -> str:
    return f"{dataset.description} {dataset.grain}"
