from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("me/", views.show_me, name="me-show"),
    path("me/notices/read/", views.read_notices, name="notice-read"),
    path("me/tokens/", views.create_token, name="token-create"),
    path("me/tokens/<int:number>/revoke/", views.revoke_token, name="token-revoke"),
]
