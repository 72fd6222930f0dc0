from django.apps import AppConfig


class PrdsConfig(AppConfig):
    name = "prds"

    def ready(self) -> None:
        from prds import gates, kinds, product_gates, states

        del gates, kinds, product_gates, states
