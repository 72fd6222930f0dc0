"""The thread, search and home."""

from django.urls import path

from trace import views

app_name = "trace"
urlpatterns = [
    path("trace/<str:key>/", views.show_thread, name="thread-show"),
]
