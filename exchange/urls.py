"""Addresses of imports."""

from django.urls import path

from exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.import_files, name="import-new"),
    path("imports/<uuid:uid>/", views.show_import, name="import-show"),
    path("imports/<uuid:uid>/cancel/", views.cancel_import, name="import-cancel"),
]
