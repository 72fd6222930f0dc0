from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "demand"

    def ready(self) -> None:
        from demand import gates, states, thread

        thread.register()
        del gates, states
