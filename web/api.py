"""The base of every governed resource of the API: the same verbs, filters and refusals as the pages.

A room declares what there is; reading is one query, writing is the room's verbs::

    class Datasets(GovernedViewSet):
        model = Dataset
        fields = (*GOVERNED, "qualified_name", ApiField("layer"), owners())
        detail_fields = (ApiField("description"),)
        filters = DatasetFilter
        verbs = {"create": add_dataset, "update": describe_dataset, "deprecate": deprecate_dataset}
        inputs = {"create": NewDataset, "update": DescribeDataset}

    router.register("datasets", Datasets, basename="dataset")
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, reduce
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from guard.doors import opened, opened_all
from guard.doors.opening import Named, paths_to
from web import api_schema, keyset
from web.api_fields import GOVERNED, ApiField, answer_of, as_field, owners, read, row_of, whole
from web.filters import GovernedFilter

__all__ = ["GOVERNED", "ApiField", "GovernedViewSet", "owners"]
FACETS_FROM = 1_000  # rows that facets are counted over, at most
COUNT_TO = 10_000
PAGE, PAGE_MOST = 50, 200


class GovernedViewSet(ViewSet):
    """A resource whose rows are governed objects.

    Attributes:
        model: a `guard.governed.Governed` model.
        fields: members of a row in lists.
        detail_fields: members added when one is read.
        filters: a `web.filters.GovernedFilter` of the room, or the base.
        verbs: acts by name; ``create`` and ``update`` become POST and PATCH, every other ``POST {key}/{name}/``. A
            verb takes ``by=``, the object under `subject`, and what its input serializer gives (an ``update`` verb
            that has the parameter ``changes`` gets it as that one dict).
        inputs: input serializer by verb name; a verb without one takes nothing.
        subject: the keyword by which verbs take the object; the model's name unless given.
        lookups: ORM paths by which one is found; the first match wins.
        orderings: ORM path by ``?ordering=`` word.
        outputs: ``fn(result) -> dict`` by verb name, for verbs that do not give the object back; its schema stands
            in `output_serializers`.
        makes: verbs beside ``create`` that make another object of this kind; the answer is that one.
        more_fields: serializer fields of what `more_of` adds to the detail.
        opens: ORM paths of the things of which a row of the list tells more than name, owner and level.
    """

    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[ApiField | str]] = GOVERNED
    detail_fields: ClassVar[Sequence[ApiField | str]] = ()
    filters: ClassVar[type[GovernedFilter]] = GovernedFilter
    verbs: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    inputs: ClassVar[Mapping[str, type[serializers.Serializer]]] = {}
    outputs: ClassVar[Mapping[str, Callable[[Any], dict[str, Any]]]] = {}
    output_serializers: ClassVar[Mapping[str, type[serializers.Serializer]]] = {}
    makes: ClassVar[frozenset[str]] = frozenset()
    more_fields: ClassVar[Mapping[str, serializers.Field]] = {}
    subject: ClassVar[str] = ""
    opens: ClassVar[Sequence[str]] = ()
    lookups: ClassVar[Sequence[str]] = ("thing__key",)
    orderings: ClassVar[Mapping[str, str]] = {
        "updated": "thing__updated_at",
        "created": "thing__created_at",
        "title": "thing__title",
        "level": "thing__level",
        "key": "pk",
    }
    default_ordering: ClassVar[str] = "-updated"

    permission_classes = [IsAuthenticated]
    lookup_field = "key"
    lookup_value_regex = "[^/]+"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            cls.fields = tuple(as_field(field) for field in cls.fields)
            cls.detail_fields = tuple(as_field(field) for field in cls.detail_fields)
            cls.subject = cls.subject or cls.model._meta.model_name or ""
            api_schema.complete(cls)

    # -- reading
    def visible(self, action: str = "read") -> Any:
        """The rows that this person may see; rooms override it to add ``select_related`` or annotations."""
        return self.model.objects.visible_to(self.request.user, action=action)  # type: ignore[attr-defined]

    def list(self, request: Request) -> Response:
        """Rows that the caller may see, filtered, sorted, by keyset pages; no total unless asked."""
        rows = self._filtered(request)
        fields = [as_field(field) for field in self.fields]
        shown = [name for path in self.opens for name in paths_to(path)]
        word = request.query_params.get("ordering") or self.default_ordering
        path = self._ordering(word)
        page = keyset.cut(
            rows,
            path,
            cursor=request.query_params.get("cursor", ""),
            size=self._limit(request),
            values=lambda ordered: read(ordered, fields, path.lstrip("-"), *shown),
        )
        opened_all(request.user, [Named.at(row, path) for row in page.rows for path in self.opens])
        body: dict[str, Any] = {
            "results": [answer_of(row, fields) for row in page.rows],
            "next": self._next(request, page.next),
        }
        if request.query_params.get("facets") in ("1", "true"):
            body |= self._facets(rows)
        if request.query_params.get("count") in ("1", "true"):
            body["count"], body["count_is_capped"] = keyset.capped_count(rows, COUNT_TO)
        return Response(body)

    def retrieve(self, request: Request, key: str) -> Response:
        """One row, with its ETag."""
        fields = self._whole_fields()
        obj = self._named(whole(self.visible(), fields), key)
        opened_all(request.user, [reduce(getattr, path.split("__"), obj) for path in self.opens])
        return self._answer(obj, row_of(obj, fields), obj.thing.row_version, status.HTTP_200_OK)

    def one(self, obj: Any, code: int = status.HTTP_200_OK) -> Response:
        """The answer for one object: read afresh, as this person may see it now."""
        fields = self._whole_fields()
        shown = [name for path in self.opens for name in paths_to(path)]
        row = read(self.visible().filter(pk=obj.pk), fields, "thing__row_version", *shown).first()
        if row is None:
            raise Http404
        opened_all(self.request.user, [Named.at(row, path) for path in self.opens])
        return self._answer(obj, row, row["thing__row_version"], code)

    def _whole_fields(self) -> Sequence[ApiField]:
        return [as_field(field) for field in (*self.fields, *self.detail_fields)]

    def _answer(self, obj: Any, row: Mapping[str, Any], version: int, code: int) -> Response:
        opened(self.request.user, obj)
        body = {**answer_of(row, self._whole_fields()), **self.more_of(obj)}
        return Response(body, code, headers={"ETag": etag(version)})

    def more_of(self, obj: Any) -> dict[str, Any]:
        """Members of the detail that no field list can say; rooms override it and name them in `more_fields`."""
        return {}

    def get_object(self, key: str) -> Any:
        """The object by key or another lookup; absent and forbidden look alike.

        Raises:
            Http404: for both.
        """
        return self._named(self.visible(), key)

    def _named(self, rows: Any, key: str) -> Any:
        wanted = models.Q()
        for path in self.lookups:
            wanted |= models.Q(**{path: key})
        if "\x00" in key:
            raise Http404
        obj = rows.filter(wanted).first()
        if obj is None:
            raise Http404
        return opened(self.request.user, obj)

    # -- writing
    def call(self, name: str, request: Request, obj: Any = None) -> Response:
        """Call a verb with checked input; its refusal becomes a problem."""
        verb, given = self.verbs[name], self._input(name, request)
        if name == "update" and "changes" in inspect.signature(verb).parameters:
            given = {"changes": given}
        if obj is not None:
            given[self.subject] = obj
        if name == "update":
            self._hold_version(verb, request, obj, given)
        result = verb(by=request.user, **given)
        if name in self.outputs:
            return Response(self.outputs[name](result), status.HTTP_201_CREATED if name == "create" else 200)
        if name == "create":
            return self.one(result, status.HTTP_201_CREATED)
        return self.one(result if name in self.makes else obj)

    def _input(self, name: str, request: Request) -> dict[str, Any]:
        serializer_class = self.inputs.get(name)
        if serializer_class is None:
            return {}
        serializer = serializer_class(data=request.data, partial=name == "update", context={"request": request})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @staticmethod
    def _hold_version(verb: Callable[..., Any], request: Request, obj: Any, given: dict[str, Any]) -> None:
        """If-Match must name the version that the caller saw; the verb holds it inside its transaction if it can."""
        from guard.refusals import Refusal, Stale

        tag = request.headers.get("If-Match", "")
        if not tag:
            refusal = Refusal(_("Say which version you change: send its ETag as If-Match."), code="no-version")
            refusal.status = 428
            raise refusal
        if tag.strip() not in (etag(obj.thing.row_version), "*"):
            raise Stale()
        if tag.strip() != "*" and "expected_version" in inspect.signature(verb).parameters:
            given["expected_version"] = obj.thing.row_version

    def blockers_of(self, request: Request, key: str) -> Response:
        """What keeps the thing from a move, as the caller may know it: ``?move=approve``."""
        from guard import gates
        from guard.refusals import Invalid

        obj, move = self.get_object(key), request.query_params.get("move", "")
        try:
            found = gates.blockers(obj, move, request.user)
        except LookupError:
            raise Invalid(errors={"move": [_("There is no such move.")]}) from None
        return Response({"blockers": [finding.as_dict() for finding in found]})

    def why_of(self, request: Request, key: str) -> Response:
        """How much of the thing the caller sees, and what gives it: clearance or standings."""
        from web.why import explain

        return Response(explain(request.user, self.get_object(key).thing))

    # -- parts of a list
    @cached_property
    def _orders(self) -> dict[str, str]:
        return dict(self.orderings)

    def _ordering(self, word: str) -> str:
        from guard.refusals import Invalid

        path = self._orders.get(word.lstrip("-"))
        if path is None:
            allowed = ", ".join(self._orders)
            raise Invalid(errors={"ordering": [_("Order by one of: %(names)s.") % {"names": allowed}]})
        return f"-{path}" if word.startswith("-") else path

    @staticmethod
    def _limit(request: Request) -> int:
        from guard.refusals import Invalid

        text = request.query_params.get("limit", str(PAGE))
        if not text.isdecimal() or not 1 <= int(text[:6]) <= PAGE_MOST:
            raise Invalid(errors={"limit": [_("A number from 1 to %(most)s.") % {"most": PAGE_MOST}]})
        return int(text)

    def _filtered(self, request: Request) -> Any:
        from guard.refusals import Invalid

        rows = self.visible()
        kind = getattr(self.model, "KIND", "")
        asked = request.query_params.copy()
        if asked.get("level", "").upper().startswith("L"):  # answers say "L3", so questions may
            asked["level"] = str(asked["level"])[1:]
        filterset = self.filters(asked, queryset=rows.filter(thing__kind=kind) if kind else rows, request=request)
        if not filterset.is_valid():
            raise Invalid(errors={name: [str(text) for text in texts] for name, texts in filterset.errors.items()})
        return filterset.qs

    @staticmethod
    def _next(request: Request, cursor: str) -> str | None:
        if not cursor:
            return None
        query: dict[str, Any] = {**request.query_params.dict(), "cursor": cursor}
        return str(request.build_absolute_uri(f"{request.path}?{urlencode(query)}"))

    @staticmethod
    def _facets(rows: Any) -> dict[str, Any]:
        """Counts over the first `FACETS_FROM` rows of the filtered list, with a flag when there are more."""
        sample = list(
            rows.order_by().values_list("thing__domain__slug", "thing__level", "thing__state")[: FACETS_FROM + 1]
        )
        counted = sample[:FACETS_FROM]
        return {
            "facets": {
                "domain": dict(Counter(row[0] for row in counted).most_common()),
                "level": {f"L{rank}": n for rank, n in sorted(Counter(row[1] for row in counted).items())},
                "state": dict(Counter(row[2] for row in counted).most_common()),
            },
            "facets_are_capped": len(sample) > FACETS_FROM,
        }


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'
