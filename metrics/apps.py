from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        from metrics import gates, kinds, reactions, states

        del gates, kinds, reactions, states
