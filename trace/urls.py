"""The thread, search and home."""

from django.urls import path

from trace import views
from trace.home.page import parts

app_name = "trace"
urlpatterns = [
    path("", views.show_home, name="home-show"),
    *(path(f"home/{part.name}/", views.show_part(part), name=f"home-{part.name}") for part in parts()),
    path("search/", views.search_everything, name="search-show"),
    path("trace/<str:key>/", views.show_thread, name="thread-show"),
]
