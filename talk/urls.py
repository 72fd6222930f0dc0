<<<<<<< HEAD
"""Addresses of talk."""
=======
"""Where comments are posted to."""
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)

from django.urls import path

from talk import views

app_name = "talk"
urlpatterns = [
<<<<<<< HEAD
    path("talk/<str:key>/comments/", views.add_comment, name="comment-add"),
    path("talk/comments/<int:number>/resolve/", views.resolve_comment, name="comment-resolve"),
=======
    path("comments/on/<str:key>/", views.add_comment, name="comment-add"),
    path("comments/<int:number>/answer/", views.answer_comment, name="comment-answer"),
    path("comments/<int:number>/resolve/", views.resolve_comment, name="comment-resolve"),
    path("comments/<int:number>/reopen/", views.reopen_comment, name="comment-reopen"),
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
]
