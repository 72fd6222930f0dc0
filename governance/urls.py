from django.urls import path

from governance.views import audit, grants, home, reviews, scans, waivers, warehouse, why

app_name = "governance"
urlpatterns = [
    path("", home.show_home, name="home-show"),
    path("reviews/", reviews.list_reviews, name="review-list"),
    path("reviews/<str:key>/", reviews.show_review, name="review-show"),
    path("reviews/<str:key>/amend/", reviews.amend, name="review-amend"),
    path("reviews/<str:key>/<str:move>/", reviews.move_review, name="review-move"),
    path("datasets/<str:key>/propose/", reviews.propose, name="review-propose"),
    path("datasets/<str:key>/ask/", grants.ask, name="grant-ask"),
    path("datasets/<str:key>/scan/", scans.show_scan, name="scan-show"),
    path("scans/findings/<int:number>/<str:move>/", scans.decide, name="scan-decide"),
    path("scans/exceptions/<int:number>/end/", scans.end, name="scan-end"),
    path("grants/", grants.list_grants, name="grant-list"),
    path("grants/<str:key>/", grants.show_grant, name="grant-show"),
    path("grants/<str:key>/renew/", grants.renew, name="grant-renew"),
    path("grants/<str:key>/<str:move>/", grants.move_grant, name="grant-move"),
    path("waivers/", waivers.list_waivers, name="waiver-list"),
    path("waivers/ask/", waivers.ask, name="waiver-ask"),
    path("waivers/<int:number>/end/", waivers.end, name="waiver-end"),
    path("waivers/<int:number>/<str:move>/", waivers.decide, name="waiver-decide"),
    path("warehouse/", warehouse.list_warehouses, name="warehouse-list"),
    path("warehouse/limits/", warehouse.show_limits, name="warehouse-limits"),
    path("warehouse/<str:key>/", warehouse.show_warehouse, name="warehouse-show"),
    path("warehouse/<str:key>/verify/", warehouse.verify, name="warehouse-verify"),
    path("warehouse/<str:key>/plan/", warehouse.plan, name="warehouse-plan"),
    path("warehouse/<str:key>/runs/<int:number>/", warehouse.show_run, name="warehouse-run"),
    path("warehouse/<str:key>/runs/<int:number>/<str:move>/", warehouse.move_run, name="warehouse-run-move"),
    path("why/<str:key>/", why.show_why, name="why-show"),
    path("audit/", audit.list_entries, name="audit-list"),
    path("audit/verify/", audit.verify, name="audit-verify"),
]
