from django.urls import path

from demand.views import asking, insights, interviews, requests

app_name = "demand"
urlpatterns = [
    path("ask/", asking.ask_for_data, name="request-ask"),
    path("ask/similar/", asking.show_similar, name="similar-show"),
    path("demand/", asking.show_overview, name="overview-show"),
    path("demand/interviews/", interviews.list_interviews, name="interview-list"),
    path("demand/interviews/new/", interviews.plan_interview, name="interview-plan"),
    path("demand/interviews/<str:key>/", interviews.show_interview, name="interview-show"),
    path("demand/interviews/<str:key>/<slug:name>/", interviews.move_interview, name="interview-move"),
    path("demand/quotes/<str:key>/", interviews.show_quote, name="quote-show"),
    path("demand/insights/", insights.list_insights, name="insight-list"),
    path("demand/insights/new/", insights.draft_insight, name="insight-draft"),
    path("demand/insights/<str:key>/", insights.show_insight, name="insight-show"),
    path("demand/insights/<str:key>/<slug:name>/", insights.move_insight, name="insight-move"),
    path("demand/requests/", requests.list_requests, name="request-list"),
    path("demand/requests/<str:key>/", requests.show_request, name="request-show"),
    path("demand/requests/<str:key>/edit/", requests.revise_request, name="request-revise"),
    path("demand/requests/<str:key>/<slug:name>/", requests.move_request, name="request-move"),
    path("demand/board/", requests.show_board, name="board-show"),
]
