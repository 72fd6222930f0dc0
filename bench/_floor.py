"""One address that only asks who is there: the queries that every signed-in request pays."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def show_floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.user.principal.roles)))  # type: ignore[union-attr]


urlpatterns = [path("floor/", show_floor)]
