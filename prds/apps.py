from django.apps import AppConfig


class PrdsConfig(AppConfig):
    name = "prds"
