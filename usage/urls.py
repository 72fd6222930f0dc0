from django.urls import path

from usage import views

app_name = "usage"
urlpatterns = [
    path("usage/", views.show_usage, name="usage-show"),
    path("decisions/", views.list_decisions, name="decision-list"),
    path("decisions/new/", views.new_decision, name="decision-new"),
    path("decisions/<str:key>/", views.show_decision, name="decision-show"),
    path("decisions/<str:key>/change/", views.revise_decision, name="decision-revise"),
    path("decisions/<str:key>/evidence/", views.pin_evidence, name="decision-pin"),
    path("decisions/<str:key>/look-back/", views.look_back, name="decision-look-back"),
    path("decisions/<str:key>/<slug:move>/", views.move_decision, name="decision-move"),
]
