app_name = "talk"
urlpatterns: list = []
