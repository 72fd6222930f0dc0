from django.urls import path

from metrics import limit_views, views

app_name = "metrics"
urlpatterns = [
    path("", views.list_metrics, name="metric-list"),
    path("new/", views.propose, name="metric-propose"),
    path("limits/", limit_views.list_limits, name="limit-list"),
    path("tree/", views.show_tree, name="metric-tree"),
    path("<str:key>/", views.show_metric, name="metric-show"),
    path("<str:key>/define/", views.define, name="metric-define"),
    path("<str:key>/people/", views.appoint, name="metric-appoint"),
    path("<str:key>/merge/", views.merge, name="metric-merge"),
    path("<str:key>/value/", views.show_value, name="metric-value"),
    path("<str:key>/<slug:move>/", views.move_metric, name="metric-move"),
]
