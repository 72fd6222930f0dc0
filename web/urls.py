"""Addresses that belong to no room: probes, measures, and the switches of the frame."""

from django.urls import path

from web import pieces, views

app_name = "web"
urlpatterns = [
    path("healthz", views.show_health, name="health-show"),
    path("readyz", views.show_readiness, name="readiness-show"),
    path("-/metrics", views.show_measures, name="measures-show"),
    path("theme/", views.switch_theme, name="theme-switch"),
    path("language/", views.switch_language, name="language-switch"),
    *pieces.patterns(),
]
