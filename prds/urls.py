"""Addresses of PRDs, below /prds/."""

from django.urls import path

from prds import views

app_name = "prds"
urlpatterns = [
    path("", views.list_prds, name="prd-list"),
    path("new/", views.new_prd, name="prd-new"),
    path("<str:key>/", views.show_prd, name="prd-show"),
    path("<str:key>/declare/", views.declare_prd, name="prd-declare"),
    path("<str:key>/reviewers/", views.name_reviewer, name="reviewer-name"),
    path("<str:key>/reviews/<str:role>/", views.review_prd, name="prd-review"),
    path("<str:key>/sections/<str:slug>/", views.edit_section, name="section-edit"),
    path("<str:key>/compare/<int:old>/<int:new>/", views.compare_versions, name="version-compare"),
    path("<str:key>/export.md", views.export_prd, name="prd-export"),
    path("<str:key>/<str:move>/", views.move_prd, name="prd-move"),
]
