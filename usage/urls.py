from django.urls import path

from usage import log_views, views

app_name = "usage"
urlpatterns = [
    path("usage/", views.show_usage, name="usage-show"),
    path("usage/logs/", log_views.choose_log, name="log-new"),
    path("usage/logs/<uuid:uid>/", log_views.show_log, name="log-show"),
    path("usage/logs/<uuid:uid>/load/", log_views.load_log, name="log-load"),
    path("usage/logs/<uuid:uid>/discard/", log_views.discard_log, name="log-discard"),
    path("decisions/", views.list_decisions, name="decision-list"),
    path("decisions/new/", views.new_decision, name="decision-new"),
    path("decisions/<str:key>/", views.show_decision, name="decision-show"),
    path("decisions/<str:key>/change/", views.revise_decision, name="decision-revise"),
    path("decisions/<str:key>/evidence/", views.pin_evidence, name="decision-pin"),
    path("decisions/<str:key>/raise/", views.raise_request, name="decision-raise"),
    path("decisions/<str:key>/look-back/", views.look_back, name="decision-look-back"),
    path("decisions/<str:key>/<slug:move>/", views.move_decision, name="decision-move"),
]
