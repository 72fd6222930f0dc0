"""The thread, search and home."""

from django.urls import path

from trace import views

app_name = "trace"
urlpatterns = [
    path("", views.show_home, name="home-show"),
    path("search/", views.search_everything, name="search-show"),
    path("trace/<str:key>/", views.show_thread, name="thread-show"),
]
