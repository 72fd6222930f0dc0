"""Addresses of talk."""

from django.urls import path

from talk import views

app_name = "talk"
urlpatterns = [
    path("talk/<str:key>/comments/", views.add_comment, name="comment-add"),
    path("talk/comments/<int:number>/resolve/", views.resolve_comment, name="comment-resolve"),
]
