app_name = "prds"
urlpatterns: list = []
