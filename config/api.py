"""The API's address book: each room registers its own resources on one router."""

from django.urls import URLPattern, include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

import catalog.api
import demand.api
import exchange.api
import governance.api
import metrics.api
import people.api
import prds.api
import talk.api
import trace.api
import usage.api

router = DefaultRouter(use_regex_path=True)
router.include_root_view = False
rooms = (people, talk, catalog, metrics, demand, prds, governance, usage, trace, exchange)
extra: list[URLPattern] = []
for room in rooms:
    room.api.register(router)
    extra += getattr(room.api, "urlpatterns", [])

api_urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="parts/api_docs.html"),
        name="api-docs",
    ),
    path("v1/", include((extra + router.urls, "v1"))),
]
