"""Where every address leads: one line per room."""

from django.urls import include, path

from config.api import api_urlpatterns

urlpatterns = [
    path("api/", include(api_urlpatterns)),  # first: it is asked most, and no page begins so
    path("", include("trace.urls")),
    path("", include("web.urls")),
    path("", include("people.urls")),
    path("", include("talk.urls")),
    path("", include("exchange.urls")),
    path("catalog/", include("catalog.urls")),
    path("metrics/", include("metrics.urls")),
    path("", include("demand.urls")),
    path("prds/", include("prds.urls")),
    path("governance/", include("governance.urls")),
    path("", include("usage.urls")),
    path("accounts/", include("allauth.urls")),
]
handler400 = "web.errors.bad_request"
handler403 = "web.errors.forbidden"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
